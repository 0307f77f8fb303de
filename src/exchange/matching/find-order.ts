import { rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";

const { orderAccount, orderInts, orderState } = orderFields;
const { stateFilled, stateOpen } = codes;
const { commandAccount, commandTarget } = commandFields;

/** The slot of the open order that a command names, or minus the code why there is none. */
export function findOpenOrder(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  if (!(account >= 0 && account < engine.accounts.count)) return -rejectCodes.unknown_account;
  const slot = engine.orders.slotOf(c[at + commandTarget]);
  const { ints } = engine.orders;
  if (slot === 0 || ints[slot * orderInts + orderAccount] !== account) {
    return -rejectCodes.order_not_found;
  }
  const state = ints[slot * orderInts + orderState];
  if (state === stateOpen) return slot;
  return state === stateFilled
    ? -rejectCodes.order_already_filled
    : -rejectCodes.order_already_canceled;
}
