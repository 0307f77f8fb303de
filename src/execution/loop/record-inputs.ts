import { featureContract, meta, num } from "#core";
import type { ExecutionLines } from "#evidence";
import { at, type Colony } from "../colony/colony.ts";
import { marketFeatures } from "../colony/decide.ts";
import type { Body, Journal, LinePlace } from "../landing/journal.ts";
import type { TakenBar } from "../market-view/take-bars.ts";
import { rounded } from "../quality/percentiles.ts";

type Probe = Body<ExecutionLines["e_probes"]>;
type Spread = NonNullable<ExecutionLines["mf_stats_ticks"]["fill_impedance"]>;

/** Writes bars down as they were taken in; a later reader makes the same features of them. */
export function recordBars(journal: Journal, taken: readonly TakenBar[]): void {
  for (const { index, candle, fundingPpb, fundingReason } of taken) {
    journal.execution("market_bars", {
      bar_index: index,
      open_ms: candle.tsMs,
      open: candle.open,
      high: candle.high,
      low: candle.low,
      close: candle.close,
      volume: candle.volume,
      funding_known_ppb: fundingPpb,
      funding_known_ppb_reason: fundingReason,
    });
  }
}

/** Everything that the decisions of a tick are a function of, before they are taken. */
export function recordInputs(
  journal: Journal,
  colony: Colony,
  seen: Readonly<{ tick: number; barIndex: number; mask: number; fundingReason: string | null }>,
): readonly LinePlace[] {
  const probe = journal.execution("e_probes", probeOf(colony, seen));
  for (const [slot, { hash }] of colony.members.entries()) {
    journal.execution("agent_states", stateOf(colony, slot, seen.tick, hash));
  }
  const friction = journal.execution("mf_stats_ticks", frictionOf(colony, seen.tick));
  const comfort = journal.execution("comfort_ticks", comfortOf(colony, seen.tick));
  return [probe, friction, comfort];
}

function probeOf(
  colony: Colony,
  {
    tick,
    barIndex,
    mask,
    fundingReason,
  }: Readonly<{
    tick: number;
    barIndex: number;
    mask: number;
    fundingReason: string | null;
  }>,
): Probe {
  const { meta: m, num: n } = colony.world;
  const masked = featureContract.features.slice(0, 12).flatMap(({ id }, index) => {
    if ((mask & (1 << index)) !== 0) return [];
    const funding = id === "E12" ? fundingReason : null;
    return [{ id, reason_code: funding ?? "not_enough_history_or_no_movement" }];
  });
  return {
    tick,
    bar_index: barIndex,
    values: marketFeatures(colony),
    mask,
    masked,
    colony: {
      alive: at(m, meta.prevAlive),
      longs: at(m, meta.prevLongs),
      shorts: at(m, meta.prevShorts),
      death_heat: at(m, meta.prevHeat),
      allocated_micro: at(n, num.prevAllocated),
      capital_base_micro: at(n, num.prevCapitalBase),
      elite_sum: at(m, meta.prevEliteSum),
      elite_count: at(m, meta.prevEliteCount),
    },
  };
}

function stateOf(
  { world }: Colony,
  slot: number,
  tick: number,
  hash: string,
): Body<ExecutionLines["agent_states"]> {
  return {
    tick,
    agent_id_hash: hash,
    position_lots: at(world.position, slot),
    cash_micro: at(world.cash, slot),
    equity_micro: at(world.equity, slot),
    entry_equity_micro: at(world.entryEquity, slot),
    state_age: at(world.age, slot),
    last_signal: at(world.lastSignal, slot),
    fill_impedance: at(world.fillImpedance, slot),
    time_impedance: at(world.timeImpedance, slot),
    slippage_impedance: at(world.slippage, slot),
    impact_impedance: at(world.impact, slot),
    elite: at(world.elite, slot) !== 0,
  };
}

function frictionOf(
  { world, members }: Colony,
  tick: number,
): Body<ExecutionLines["mf_stats_ticks"]> {
  const over = (array: Float32Array): Spread | null =>
    spreadOf(members.map((_, slot) => at(array, slot)));
  return {
    tick,
    agents: members.length,
    fill_impedance: over(world.fillImpedance),
    time_impedance: over(world.timeImpedance),
    slippage_impedance: over(world.slippage),
    impact_impedance: over(world.impact),
    reason_code: members.length === 0 ? "nobody_lives" : null,
  };
}

function comfortOf(
  { world, members }: Colony,
  tick: number,
): Body<ExecutionLines["comfort_ticks"]> {
  const e4 = at(world.scalars, 3);
  const noise = Math.min(Math.abs(at(world.scalars, 7)), 1);
  const trend = e4 * (1 - noise);
  const sides = members.map((_, slot) => Math.sign(at(world.position, slot)));
  const longs = sides.filter((side) => side > 0).length;
  const shorts = sides.filter((side) => side < 0).length;
  const held = sides.filter((side) => side !== 0).map((side) => side * trend);
  return {
    tick,
    holders: longs + shorts,
    longs,
    shorts,
    trend: rounded(trend),
    comfort: spreadOf(held),
    reason_code: held.length === 0 ? "nobody_holds" : null,
  };
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return { min: rounded(min), mean: rounded(mean), max: rounded(max) };
}
