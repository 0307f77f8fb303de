import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { chargePpm, mulDivCeil } from "../money/arithmetic.ts";
import { tierIndex } from "./tiers.ts";

const {
  balanceInitial,
  balanceIsolatedOrders,
  balanceRequired,
  balanceUnrealized,
  balanceUpdatedMs,
} = balanceFields;
const {
  rowBuyLots,
  rowBuyValue,
  rowCost,
  rowInitial,
  rowLeverage,
  rowListed,
  rowLots,
  rowNumbers,
  rowReducingCount,
  rowRequired,
  rowSellLots,
  rowSellValue,
  rowUnrealized,
  rowValue,
} = rowFields;

/**
 * Renews what a position is worth at the mark (without one: at cost), what its orders could make
 * of it, and the sums of its account. Call after its lots, cost or orders or the price changed.
 *
 * value = lots * mark * lot value; unrealized = value - cost; required = |value| * (maintenance
 * rate of the tier of |lots| + liquidation fee rate), rounded up.
 */
export function refreshRow(engine: Engine, market: Market, row: number, account: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const lots = numbers[at + rowLots];
  const cost = numbers[at + rowCost];
  const ticks = market.markTicks;
  const value = ticks === 0 ? cost : lots * ticks * market.valueNumerator;
  const unrealized = value - cost;
  let required = 0;
  if (lots !== 0) {
    const tier = tierIndex(market, lots < 0 ? -lots : lots);
    required = chargePpm(value < 0 ? -value : value, market.tierRequiredPpm[tier]);
  }
  numbers[at + rowValue] = value;
  const oldUnrealized = numbers[at + rowUnrealized];
  const oldRequired = numbers[at + rowRequired];
  numbers[at + rowUnrealized] = unrealized;
  numbers[at + rowRequired] = required;
  if (!isIsolatedRow(row)) {
    const balances = engine.balances.numbers;
    const balance = engine.balances.at(account, market.quote);
    balances[balance + balanceUnrealized] += unrealized - oldUnrealized;
    balances[balance + balanceRequired] += required - oldRequired;
  }
  refreshOrders(engine, market, row, account);
}

/** As refreshRow where only the open orders of the position changed. */
export function refreshOrders(engine: Engine, market: Market, row: number, account: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const initial = initialMargin(
    isIsolatedRow(row),
    numbers[at + rowValue],
    numbers[at + rowBuyValue],
    numbers[at + rowSellValue],
    numbers[at + rowLeverage],
  );
  const change = initial - numbers[at + rowInitial];
  if (change !== 0) {
    numbers[at + rowInitial] = initial;
    const balance = engine.balances.at(account, market.quote);
    const field = isIsolatedRow(row) ? balanceIsolatedOrders : balanceInitial;
    engine.balances.numbers[balance + field] += change;
    engine.balances.numbers[balance + balanceUpdatedMs] = engine.nowMs;
  }
  if (numbers[at + rowListed] === 0) addToList(engine, market, row);
}

/**
 * The margin of a position and its open orders: the worse of all buys and all sells being filled.
 * An isolated position has its own margin, so that only what orders would open counts.
 */
export function initialMargin(
  isolated: boolean,
  value: number,
  buyValue: number,
  sellValue: number,
  leverageCenti: number,
): number {
  const long = buyValue + (isolated && value > 0 ? 0 : value);
  const short = sellValue - (isolated && value < 0 ? 0 : value);
  const exposure = long > short ? long : short;
  return exposure > 0 ? mulDivCeil(exposure, 100, leverageCenti) : 0;
}

function addToList(engine: Engine, market: Market, row: number): void {
  engine.rows.numbers[row * rowNumbers + rowListed] = market.listRow(row);
}

/** Forgets a row without lots and orders; the last of the list takes its place. */
export function unlistIfIdle(engine: Engine, market: Market, row: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const listed = numbers[at + rowListed];
  const idle =
    numbers[at + rowLots] === 0 &&
    numbers[at + rowBuyLots] === 0 &&
    numbers[at + rowSellLots] === 0 &&
    numbers[at + rowReducingCount] === 0;
  if (!idle || listed === 0) return;
  const last = market.activeRows[market.activeCount - 1];
  market.activeRows[listed - 1] = last;
  market.activeCount -= 1;
  numbers[last * rowNumbers + rowListed] = listed;
  numbers[at + rowListed] = 0;
}
