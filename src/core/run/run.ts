import { assert, Defect } from "#base";
import type { Instrument } from "#market";
import { createFrameMaker, type FrameMaker } from "../features/frames.ts";
import { fenceInventory } from "../fences/inventory.ts";
import { findGenomeSchema } from "../genome/schema.ts";
import type { Colony } from "../life/colony.ts";
import type { BarSource } from "../world/bar-source.ts";
import type { WorldConfig } from "../world/config.ts";
import type { Kernel } from "../world/kernel-port.ts";
import { setRules } from "../world/rules.ts";
import { meta, num } from "../world/words.ts";
import type { Moment, RunListener } from "./events.ts";
import type { CollapseMark, RunEnd } from "./outcome.ts";
import { drawSeasons, type Season, type Window } from "./seasons.ts";

export type RunProgress = Readonly<{
  tick: number;
  ticks_total: number;
  alive: number;
  births: number;
  deaths: number;
  agent_bars: number;
}>;

export type RunControl = Readonly<{
  /** Asked between chunks of at most 512 bars; true ends the run there. */
  stopRequested: () => boolean;
  /** Replay of an interrupted run: end after this tick, at least 1; null = do not. */
  stopAfterTick: number | null;
  progress: (now: RunProgress) => void;
}>;

export type RunInputs = Readonly<{
  config: WorldConfig;
  seed: number;
  instrument: Instrument;
  bars: BarSource;
  window: Window;
  kernel: Kernel;
  listener: RunListener;
  control: RunControl;
}>;

/** A run in progress: the colony, its market and the counters that only the end needs. */
export type Run = {
  readonly inputs: RunInputs;
  readonly colony: Colony;
  readonly frames: FrameMaker;
  readonly seasons: readonly Season[];
  readonly ticksTotal: number;
  readonly initialTotal: number;
  readonly maskedBars: number[];
  readonly collapses: CollapseMark[];
  effectiveMin: number;
  tick: number;
  season: number;
  segment: number;
  /** The bar lived last. */
  at: Moment;
  /** Frame rows of the present chunk start at this bar. */
  chunkStart: number;
  end: RunEnd | null;
};

/** A run before its first bar: rules set, seasons drawn, nobody born. */
export function beginRun(inputs: RunInputs): Run {
  const { config, kernel, instrument, seed } = inputs;
  const schema = findGenomeSchema(config.genome_schema_version);
  if (schema === null) throw new Defect(`unknown genome schema ${config.genome_schema_version}`);
  const { world } = kernel;
  const isFresh = world.meta[meta.alive] === 0 && world.num[num.agentBars] === 0;
  assert(isFresh, "a run needs a fresh kernel: this one has lived a run before");
  const rules = setRules(world, config, instrument);
  const colony: Colony = {
    config,
    schema,
    seed,
    kernel,
    world,
    listen: inputs.listener,
    agents: [],
    nextAgentId: 1,
    reserve: config.initial_total_capital_micro,
    founders: 0,
    births: 0,
    deaths: 0,
    deathsByReason: { capital_depleted: 0, liquidated: 0, review_culled: 0 },
    maxGeneration: 0,
    forcedCloses: 0,
    settledToReserve: 0,
    rebootCapital: 0,
    livingCostPerTick: rules.livingCostPerTick,
    livingCostCollected: 0,
    fenceTriggers: new Float64Array(fenceInventory.length),
    fenceBlocks: new Float64Array(fenceInventory.length),
    fenceBlocksAtReview: new Float64Array(fenceInventory.length),
  };
  const seasons = drawSeasons(config.seasons, inputs.window, seed);
  return {
    inputs,
    colony,
    frames: createFrameMaker(world, inputs.bars, rules.frameRates),
    seasons,
    ticksTotal: seasons.reduce((sum, season) => sum + season.bars, 0),
    initialTotal: config.initial_total_capital_micro,
    maskedBars: Array.from({ length: 12 }, () => 0),
    collapses: [],
    effectiveMin: 33,
    tick: 0,
    season: 0,
    segment: 0,
    at: { tick: 0, bar_index: inputs.window.start_index, ts_ms: 0, season: 0, segment: 0 },
    chunkStart: seasons[0]?.start ?? 0,
    end: null,
  };
}
