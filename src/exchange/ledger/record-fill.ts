import { orderFields } from "../book/order-fields.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { fillFields } from "./history-fields.ts";

const {
  orderAccount,
  orderClientKey,
  orderFee,
  orderFilled,
  orderId,
  orderInstrument,
  orderInts,
  orderLastFill,
  orderLotTicks,
  orderMode,
  orderNumbers,
  orderPnl,
  orderPositionSide,
  orderSide,
  orderTag,
  orderUpdatedMs,
} = orderFields;
const { eventFill } = eventFields;
const {
  fillAccount,
  fillBill,
  fillClientKey,
  fillFee,
  fillLots,
  fillMeta,
  fillOrder,
  fillOrderFee,
  fillOrderLots,
  fillOrderLotTicks,
  fillOrderPnl,
  fillPnl,
  fillTag,
  fillTicks,
  fillTimeMs,
  fillTrade,
} = fillFields;

/** Adds a fill to its order and to history. The bill that goes with it is the one written last. */
export function recordFill(
  engine: Engine,
  slot: number,
  ticks: number,
  lots: number,
  fee: number,
  pnl: number,
  liquidity: number,
): void {
  const { numbers, ints } = engine.orders;
  const order = slot * orderNumbers;
  const whole = slot * orderInts;
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

  const at = engine.fills.append();
  const fill = engine.fills.numbers;
  fill[at + fillTrade] = engine.trades.nextId - 1;
  fill[at + fillBill] = engine.bills.nextId - 1;
  fill[at + fillOrder] = numbers[order + orderId];
  fill[at + fillClientKey] = numbers[order + orderClientKey];
  fill[at + fillTag] = numbers[order + orderTag];
  fill[at + fillAccount] = ints[whole + orderAccount];
  fill[at + fillMeta] =
    (ints[whole + orderInstrument] << 8) +
    ints[whole + orderSide] +
    (ints[whole + orderPositionSide] << 1) +
    (ints[whole + orderMode] << 3) +
    (liquidity << 5);
  fill[at + fillTicks] = ticks;
  fill[at + fillLots] = lots;
  fill[at + fillFee] = fee;
  fill[at + fillPnl] = pnl;
  fill[at + fillTimeMs] = engine.nowMs;
  fill[at + fillOrderLots] = filled;
  fill[at + fillOrderLotTicks] = lotTicks;
  fill[at + fillOrderFee] = feeSum;
  fill[at + fillOrderPnl] = pnlSum;
  engine.events.push(eventFill, id, 0, 0);
}
