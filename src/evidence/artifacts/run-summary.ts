import type { z } from "zod";
import type { DeathReason, LedgerTotals, OrderCounts, RunEnd } from "#core";
import { ledgerTotals } from "./capital-ledger.ts";
import {
  count,
  exactly,
  finite,
  flag,
  hex64,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  runId,
  strictRecord,
  whole,
} from "./fields.ts";
import {
  type CapitalTripletRecord,
  capitalTriplet,
  type MomentRecord,
  nullableMoment,
} from "./moment.ts";
import { type SurvivalKpi, survivalKpi } from "./survival-kpi.ts";

/** Nearest rank: pNN is the value at position ceil(NN * n / 100) in ascending order. */
export type Quantiles = Readonly<{
  min: number;
  p05: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  max: number;
  mean: number;
}>;

/** A company of agents in numbers: everyone who ever lived, or the survivors alone. */
export type PopulationStats = Readonly<{
  agents: number;
  /** Null when there are no agents. */
  final_capital_micro: Quantiles | null;
  /** (final + given to children - initial) / initial. */
  lifetime_return: Quantiles | null;
  age_ticks: Quantiles | null;
  quantiles_reason: string | null;
  profitable_agents: number;
  traded_agents: number;
  traded_both_sides: number;
  founders: number;
  founders_traded: number;
  founders_traded_both_sides: number;
  opened_long: number;
  opened_short: number;
  closed: number;
  closed_with_profit: number;
  partial_fills: number;
  unfilled_orders: number;
  children: number;
  fees_micro: number;
  funding_micro: number;
  living_cost_micro: number;
}>;

export type RecordCounts = Readonly<{
  agent_roster: number;
  genomes_snapshot: number;
  birth_events: number;
  death_events: number;
  survivors: number;
  capital_ledger: number;
  seasons: number;
  collapse_events: number;
  errors: number;
}>;

export type RunSummary = Readonly<{
  schema_version: "run_summary/1";
  run_id: string;
  mode: "offline";
  config_hash: string;
  seed: number;
  end: RunEnd;
  ticks: number;
  /** Sum over ticks of the agents alive in them. */
  agent_bars: number;
  last: MomentRecord | null;
  founders: number;
  births: number;
  deaths: number;
  deaths_by_reason: Readonly<Record<DeathReason, number>>;
  /** review_culled / all deaths. */
  administrative_death_share: number | null;
  administrative_death_share_reason: string | null;
  alive_agents: number;
  agents_ever: number;
  max_generation: number;
  segments: number;
  initial_total_micro: number;
  capital_triplet: CapitalTripletRecord;
  totals: LedgerTotals;
  /** current_total / initial_total - 1, as (current - initial) / initial. */
  system_return: number;
  orders: OrderCounts;
  all_agents: PopulationStats;
  survivors: PopulationStats;
  survival_kpi: SurvivalKpi;
  masked_bars_by_feature: readonly number[];
  effective_features_min: number;
  has_nan: boolean;
  has_inf: boolean;
  /** The system or an agent exceeded `explosion_factor` times the initial total. */
  has_explosion: boolean;
  explosion_factor: number;
  record_counts: RecordCounts;
}>;

const quantiles: z.ZodType<Quantiles> = strictRecord<Quantiles>({
  min: finite,
  p05: finite,
  p25: finite,
  p50: finite,
  p75: finite,
  p95: finite,
  max: finite,
  mean: finite,
});

const populationStats: z.ZodType<PopulationStats> = strictRecord<PopulationStats>({
  agents: count,
  final_capital_micro: nullable(quantiles),
  lifetime_return: nullable(quantiles),
  age_ticks: nullable(quantiles),
  quantiles_reason: nullable(reason),
  profitable_agents: count,
  traded_agents: count,
  traded_both_sides: count,
  founders: count,
  founders_traded: count,
  founders_traded_both_sides: count,
  opened_long: count,
  opened_short: count,
  closed: count,
  closed_with_profit: count,
  partial_fills: count,
  unfilled_orders: count,
  children: count,
  fees_micro: whole,
  funding_micro: whole,
  living_cost_micro: whole,
});

const orderCounts: z.ZodType<OrderCounts> = strictRecord<OrderCounts>({
  placed: count,
  filled: count,
  partial: count,
  unfilled: count,
  opened_long: count,
  opened_short: count,
  closed: count,
  forced_closes: count,
  liquidations: count,
  funding_payments: count,
});

export const runSummary: z.ZodType<RunSummary> = strictRecord<RunSummary>({
  schema_version: exactly("run_summary/1"),
  run_id: runId,
  mode: exactly("offline"),
  config_hash: hex64,
  seed: count,
  end: oneOf(["window_end", "extinction", "financial_collapse", "capital_ceiling", "stopped"]),
  ticks: count,
  agent_bars: count,
  last: nullableMoment,
  founders: count,
  births: count,
  deaths: count,
  deaths_by_reason: strictRecord<Record<DeathReason, number>>({
    capital_depleted: count,
    liquidated: count,
    review_culled: count,
  }),
  administrative_death_share: nullable(finite),
  administrative_death_share_reason: nullable(reason),
  alive_agents: count,
  agents_ever: count,
  max_generation: count,
  segments: positive,
  initial_total_micro: positive,
  capital_triplet: capitalTriplet,
  totals: ledgerTotals,
  system_return: finite,
  orders: orderCounts,
  all_agents: populationStats,
  survivors: populationStats,
  survival_kpi: survivalKpi,
  masked_bars_by_feature: listOf(count),
  effective_features_min: count,
  has_nan: flag,
  has_inf: flag,
  has_explosion: flag,
  explosion_factor: positive,
  record_counts: strictRecord<RecordCounts>({
    agent_roster: count,
    genomes_snapshot: count,
    birth_events: count,
    death_events: count,
    survivors: count,
    capital_ledger: count,
    seasons: count,
    collapse_events: count,
    errors: count,
  }),
});
