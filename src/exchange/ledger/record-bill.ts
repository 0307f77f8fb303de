import { orderFields } from "../book/order-fields.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { billFields } from "./history-fields.ts";

const {
  orderAccount,
  orderClientKey,
  orderId,
  orderInstrument,
  orderInts,
  orderMode,
  orderNumbers,
  orderPositionSide,
  orderSide,
  orderTag,
} = orderFields;
const { eventBill } = eventFields;
const {
  billBalance,
  billChange,
  billClientKey,
  billFee,
  billLots,
  billMeta,
  billOrder,
  billPnl,
  billPositionBalance,
  billPositionChange,
  billTag,
  billTicks,
  billTimeMs,
  billTrade,
  billWho,
} = billFields;

/**
 * Begins a bill: who, which currency and why. The caller states the change and the balances; all
 * else is zero. Returns where its row begins.
 */
export function beginBill(
  engine: Engine,
  account: number,
  currency: number,
  type: number,
  subtype: number,
): number {
  const id = engine.bills.nextId;
  const at = engine.bills.append();
  const bill = engine.bills.numbers;
  bill[at + billTimeMs] = engine.nowMs;
  bill[at + billWho] = account * 65_536 + currency * 256 + type * 32 + subtype;
  bill[at + billMeta] = -1;
  bill[at + billChange] = 0;
  bill[at + billBalance] = 0;
  bill[at + billPositionChange] = 0;
  bill[at + billPositionBalance] = 0;
  bill[at + billPnl] = 0;
  bill[at + billFee] = 0;
  bill[at + billOrder] = 0;
  bill[at + billTrade] = 0;
  bill[at + billTicks] = 0;
  bill[at + billLots] = 0;
  bill[at + billTag] = 0;
  bill[at + billClientKey] = 0;
  engine.events.push(eventBill, id, 0, 0);
  return at;
}

/** A bill of an order's trade that carries neither fee nor profit: the other currency of spot. */
export function beginTradeBill(
  engine: Engine,
  slot: number,
  currency: number,
  reason: number,
  ticks: number,
  lots: number,
  liquidity: number,
): number {
  const id = engine.bills.nextId;
  const at = writeTradeBill(engine, slot, currency, reason, ticks, lots, liquidity);
  engine.bills.numbers[at + billPnl] = 0;
  engine.bills.numbers[at + billFee] = 0;
  engine.events.push(eventBill, id, 0, 0);
  return at;
}

/** What every bill of a trade says; `reason` is type * 32 + subtype. */
export function writeTradeBill(
  engine: Engine,
  slot: number,
  currency: number,
  reason: number,
  ticks: number,
  lots: number,
  liquidity: number,
): number {
  const { numbers, ints } = engine.orders;
  const order = slot * orderNumbers;
  const whole = slot * orderInts;
  const at = engine.bills.append();
  const bill = engine.bills.numbers;
  bill[at + billTimeMs] = engine.nowMs;
  bill[at + billWho] = ints[whole + orderAccount] * 65_536 + currency * 256 + reason;
  bill[at + billMeta] =
    (ints[whole + orderInstrument] << 8) +
    ints[whole + orderSide] +
    (ints[whole + orderPositionSide] << 1) +
    (ints[whole + orderMode] << 3) +
    (liquidity << 5);
  bill[at + billPositionChange] = 0;
  bill[at + billPositionBalance] = 0;
  bill[at + billOrder] = numbers[order + orderId];
  bill[at + billTrade] = engine.trades.nextId - 1;
  bill[at + billTicks] = ticks;
  bill[at + billLots] = lots;
  bill[at + billTag] = numbers[order + orderTag];
  bill[at + billClientKey] = numbers[order + orderClientKey];
  return at;
}
