import { isoFromMillis } from "#base";
import type { Moment, RunOutcome } from "#core";
import type { MomentRecord } from "../artifacts/moment.ts";
import type { PopulationStats, RecordCounts, RunSummary } from "../artifacts/run-summary.ts";
import type { SurvivalKpi } from "../artifacts/survival-kpi.ts";

/** An agent or a system beyond this multiple of the initial total is called an explosion. */
export const explosionFactor = 1000;

export type SummaryParts = Readonly<{
  run_id: string;
  config_hash: string;
  seed: number;
  outcome: RunOutcome;
  all_agents: PopulationStats;
  survivors: PopulationStats;
  survival_kpi: SurvivalKpi;
  has_nan: boolean;
  has_inf: boolean;
  has_explosion: boolean;
  record_counts: RecordCounts;
}>;

/** The run in figures; what events carry is counted again by the verifier. */
export function summaryOf(parts: SummaryParts): RunSummary {
  const { outcome } = parts;
  const { current_total_micro: total } = outcome.capital_triplet;
  const share = administrativeShare(outcome);
  return {
    schema_version: "run_summary/1",
    run_id: parts.run_id,
    mode: "offline",
    config_hash: parts.config_hash,
    seed: parts.seed,
    end: outcome.end,
    ticks: outcome.ticks,
    agent_bars: outcome.agent_bars,
    last: momentRecordOf(outcome.last),
    founders: outcome.founders,
    births: outcome.births,
    deaths: outcome.deaths,
    deaths_by_reason: { ...outcome.deaths_by_reason },
    administrative_death_share: share,
    administrative_death_share_reason: share === null ? "no_deaths" : null,
    alive_agents: outcome.alive_agents,
    agents_ever: outcome.agents_ever,
    max_generation: outcome.max_generation,
    segments: outcome.segments,
    initial_total_micro: outcome.initial_total_micro,
    capital_triplet: { ...outcome.capital_triplet },
    totals: { ...outcome.totals },
    system_return: (total - outcome.initial_total_micro) / outcome.initial_total_micro,
    orders: { ...outcome.orders },
    all_agents: parts.all_agents,
    survivors: parts.survivors,
    survival_kpi: parts.survival_kpi,
    masked_bars_by_feature: [...outcome.masked_bars_by_feature],
    effective_features_min: outcome.effective_features_min,
    has_nan: parts.has_nan,
    has_inf: parts.has_inf,
    has_explosion: parts.has_explosion,
    explosion_factor: explosionFactor,
    record_counts: parts.record_counts,
  };
}

/** Deaths that a rule of ours ordered, not the market: review_culled / all; null without deaths. */
export function administrativeShare(
  facts: Readonly<{ deaths: number; deaths_by_reason: RunOutcome["deaths_by_reason"] }>,
): number | null {
  return facts.deaths === 0 ? null : facts.deaths_by_reason.review_culled / facts.deaths;
}

function momentRecordOf(at: Moment): MomentRecord {
  return {
    ts_utc: isoFromMillis(at.ts_ms),
    tick: at.tick,
    bar_index: at.bar_index,
    season: at.season,
    segment: at.segment,
  };
}
