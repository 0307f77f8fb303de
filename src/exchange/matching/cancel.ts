import { cancelCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { unrestOrder } from "./resting.ts";

const {
  orderCancelCode,
  orderFlags,
  orderId,
  orderInstrument,
  orderInts,
  orderLastFill,
  orderNumbers,
  orderRow,
  orderState,
  orderUpdatedMs,
} = orderFields;
const { flagReducing, stateCanceled } = codes;
const { eventCanceled } = eventFields;

/** Takes a resting order out of the book for this reason. */
export function cancelResting(engine: Engine, market: Market, slot: number, code: number): void {
  unrestOrder(engine, market, slot);
  endOrder(engine, slot, code);
}

/** What is left of an order that does not rest is given up for this reason. */
export function endOrder(engine: Engine, slot: number, code: number): void {
  const { numbers, ints } = engine.orders;
  const at = slot * orderNumbers;
  ints[slot * orderInts + orderState] = stateCanceled;
  ints[slot * orderInts + orderCancelCode] = code;
  numbers[at + orderUpdatedMs] = engine.nowMs;
  engine.orders.openCount -= 1;
  engine.events.push(eventCanceled, numbers[at + orderId], numbers[at + orderLastFill], code);
}

/** A position is gone or has turned: no order that only closes it may stay. */
export function cancelReducing(engine: Engine, row: number): void {
  const account = engine.rows.accountOf(row);
  cancelWhere(engine, account, (slot) => {
    const { ints } = engine.orders;
    const whole = slot * orderInts;
    return ints[whole + orderRow] === row && (ints[whole + orderFlags] & flagReducing) !== 0
      ? cancelCodes.reduce_only
      : 0;
  });
}

/** Cancels, oldest first, each open order of the account to which `codeOf` gives a reason. */
export function cancelWhere(
  engine: Engine,
  account: number,
  codeOf: (slot: number) => number,
): void {
  const { ints } = engine.orders;
  for (const slot of openSlotsOf(engine, account)) {
    const code = codeOf(slot);
    if (code === 0) continue;
    cancelResting(engine, engine.markets[ints[slot * orderInts + orderInstrument]], slot, code);
  }
}

/** The open orders of an account, in the order of their ids. */
export function openSlotsOf(engine: Engine, account: number): Int32Array {
  const { numbers } = engine.orders;
  const idOf = (slot: number): number => numbers[slot * orderNumbers + orderId];
  return engine.accounts.openSlots[account]
    .slice(0, engine.accounts.openOrders[account])
    .sort((left, right) => idOf(left) - idOf(right));
}
