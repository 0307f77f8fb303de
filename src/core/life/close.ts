import { count, meta, num } from "../world/words.ts";
import type { Colony } from "./colony.ts";

/**
 * Closes a position at the close of the bar, at cost: half spread, impact and fee, each rounded
 * against the agent, as in any fill. The participation cap does not bind the world itself.
 */
export function closeAtCost(colony: Colony, slot: number, bar: number): void {
  const { world } = colony;
  const { num: n, meta: m } = world;
  const position = world.position[slot];
  if (position === 0) return;
  const k = n[num.microPerLotTick];
  const close = world.close[bar];
  const half = world.halfSpread[bar];
  const push = world.impactCoefficient[bar] * Math.sqrt(Math.abs(position));
  const price =
    position > 0 ? Math.max(Math.floor(close - half - push), 1) : Math.ceil(close + half + push);
  const value = position * (k * price);
  const fee = Math.ceil(Math.abs(value) * n[num.takerFee]);
  const slip = position * (k * (price - close));

  world.cash[slot] += value - fee;
  world.tradeFlow[slot] += value;
  world.feesPaid[slot] += fee;
  world.position[slot] = 0;
  world.age[slot] = 0;
  world.closed[slot] += 1;
  if (world.cash[slot] > world.entryEquity[slot]) world.wins[slot] += 1;
  world.equity[slot] = world.cash[slot];
  if (position > 0) m[meta.longs] -= 1;
  else m[meta.shorts] -= 1;
  n[num.netLots] -= position;
  n[num.pricePnl] += slip;
  n[num.fees] += fee;
  n[num.allocated] += slip - fee;
  n[num.counts + count.closed] += 1;
  colony.forcedCloses += 1;
  colony.kernel.loadPanel(slot);
}
