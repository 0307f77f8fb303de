import { orderFields } from "../book/order-fields.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { billFields, fillFields } from "./history-fields.ts";
import { writeTradeBill } from "./record-bill.ts";

const {
  orderFee,
  orderFilled,
  orderLastFill,
  orderLotTicks,
  orderNumbers,
  orderPnl,
  orderUpdatedMs,
} = orderFields;
const { billFee, billOrderFee, billOrderLots, billOrderLotTicks, billOrderPnl, billPnl } =
  billFields;
const { fillBill } = fillFields;
const { eventFill } = eventFields;

/**
 * Adds a fill to its order and to history: the bill that carries its fee, and the fill that names
 * the bill. What changed and the balances are the caller's to state. Returns where the bill begins.
 */
export function recordFill(
  engine: Engine,
  slot: number,
  currency: number,
  reason: number,
  ticks: number,
  lots: number,
  fee: number,
  pnl: number,
  liquidity: number,
): number {
  const { numbers } = engine.orders;
  const order = slot * orderNumbers;
  const filled = numbers[order + orderFilled] + lots;
  const lotTicks = numbers[order + orderLotTicks] + lots * ticks;
  const feeSum = numbers[order + orderFee] + fee;
  const pnlSum = numbers[order + orderPnl] + pnl;
  const id = engine.fills.nextId;
  numbers[order + orderFilled] = filled;
  numbers[order + orderLotTicks] = lotTicks;
  numbers[order + orderFee] = feeSum;
  numbers[order + orderPnl] = pnlSum;
  numbers[order + orderLastFill] = id;
  numbers[order + orderUpdatedMs] = engine.nowMs;

  // Taking a row may renew the array of rows.
  const fill = engine.fills.append();
  engine.fills.numbers[fill + fillBill] = engine.bills.nextId;
  const at = writeTradeBill(engine, slot, currency, reason, ticks, lots, liquidity);
  const bill = engine.bills.numbers;
  bill[at + billPnl] = pnl;
  bill[at + billFee] = fee;
  bill[at + billOrderLots] = filled;
  bill[at + billOrderLotTicks] = lotTicks;
  bill[at + billOrderFee] = feeSum;
  bill[at + billOrderPnl] = pnlSum;
  engine.events.push(eventFill, id, 0, 0);
  return at;
}
