import {
  defaultWorldConfig,
  type Kernel,
  type RunEvent,
  type RunOutcome,
  runWorld,
  type World,
  type WorldConfig,
} from "#core";
import { createReferenceKernel, createSimdKernel } from "#kernel";
import { impatientKernel, type KernelWatch, watchKernel } from "./oracle/watched-kernel.ts";
import type { SyntheticMarket } from "./synthetic-market.ts";

export type MemoryRun = Readonly<{
  outcome: RunOutcome;
  /** Each event as JSON text, weights as their bits: equal texts are equal runs. */
  events: readonly string[];
  world: World;
}>;

export type MemoryRunSpec = Readonly<{
  market: SyntheticMarket;
  seed?: number;
  config?: Partial<WorldConfig>;
  kernel?: Kernel["id"];
  stopAfterTick?: number | null;
  window?: Readonly<{ start_index: number; end_index_exclusive: number }>;
  /** Looks into every tick; the run itself stays the same. */
  watch?: KernelWatch;
  /** Hears each event as it happens. */
  listen?: (event: RunEvent) => void;
  stopRequested?: () => boolean;
  /** The kernel comes back after every bar. */
  impatient?: boolean;
}>;

/** A small busy world: every way to live and die happens within a few hundred bars. */
export function busyConfig(market: SyntheticMarket, bars: number): WorldConfig {
  return {
    ...defaultWorldConfig(market.instrument, bars),
    population: 40,
    max_agents: 96,
    initial_total_capital_micro: 1000000000000,
    max_leverage_ppm: 12000000,
    living_cost_ppm_per_tick: 400,
    review_ticks: 90,
    split_return_ppm: 60000,
    seasons: { kind: "whole_window" },
  };
}

/** Lives a run on a market in memory and keeps all that it said. */
export function runInMemory(spec: MemoryRunSpec): MemoryRun {
  const { market, seed = 1, kernel: kind = "simd", stopAfterTick = null } = spec;
  const window = spec.window ?? { start_index: 0, end_index_exclusive: market.bars.count };
  const bars = window.end_index_exclusive - window.start_index;
  const config = { ...busyConfig(market, bars), ...spec.config };
  const create = kind === "simd" ? createSimdKernel : createReferenceKernel;
  const plain = create({ capacity: config.max_agents });
  const inner = spec.impatient === true ? impatientKernel(plain) : plain;
  const kernel = watchKernel(inner, spec.watch ?? null);
  const events: string[] = [];
  const outcome = runWorld({
    config,
    seed,
    instrument: market.instrument,
    bars: market.bars,
    window,
    kernel,
    listener: (event) => {
      events.push(eventText(event));
      spec.listen?.(event);
    },
    control: {
      stopRequested: spec.stopRequested ?? (() => false),
      stopAfterTick,
      progress: () => undefined,
    },
  });
  return { outcome, events, world: kernel.world };
}

/** The events of one type, in order; the weights of births are left as bits. */
export function eventsOf<Type extends RunEvent["type"]>(
  run: Pick<MemoryRun, "events">,
  type: Type,
): readonly Extract<RunEvent, { type: Type }>[] {
  return run.events
    .map((text) => JSON.parse(text) as RunEvent)
    .filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

function eventText(event: RunEvent): string {
  if (event.type !== "birth") return JSON.stringify(event);
  const { weights } = event;
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  return JSON.stringify({ ...event, weights: Array.from(bits) });
}
