import type { LifeLine } from "../artifacts/life-record.ts";
import type { PopulationStats, Quantiles } from "../artifacts/run-summary.ts";
import { createColumn } from "./column.ts";

/** What the statistics need of a life: a LifeRecord of the core and a line of a file have it. */
export type LifeNumbers = Omit<LifeLine, "last_signal" | "state_final" | "capital_base_micro">;

/** Adds lives one by one; exact quantiles cost 24 bytes an agent. */
export type StatsCollector = Readonly<{
  add: (life: LifeNumbers, isFounder: boolean) => void;
  stats: () => PopulationStats;
}>;

export function createStatsCollector(): StatsCollector {
  const finals = createColumn();
  const returns = createColumn();
  const ages = createColumn();
  const sums = {
    profitable_agents: 0,
    traded_agents: 0,
    traded_both_sides: 0,
    founders: 0,
    founders_traded: 0,
    founders_traded_both_sides: 0,
    opened_long: 0,
    opened_short: 0,
    closed: 0,
    closed_with_profit: 0,
    partial_fills: 0,
    unfilled_orders: 0,
    children: 0,
    fees_micro: 0,
    funding_micro: 0,
    living_cost_micro: 0,
  };

  return {
    add(life, isFounder): void {
      const gain = lifetimeGain(life);
      finals.push(life.final_capital_micro);
      returns.push(gain / life.initial_capital_micro);
      ages.push(life.age_ticks);
      const traded = life.opened_long + life.opened_short > 0 ? 1 : 0;
      const bothSides = life.opened_long > 0 && life.opened_short > 0 ? 1 : 0;
      if (gain > 0) sums.profitable_agents += 1;
      sums.traded_agents += traded;
      sums.traded_both_sides += bothSides;
      if (isFounder) {
        sums.founders += 1;
        sums.founders_traded += traded;
        sums.founders_traded_both_sides += bothSides;
      }
      sums.opened_long += life.opened_long;
      sums.opened_short += life.opened_short;
      sums.closed += life.closed;
      sums.closed_with_profit += life.closed_with_profit;
      sums.partial_fills += life.partial_fills;
      sums.unfilled_orders += life.unfilled_orders;
      sums.children += life.children;
      sums.fees_micro += life.fees_micro;
      sums.funding_micro += life.funding_micro;
      sums.living_cost_micro += life.living_cost_micro;
    },
    stats: () => ({
      agents: finals.length,
      final_capital_micro: quantiles(finals.values()),
      lifetime_return: quantiles(returns.values()),
      age_ticks: quantiles(ages.values()),
      quantiles_reason: finals.length === 0 ? "no_agents" : null,
      ...sums,
    }),
  };
}

/** What a life added to the money it was given, wherever that money is now. */
export function lifetimeGain(life: LifeNumbers): number {
  return life.final_capital_micro + life.given_to_children_micro - life.initial_capital_micro;
}

/** Nearest rank over values in any order; the mean adds them in the order given. */
export function quantiles(values: Float64Array): Quantiles | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  const sorted = values.toSorted();
  const rank = (percent: number): number =>
    sorted[Math.max(Math.ceil((percent * sorted.length) / 100) - 1, 0)] ?? Number.NaN;
  return {
    min: rank(0),
    p05: rank(5),
    p25: rank(25),
    p50: rank(50),
    p75: rank(75),
    p95: rank(95),
    max: rank(100),
    mean: sum / values.length,
  };
}
