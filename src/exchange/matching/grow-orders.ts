import { levelFields } from "../book/level-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";

const { levelHead, levelInts, levelTail } = levelFields;
const {
  orderAccount,
  orderInstrument,
  orderInts,
  orderOwnIndex,
  orderPrice,
  orderQueueNext,
  orderQueuePrevious,
  orderState,
} = orderFields;
const { stateOpen } = codes;

/** Doubles the ring of orders and renews the ends of all queues and lists that name its slots. */
export function growOrders(engine: Engine): void {
  const { orders, accounts } = engine;
  orders.grow();
  const { ints } = orders;
  for (let slot = 1; slot <= orders.capacity; slot += 1) {
    const whole = slot * orderInts;
    if (ints[whole + orderState] !== stateOpen) continue;
    const { book } = engine.markets[ints[whole + orderInstrument]];
    const level = book.levelAt(ints[whole + orderPrice]) * levelInts;
    if (ints[whole + orderQueuePrevious] === 0) book.ints[level + levelHead] = slot;
    if (ints[whole + orderQueueNext] === 0) book.ints[level + levelTail] = slot;
    accounts.openSlots[ints[whole + orderAccount]][ints[whole + orderOwnIndex]] = slot;
  }
}
