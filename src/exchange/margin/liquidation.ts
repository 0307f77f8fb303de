import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { cancelCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { cancelWhere } from "../matching/cancel.ts";
import { coverCash } from "./cover-loss.ts";
import { crossIsShort, isolatedIsShort } from "./shortfall.ts";
import { takeOver } from "./take-over.ts";
import { tierIndex } from "./tiers.ts";

const { rowLots, rowNumbers, rowRequired, rowsPerMarket } = rowFields;
const { orderInstrument, orderInts, orderMode, orderRow } = orderFields;
const { modeIsolated } = codes;

/**
 * Cross positions of one currency share what backs them. When cash + unrealized profit falls below
 * maintenance margin + liquidation fee (OKX: margin ratio at or under 100 %), their orders go
 * first; then the position that asks for most is reduced, tier by tier, until the rest is safe. A
 * debt without a position is the insurance fund's.
 */
export function liquidateCross(engine: Engine, account: number, currency: number): void {
  const balance = engine.balances.at(account, currency);
  if (!crossIsShort(engine, balance)) return;
  const { ints } = engine.orders;
  cancelWhere(engine, account, (slot) => {
    const { quote, base } = engine.markets[ints[slot * orderInts + orderInstrument]];
    const other = quote !== currency && base !== currency;
    return other || ints[slot * orderInts + orderMode] === modeIsolated
      ? 0
      : cancelCodes.liquidation;
  });
  for (;;) {
    const row = heaviestRow(engine, account, currency);
    if (row < 0) return coverCash(engine, account, currency);
    if (!crossIsShort(engine, balance)) return;
    reduceByTier(engine, row);
  }
}

/** An isolated position stands alone: margin + unrealized profit against what it requires. */
export function liquidateIsolated(engine: Engine, row: number): void {
  if (!isolatedIsShort(engine, row)) return;
  const { ints } = engine.orders;
  cancelWhere(engine, engine.rows.accountOf(row), (slot) =>
    ints[slot * orderInts + orderRow] === row ? cancelCodes.liquidation : 0,
  );
  while (isolatedIsShort(engine, row)) reduceByTier(engine, row);
}

/** Down to the most that the tier below may hold; all of it from the lowest tier. */
function reduceByTier(engine: Engine, row: number): void {
  const market = engine.markets[engine.rows.marketOf(row)];
  const held = Math.abs(engine.rows.numbers[row * rowNumbers + rowLots]);
  const tier = tierIndex(market, held);
  takeOver(engine, market, row, tier === 0 ? held : held - market.tierMaxLots[tier - 1]);
}

/** The cross position of this account and currency that requires most; -1: none is left. */
function heaviestRow(engine: Engine, account: number, currency: number): number {
  const { numbers } = engine.rows;
  let heaviest = -1;
  let most = 0;
  for (const market of engine.markets) {
    if (market.isSpot || market.quote !== currency) continue;
    for (let k = 0; k < rowsPerMarket; k += 1) {
      const row = engine.rows.rowOf(account, market.index, k);
      if (isIsolatedRow(row) || numbers[row * rowNumbers + rowLots] === 0) continue;
      if (numbers[row * rowNumbers + rowRequired] <= most) continue;
      most = numbers[row * rowNumbers + rowRequired];
      heaviest = row;
    }
  }
  return heaviest;
}
