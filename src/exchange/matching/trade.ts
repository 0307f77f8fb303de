import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { consumeOutside, removeOrder, shrinkLevel } from "../book/queue.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { tradeFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { renewBand } from "../margin/price-band.ts";
import { holdLots, releaseLots, unlinkOwn } from "./resting.ts";
import { settleSpot, spotValueFloor } from "./settle-spot.ts";
import { settleSwap } from "./settle-swap.ts";

const { rowLots, rowNumbers } = rowFields;
const {
  orderFilled,
  orderFlags,
  orderInts,
  orderLots,
  orderNumbers,
  orderRow,
  orderSide,
  orderState,
  orderUpdatedMs,
} = orderFields;
const { buy, flagReducing, liquidityMaker, liquidityTaker, sell, stateFilled } = codes;
const { eventTrade } = eventFields;
const { tradeLots, tradeMarket, tradeSide, tradeTicks, tradeTimeMs } = tradeFields;
const { moneyFees, moneyOutside } = moneyPurposes;

/** Two orders of ours trade at the price of the one that rests. */
export function tradeOrders(
  engine: Engine,
  market: Market,
  taker: number,
  maker: number,
  ticks: number,
  lots: number,
): void {
  recordTrade(engine, market, ticks, lots, engine.orders.ints[taker * orderInts + orderSide]);
  settle(engine, market, taker, ticks, lots, liquidityTaker);
  fillMaker(engine, market, maker, ticks, lots);
}

/** An order of ours takes outside size that stands first at this price. */
export function tradeWithOutside(
  engine: Engine,
  market: Market,
  taker: number,
  ticks: number,
  lots: number,
): void {
  const side = engine.orders.ints[taker * orderInts + orderSide];
  consumeOutside(market.book, engine.orders, ticks, lots);
  recordTrade(engine, market, ticks, lots, side);
  settleOutside(engine, market, side === buy ? sell : buy, ticks, lots);
  settle(engine, market, taker, ticks, lots, liquidityTaker);
}

/** A resting order of ours is hit by the outside market. */
export function outsideTakes(
  engine: Engine,
  market: Market,
  maker: number,
  ticks: number,
  lots: number,
): void {
  const side = engine.orders.ints[maker * orderInts + orderSide] === buy ? sell : buy;
  recordTrade(engine, market, ticks, lots, side);
  settleOutside(engine, market, side, ticks, lots);
  fillMaker(engine, market, maker, ticks, lots);
}

/** How many lots of a resting order may trade: closing orders never turn a position. */
export function makerLots(engine: Engine, maker: number): number {
  const { numbers, ints } = engine.orders;
  const at = maker * orderNumbers;
  const open = numbers[at + orderLots] - numbers[at + orderFilled];
  if ((ints[maker * orderInts + orderFlags] & flagReducing) === 0) return open;
  const room = reducibleLots(engine, maker);
  return room < open ? room : open;
}

/** Lots of its position that an order of this side can close. */
export function reducibleLots(engine: Engine, slot: number): number {
  const { ints } = engine.orders;
  const held = engine.rows.numbers[ints[slot * orderInts + orderRow] * rowNumbers + rowLots];
  const room = ints[slot * orderInts + orderSide] === buy ? -held : held;
  return room > 0 ? room : 0;
}

export function recordTrade(
  engine: Engine,
  market: Market,
  ticks: number,
  lots: number,
  side: number,
): void {
  const id = engine.trades.nextId;
  const at = engine.trades.append();
  const trade = engine.trades.numbers;
  trade[at + tradeMarket] = market.index;
  trade[at + tradeTicks] = ticks;
  trade[at + tradeLots] = lots;
  trade[at + tradeSide] = side;
  trade[at + tradeTimeMs] = engine.nowMs;
  market.lastTicks = ticks;
  if (market.markTicks === 0) renewBand(market);
  engine.events.push(eventTrade, id, 0, 0);
}

/** The maker leaves the queue before it settles, so that what follows from its fill spares it. */
function fillMaker(
  engine: Engine,
  market: Market,
  maker: number,
  ticks: number,
  lots: number,
): void {
  const { numbers } = engine.orders;
  const at = maker * orderNumbers;
  const open = numbers[at + orderLots] - numbers[at + orderFilled];
  // The margin of a swap is renewed once, when the position has changed as well.
  if (market.isSpot) releaseLots(engine, market, maker, lots, lots === open);
  else holdLots(engine, market, maker, -lots, lots === open ? -1 : 0);
  if (lots === open) {
    removeOrder(market.book, engine.orders, maker, lots);
    unlinkOwn(engine, market, maker);
    finishOrder(engine, maker);
  } else shrinkLevel(market.book, ticks, lots);
  settle(engine, market, maker, ticks, lots, liquidityMaker);
}

/** An order whose last lot is trading now. */
export function finishOrder(engine: Engine, slot: number): void {
  engine.orders.ints[slot * orderInts + orderState] = stateFilled;
  engine.orders.numbers[slot * orderNumbers + orderUpdatedMs] = engine.nowMs;
  engine.orders.openCount -= 1;
}

function settle(
  engine: Engine,
  market: Market,
  slot: number,
  ticks: number,
  lots: number,
  liquidity: number,
): void {
  if (market.isSpot) settleSpot(engine, market, slot, ticks, lots, liquidity);
  else settleSwap(engine, market, slot, ticks, lots, liquidity);
}

/** The outside market's half; it has no margin and pays no fee. `side` is what it does. */
function settleOutside(
  engine: Engine,
  market: Market,
  side: number,
  ticks: number,
  lots: number,
): void {
  if (!market.isSpot) {
    const signed = side === buy ? lots : -lots;
    market.outsideLots += signed;
    market.addVenueCost(signed * ticks * market.valueNumerator);
    return;
  }
  const value = spotValueFloor(market, ticks, lots);
  const base = lots * market.baseUnitsPerLot;
  const quoteIn = side === buy ? -value : value;
  const baseIn = side === buy ? base : -base;
  engine.money.add(moneyOutside, market.quote, quoteIn);
  engine.money.add(moneyFees, market.quote, -quoteIn);
  engine.money.add(moneyOutside, market.base, baseIn);
  engine.money.add(moneyFees, market.base, -baseIn);
}
