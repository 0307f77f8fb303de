import { createStream } from "#base";
import {
  defaultWorldConfig,
  founderCapitalMicro,
  founderGenome,
  genomeStride,
  twinSchema,
  type WorldConfig,
} from "#core";
import { createBarColumns } from "#market";
import type { FundedBar, GenomeConfig, PromotedGenome } from "#strategies";
import { runInMemory } from "./run-in-memory.ts";
import type { SyntheticMarket } from "./synthetic-market.ts";

/** Quarter hours, as of every synthetic market. */
export const loneIntervalMs = 900_000;

/** What stood in the world of a run after the decision of each bar. */
export type LoneTrace = Readonly<{
  signal: number;
  order: number;
  position: number;
  equity: number;
  market: readonly number[];
}>;

export type LoneRun = Readonly<{
  trace: readonly LoneTrace[];
  config: GenomeConfig;
  bars: readonly FundedBar[];
}>;

/** A run of the frozen core with a single agent: nobody is culled and nobody splits. */
export function loneRun(
  market: SyntheticMarket,
  seed: number,
  change: Partial<WorldConfig> = {},
): LoneRun {
  const world = {
    ...defaultWorldConfig(market.instrument, market.bars.count),
    population: 1,
    max_agents: 1,
    initial_total_capital_micro: 2_000_000_000_000,
    review_cull_ppm: 0,
    split_return_ppm: 100_000_000,
    max_reboots: 0,
    max_leverage_ppm: 3_000_000,
    seasons: { kind: "whole_window" } as const,
    ...change,
  };
  const trace: LoneTrace[] = [];
  runInMemory({
    market,
    seed,
    config: world,
    watch: {
      decided: (w, row) =>
        trace.push({
          signal: w.lastSignal[0] ?? Number.NaN,
          order: w.order[0] ?? Number.NaN,
          position: w.position[0] ?? Number.NaN,
          equity: w.equity[0] ?? Number.NaN,
          market: Array.from(w.scalars.subarray(row * 20, row * 20 + 12)),
        }),
    },
  });
  const weights = new Float32Array(genomeStride).subarray(0, twinSchema.weights_count);
  founderGenome(twinSchema, createStream({ seed, stream: "founders", id: 1 }), weights);
  const config: GenomeConfig = {
    genome: promotedGenome(Array.from(weights)),
    instrument: market.instrument,
    interval_ms: loneIntervalMs,
    physics: {
      capital_micro: founderCapitalMicro(world),
      max_leverage_ppm: world.max_leverage_ppm,
      participation_cap_ppm: world.participation_cap_ppm,
      taker_fee_ppm: world.taker_fee_ppm,
      half_spread_ppm: world.half_spread_ppm,
      impact_y_ppm: world.impact_y_ppm,
      living_cost_ppm_per_tick: world.living_cost_ppm_per_tick,
    },
    max_age_intervals: 2,
    proposal_valid_ms: loneIntervalMs,
  };
  return { trace, config, bars: barsOf(market) };
}

export function promotedGenome(weights: readonly number[]): PromotedGenome {
  return {
    promotion_id: "promotion-1",
    run_id: "HF_0000000000000000",
    agent_id: "1",
    gene_id: "00000000deadbeef",
    genome_schema_version: "twin-33-5-1/1",
    weights,
  };
}

function barsOf({ bars }: SyntheticMarket): readonly FundedBar[] {
  const columns = createBarColumns(bars.count);
  const [due, known] = [new Float64Array(bars.count), new Float64Array(bars.count)];
  bars.read(0, bars.count, columns);
  bars.readFunding(0, bars.count, due, known);
  const rate = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? null : value;
  return Array.from({ length: bars.count }, (_, row) => ({
    ts_ms: columns.ts_ms[row] ?? 0,
    open: columns.open[row] ?? 0,
    high: columns.high[row] ?? 0,
    low: columns.low[row] ?? 0,
    close: columns.close[row] ?? 0,
    volume: columns.volume[row] ?? 0,
    funding_due_ppb: rate(due[row]),
    funding_known_ppb: rate(known[row]),
  }));
}
