import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { tierIndex } from "./tiers.ts";

const { balanceCash, balanceRequired, balanceUnrealized } = balanceFields;
const { rowCost, rowLots, rowMargin, rowNumbers, rowRequired, rowUnrealized } = rowFields;

/** Reference price less (short: plus) the maintenance rate, rounded against the account. */
export function takeoverTicks(market: Market, lots: number): number {
  const reference = market.referenceTicks;
  const tier = market.spec.tiers[tierIndex(market, Math.abs(lots))];
  const rate = tier === undefined ? 0 : tier.mmrPpm;
  if (lots < 0) {
    const high = Math.ceil((reference * (1_000_000 + rate)) / 1_000_000);
    return Math.min(high, market.spec.maxPriceTicks);
  }
  return Math.max(1, Math.floor((reference * (1_000_000 - rate)) / 1_000_000));
}

/**
 * The price at which a position would be liquidated if nothing else moved, in ticks; null if none.
 * OKX, linear contracts: long (cost - backing) / (size * (1 - rate)), short (proceeds + backing) /
 * (size * (1 + rate)), rate = maintenance + liquidation fee; backing is the margin of an isolated
 * position, for a cross one cash + other profit - what other positions require.
 */
export function liquidationTicks(engine: Engine, market: Market, row: number): number | null {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const lots = numbers[at + rowLots];
  if (lots === 0) return null;
  const rate = market.tierRequiredPpm[tierIndex(market, Math.abs(lots))] / 1_000_000;
  const entry = numbers[at + rowCost] - backing(engine, market, row);
  const perTick = lots * market.valueNumerator;
  const ticks = entry / (perTick * (lots > 0 ? 1 - rate : 1 + rate));
  // The first whole tick beyond it: at the price itself the margin still just suffices.
  const rounded = lots > 0 ? Math.ceil(ticks) - 1 : Math.floor(ticks) + 1;
  return rounded > 0 && rounded <= market.spec.maxPriceTicks ? rounded : null;
}

function backing(engine: Engine, market: Market, row: number): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  if (isIsolatedRow(row)) return numbers[at + rowMargin];
  const balance = engine.balances.at(engine.rows.accountOf(row), market.quote);
  const balances = engine.balances.numbers;
  const others = balances[balance + balanceUnrealized] - numbers[at + rowUnrealized];
  const required = balances[balance + balanceRequired] - numbers[at + rowRequired];
  return balances[balance + balanceCash] + others - required;
}
