import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { noteBalance } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { rowFor } from "../matching/position-row.ts";
import { moveMargin, removable } from "./adjust-margin.ts";
import { checkPosition } from "./check-position.ts";
import { initialMargin, refreshOrders } from "./exposure.ts";
import { tierAllows } from "./tiers.ts";

const {
  rowBuyLots,
  rowBuyValue,
  rowCost,
  rowInitial,
  rowLeverage,
  rowLots,
  rowNumbers,
  rowSellLots,
  rowSellValue,
  rowValue,
} = rowFields;
const { modeIsolated } = codes;
const { commandAccount, commandMarket, commandMode, commandUnits } = commandFields;

/**
 * Leverage of one position and its orders. Cross: one for both sides. An isolated position takes
 * in or gives back what its entry margin changes by, as far as it can spare it. Refused where the
 * tier of what is held and ordered does not allow it, or the margin that it asks for is not there.
 */
export function setLeverage(engine: Engine, c: Float64Array, at: number): number {
  const code = checkPosition(engine, c, at);
  if (code !== 0) return code;
  const market = engine.markets[c[at + commandMarket]];
  const leverage = c[at + commandUnits];
  if (
    !(leverage >= 1 && leverage <= market.tierMaxLeverage[0]) ||
    Math.floor(leverage) !== leverage
  ) {
    return rejectCodes.leverage_out_of_range;
  }
  const first = rowFor(engine, c, at);
  // Cross leverage is that of the instrument, whatever the side.
  const both = c[at + commandMode] !== modeIsolated;
  const rows = both ? [first & ~1, first | 1] : [first];
  let growth = 0;
  for (const row of rows) {
    if (!tierAllows(market, reach(engine, row), leverage)) return rejectCodes.tier_exceeded;
    growth += initialAt(engine, row, leverage) - engine.rows.numbers[row * rowNumbers + rowInitial];
    if (!both) growth += Math.max(0, marginChange(engine, row, leverage));
  }
  const balance = engine.balances.at(c[at + commandAccount], market.quote);
  const available = both
    ? engine.balances.available(balance)
    : engine.balances.availableCash(balance);
  if (growth > 0 && growth > available) return rejectCodes.leverage_margin_short;
  for (const row of rows) {
    const change = both ? 0 : marginChange(engine, row, leverage);
    engine.rows.numbers[row * rowNumbers + rowLeverage] = leverage;
    refreshOrders(engine, market, row, c[at + commandAccount]);
    if (change !== 0) moveMargin(engine, market, row, change);
  }
  if (growth !== 0) noteBalance(engine, balance);
  return 0;
}

/** The largest position that resting orders could make of this one. */
function reach(engine: Engine, row: number): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const long = numbers[at + rowLots] + numbers[at + rowBuyLots];
  const short = numbers[at + rowSellLots] - numbers[at + rowLots];
  return Math.max(long, short, 0);
}

function initialAt(engine: Engine, row: number, leverageCenti: number): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  return initialMargin(
    isIsolatedRow(row),
    numbers[at + rowValue],
    numbers[at + rowBuyValue],
    numbers[at + rowSellValue],
    leverageCenti,
  );
}

/** What the margin of an isolated position should change by: that of its cost at both leverages. */
function marginChange(engine: Engine, row: number, leverageCenti: number): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const cost = Math.abs(numbers[at + rowCost]);
  const change =
    initialMargin(false, cost, 0, 0, leverageCenti) -
    initialMargin(false, cost, 0, 0, numbers[at + rowLeverage]);
  return change < 0 ? -Math.min(-change, Math.max(0, removable(engine, row))) : change;
}
