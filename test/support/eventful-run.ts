import type { LandedRunSpec } from "./landed-run.ts";
import { syntheticMarket } from "./synthetic-market.ts";

/**
 * A run of a few hundred records in which everything happens: births, each reason of death, partial
 * and unfilled orders, two seasons, an extinction, a reboot, and agents alive at the end.
 */
export function eventfulRun(): LandedRunSpec {
  return {
    market: syntheticMarket({ bars: 200, seed: 7, volatility: 150 }),
    seed: 8,
    config: {
      population: 6,
      max_agents: 12,
      review_ticks: 60,
      initial_total_capital_micro: 100_000_000_000,
      max_leverage_ppm: 100_000_000,
      max_reboots: 2,
      genome_schema_version: "linear/1",
      split_return_ppm: 60_000,
      review_cull_ppm: 200_000,
      seasons: { kind: "drawn", count: 2, bars: 130 },
    },
    behaviors: true,
  };
}
