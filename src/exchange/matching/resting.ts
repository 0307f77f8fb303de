import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { appendOrder, removeOrder } from "../book/queue.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { refreshOrders } from "../margin/exposure.ts";
import { mulDivCeil } from "../money/arithmetic.ts";

const { balanceFrozen, balanceUpdatedMs } = balanceFields;
const {
  rowBuyLots,
  rowBuyValue,
  rowNumbers,
  rowReducingCount,
  rowReducingLots,
  rowSellLots,
  rowSellValue,
} = rowFields;
const {
  orderAccount,
  orderFilled,
  orderFlags,
  orderInts,
  orderLots,
  orderNumbers,
  orderOwnIndex,
  orderPrice,
  orderRow,
  orderSide,
} = orderFields;
const { buy, flagReducing } = codes;

/** What is left of an order goes into the book, and its margin or money is held from now on. */
export function restOrder(engine: Engine, market: Market, slot: number): void {
  const { numbers, ints } = engine.orders;
  const whole = slot * orderInts;
  const lots =
    numbers[slot * orderNumbers + orderLots] - numbers[slot * orderNumbers + orderFilled];
  const isBid = ints[whole + orderSide] === buy;
  appendOrder(market.book, engine.orders, slot, isBid, lots, engine.queueModel);
  linkOwn(engine, market, slot);
  if (market.isSpot) changeFrozen(engine, market, slot, spotReserve(market, slot, engine, lots));
  else changeExposure(engine, market, slot, lots, 1);
}

/** A resting order leaves the book, the list of its account and what is held for it. */
export function unrestOrder(engine: Engine, market: Market, slot: number): void {
  const { numbers } = engine.orders;
  const lots =
    numbers[slot * orderNumbers + orderLots] - numbers[slot * orderNumbers + orderFilled];
  removeOrder(market.book, engine.orders, slot, lots);
  unlinkOwn(engine, market, slot);
  if (market.isSpot) changeFrozen(engine, market, slot, -spotReserve(market, slot, engine, lots));
  else changeExposure(engine, market, slot, -lots, -1);
}

/** A resting swap order moves to the end of another queue, with another size; it trades nothing. */
export function requoteOrder(
  engine: Engine,
  market: Market,
  slot: number,
  ticks: number,
  lots: number,
): void {
  const { numbers, ints } = engine.orders;
  const at = slot * orderNumbers;
  const whole = slot * orderInts;
  const filled = numbers[at + orderFilled];
  const before = numbers[at + orderLots] - filled;
  removeOrder(market.book, engine.orders, slot, before);
  holdLots(engine, market, slot, -before, 0);
  ints[whole + orderPrice] = ticks;
  numbers[at + orderLots] = lots;
  const isBid = ints[whole + orderSide] === buy;
  appendOrder(market.book, engine.orders, slot, isBid, lots - filled, engine.queueModel);
  changeExposure(engine, market, slot, lots - filled, 0);
}

/** What is held for so many lots of a resting order is set free: they trade, or are given up. */
export function releaseLots(
  engine: Engine,
  market: Market,
  slot: number,
  lots: number,
  isLast: boolean,
): void {
  if (!market.isSpot) return changeExposure(engine, market, slot, -lots, isLast ? -1 : 0);
  const { numbers } = engine.orders;
  const open =
    numbers[slot * orderNumbers + orderLots] - numbers[slot * orderNumbers + orderFilled];
  const before = spotReserve(market, slot, engine, open);
  changeFrozen(engine, market, slot, spotReserve(market, slot, engine, open - lots) - before);
}

/** Whole lots of a swap order that rest, in or out; `orders` is +1, 0 or -1. */
function changeExposure(
  engine: Engine,
  market: Market,
  slot: number,
  lots: number,
  orders: number,
): void {
  const { ints } = engine.orders;
  const whole = slot * orderInts;
  const account = ints[whole + orderAccount];
  holdLots(engine, market, slot, lots, orders);
  refreshOrders(engine, market, ints[whole + orderRow], account);
}

/** Counts lots of a resting order among those of its position, without their margin yet. */
export function holdLots(
  engine: Engine,
  market: Market,
  slot: number,
  lots: number,
  orders: number,
): void {
  const { ints } = engine.orders;
  const { numbers } = engine.rows;
  const whole = slot * orderInts;
  const at = ints[whole + orderRow] * rowNumbers;
  if ((ints[whole + orderFlags] & flagReducing) !== 0) {
    numbers[at + rowReducingLots] += lots;
    numbers[at + rowReducingCount] += orders;
    return;
  }
  const value = lots * ints[whole + orderPrice] * market.valueNumerator;
  if (ints[whole + orderSide] === buy) {
    numbers[at + rowBuyLots] += lots;
    numbers[at + rowBuyValue] += value;
  } else {
    numbers[at + rowSellLots] += lots;
    numbers[at + rowSellValue] += value;
  }
}

function changeFrozen(engine: Engine, market: Market, slot: number, units: number): void {
  const { ints } = engine.orders;
  const whole = slot * orderInts;
  const currency = ints[whole + orderSide] === buy ? market.quote : market.base;
  const at = engine.balances.at(ints[whole + orderAccount], currency);
  engine.balances.numbers[at + balanceFrozen] += units;
  engine.balances.numbers[at + balanceUpdatedMs] = engine.nowMs;
}

/** Spot: money (buy) or base currency (sell) that so many open lots may still cost. */
function spotReserve(market: Market, slot: number, engine: Engine, lots: number): number {
  const { ints } = engine.orders;
  const whole = slot * orderInts;
  if (ints[whole + orderSide] !== buy) return lots * market.baseUnitsPerLot;
  return mulDivCeil(
    lots * ints[whole + orderPrice] * market.valueNumerator,
    1,
    market.valueDenominator,
  );
}

function linkOwn(engine: Engine, market: Market, slot: number): void {
  const { ints } = engine.orders;
  const { accounts } = engine;
  const account = ints[slot * orderInts + orderAccount];
  const count = accounts.openOrders[account];
  if (count === accounts.openSlots[account].length) accounts.growOpenSlots(account);
  accounts.openSlots[account][count] = slot;
  accounts.openOrders[account] = count + 1;
  accounts.openOrdersOfMarket[account * engine.markets.length + market.index] += 1;
  ints[slot * orderInts + orderOwnIndex] = count;
}

/** The latest open order of the account takes the place of the one that goes. */
export function unlinkOwn(engine: Engine, market: Market, slot: number): void {
  const { ints } = engine.orders;
  const { accounts } = engine;
  const account = ints[slot * orderInts + orderAccount];
  const slots = accounts.openSlots[account];
  const last = accounts.openOrders[account] - 1;
  const index = ints[slot * orderInts + orderOwnIndex];
  const moved = slots[last];
  slots[index] = moved;
  ints[moved * orderInts + orderOwnIndex] = index;
  accounts.openOrders[account] = last;
  accounts.openOrdersOfMarket[account * engine.markets.length + market.index] -= 1;
}
