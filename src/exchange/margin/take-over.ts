import { Defect } from "#base";
import { isIsolatedRow, isShortRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { growOrders } from "../matching/grow-orders.ts";
import { settleSwap } from "../matching/settle-swap.ts";
import { finishOrder } from "../matching/trade.ts";
import { takeoverTicks } from "./liquidation-price.ts";

const { rowId, rowLeverage, rowLots, rowNumbers } = rowFields;
const {
  orderAccount,
  orderCreatedMs,
  orderFlags,
  orderId,
  orderInstrument,
  orderInts,
  orderLeverage,
  orderLots,
  orderMode,
  orderNumbers,
  orderOrigin,
  orderPositionSide,
  orderPrice,
  orderRow,
  orderSide,
  orderQuoteUnits,
  orderStp,
  orderTag,
  orderClientKey,
  orderType,
  orderUpdatedMs,
} = orderFields;
const {
  buy,
  flagReduceOnly,
  flagReducing,
  liquidityTaker,
  modeCross,
  modeIsolated,
  originLiquidation,
  positionsNet,
  sell,
  sideLong,
  sideNet,
  sideShort,
  typeLimit,
} = codes;
const { eventAccepted, eventLiquidation } = eventFields;

/**
 * The insurance fund takes so many lots of a position at the takeover price: the reference price
 * less the maintenance rate of its tier, which is the bankruptcy price when liquidation came in
 * time. It is an order of the account's, not a trade of the public book; its fee is the
 * liquidation fee. The last price stays as it was.
 */
export function takeOver(engine: Engine, market: Market, row: number, lots: number): void {
  const { numbers } = engine.rows;
  const held = numbers[row * rowNumbers + rowLots];
  const id = numbers[row * rowNumbers + rowId];
  const ticks = takeoverTicks(market, held);
  if (!(lots > 0 && lots <= Math.abs(held))) throw new Defect(`cannot take over ${lots} lots`);
  const slot = liquidationOrder(engine, market, row, { lots, ticks, side: held > 0 ? sell : buy });
  const signed = held > 0 ? lots : -lots;
  market.insuranceLots += signed;
  market.addVenueCost(signed * ticks * market.valueNumerator);
  settleSwap(engine, market, slot, ticks, lots, liquidityTaker);
  finishOrder(engine, slot);
  const left = engine.rows.numbers[row * rowNumbers + rowLots];
  const at = engine.events.push(eventLiquidation, row, id, held);
  const event = engine.events.numbers;
  event[at + 4] = left;
  event[at + 5] = ticks;
  event[at + 6] = left === 0 ? 1 : 0;
}

function liquidationOrder(
  engine: Engine,
  market: Market,
  row: number,
  { lots, ticks, side }: Readonly<{ lots: number; ticks: number; side: number }>,
): number {
  if (engine.orders.isFull) growOrders(engine);
  const slot = engine.orders.allocate();
  const { numbers, ints } = engine.orders;
  const whole = slot * orderInts;
  const account = engine.rows.accountOf(row);
  const net = engine.accounts.positionMode[account] === positionsNet;
  ints[whole + orderAccount] = account;
  ints[whole + orderInstrument] = market.index;
  ints[whole + orderSide] = side;
  ints[whole + orderType] = typeLimit;
  ints[whole + orderMode] = isIsolatedRow(row) ? modeIsolated : modeCross;
  ints[whole + orderPositionSide] = net ? sideNet : isShortRow(row) ? sideShort : sideLong;
  ints[whole + orderFlags] = flagReduceOnly + flagReducing;
  ints[whole + orderPrice] = ticks;
  ints[whole + orderRow] = row;
  ints[whole + orderLeverage] = engine.rows.numbers[row * rowNumbers + rowLeverage];
  ints[whole + orderOrigin] = originLiquidation;
  ints[whole + orderStp] = engine.accounts.stpMode[account];
  const at = slot * orderNumbers;
  numbers[at + orderLots] = lots;
  numbers[at + orderCreatedMs] = engine.nowMs;
  numbers[at + orderUpdatedMs] = engine.nowMs;
  numbers[at + orderTag] = 0;
  numbers[at + orderClientKey] = 0;
  numbers[at + orderQuoteUnits] = 0;
  engine.events.push(eventAccepted, numbers[at + orderId], 0, 0);
  return slot;
}
