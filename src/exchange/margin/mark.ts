import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { moneyLimit } from "../money/arithmetic.ts";
import { refreshRow, unlistIfIdle } from "./exposure.ts";
import { liquidateCross, liquidateIsolated } from "./liquidation.ts";
import { renewBand } from "./price-band.ts";

const { rowLots, rowNumbers } = rowFields;
const { commandMarket, commandTicks } = commandFields;
const { eventMark } = eventFields;

/**
 * The mark moves: every position in the instrument is valued anew, then those are liquidated that
 * it no longer backs. Refused where a position would pass what money can count.
 */
export function setMark(engine: Engine, c: Float64Array, at: number): number {
  const index = c[at + commandMarket];
  const ticks = c[at + commandTicks];
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  const market = engine.markets[index];
  if (!(ticks > 0 && ticks <= market.spec.maxPriceTicks) || Math.floor(ticks) !== ticks) {
    return rejectCodes.price_out_of_range;
  }
  const { numbers } = engine.rows;
  const perLot = ticks * market.valueNumerator;
  for (let k = 0; k < market.activeCount; k += 1) {
    const lots = numbers[market.activeRows[k] * rowNumbers + rowLots];
    if (!(Math.abs(lots) * perLot <= moneyLimit)) return rejectCodes.money_out_of_range;
  }
  market.markTicks = ticks;
  renewBand(market);
  engine.events.push(eventMark, index, ticks, 0);
  // Backwards, since a row that is idle gives its place to the last.
  for (let k = market.activeCount - 1; k >= 0; k -= 1) {
    const row = market.activeRows[k];
    refreshRow(engine, market, row, engine.rows.accountOf(row));
    unlistIfIdle(engine, market, row);
  }
  const rows = market.activeRows.slice(0, market.activeCount).sort();
  for (const row of rows) {
    if (isIsolatedRow(row)) liquidateIsolated(engine, row);
  }
  for (const row of rows) {
    if (!isIsolatedRow(row)) liquidateCross(engine, engine.rows.accountOf(row), market.quote);
  }
  return 0;
}
