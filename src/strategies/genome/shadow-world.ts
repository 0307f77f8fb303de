import { assert, canonicalJson, Defect } from "#base";
import {
  type FrameRates,
  findGenomeSchema,
  genomeStride,
  linearSchema,
  meta,
  num,
  type World,
} from "#core";
import { createReferenceKernel } from "#kernel";
import type { GenomeConfig, PromotedGenome } from "./genome-config.ts";
import type { GenomeMemory } from "./genome-view.ts";

/** One agent in the memory of the frozen core, and the kernel that settles and decides for it. */
export type ShadowWorld = Readonly<{
  kernel: ReturnType<typeof createReferenceKernel>;
  world: World;
  rates: FrameRates;
}>;

const million = 1_000_000;
/** Offline elites are chosen anew so often; the only agent is its own elite from then on. */
export const censusTicks = 64;

/** What a slot keeps of its agent between two bars. */
const slotColumns = [
  "cash",
  "position",
  "equity",
  "entryEquity",
  "order",
  "feesPaid",
  "fundingPaid",
  "tradeFlow",
  "openedLong",
  "openedShort",
  "closed",
  "wins",
  "partials",
  "unfilled",
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "elite",
] as const;

/** Words below are counters and links between ticks; the rest is physics, written afresh. */
const metaKept = meta.prevEliteCount + 1;
const numKept = [
  [num.prevClose, num.maxLots],
  [num.counts, num.words],
] as const;

/** Of everything that the past of a memory depends on besides the bars. */
export function worldKey({ genome, instrument, interval_ms, physics }: GenomeConfig): string {
  const genes = { gene_id: genome?.gene_id ?? null, promotion_id: genome?.promotion_id ?? null };
  return canonicalJson({ ...genes, instrument, interval_ms, physics });
}

/** An agent as it is born: flat, awake, with its capital; `open` is the first bar's, in ticks. */
export function bornWorld(config: GenomeConfig, genome: PromotedGenome, open: number): ShadowWorld {
  const shadow = emptyWorld(config, genome);
  const { world } = shadow;
  const capital = config.physics.capital_micro;
  world.cash[0] = capital;
  world.equity[0] = capital;
  world.num[num.allocated] = capital;
  world.num[num.capitalBase] = capital;
  world.num[num.prevClose] = open;
  return shadow;
}

/** The agent as `captureWorld` left it. */
export function restoredWorld(
  config: GenomeConfig,
  genome: PromotedGenome,
  memory: GenomeMemory,
): ShadowWorld {
  const shadow = emptyWorld(config, genome);
  const { world } = shadow;
  assert(memory.meta.length === metaKept, "a genome memory has other words than it was given");
  assert(memory.slot.length === slotColumns.length, "a genome memory has another slot");
  world.meta.set(memory.meta);
  let next = 0;
  for (const [from, to] of numKept) {
    world.num.set(memory.num.slice(next, next + to - from), from);
    next += to - from;
  }
  assert(memory.num.length === next, "a genome memory has other numbers than it was given");
  for (const [index, name] of slotColumns.entries()) world[name][0] = memory.slot[index] ?? 0;
  return shadow;
}

type Captured = Pick<GenomeMemory, "meta" | "num" | "slot">;

export function captureWorld({ world }: ShadowWorld): Captured {
  return {
    meta: Array.from(world.meta.subarray(0, metaKept)),
    num: numKept.flatMap(([from, to]) => Array.from(world.num.subarray(from, to))),
    slot: slotColumns.map((name) => at(world[name], 0)),
  };
}

/** An element that is there by construction. */
export function at(array: Float64Array | Float32Array | Int32Array, index: number): number {
  const value = array[index];
  if (value === undefined) throw new Defect(`no element ${index}`);
  return value;
}

function emptyWorld(config: GenomeConfig, genome: PromotedGenome): ShadowWorld {
  const kernel = createReferenceKernel({ capacity: 1 });
  const { world } = kernel;
  const { physics } = config;
  const leverage = physics.max_leverage_ppm / million;
  writePhysics(world, config, leverage);
  const schema = findGenomeSchema(genome.genome_schema_version);
  assert(schema !== null, `unknown genome schema ${genome.genome_schema_version}`);
  world.meta[meta.schema] = schema === linearSchema ? 1 : 0;
  world.meta[meta.alive] = 1;
  world.genomes.set(genome.weights.slice(0, genomeStride), 0);
  world.deathAt[0] = 0;
  const { capital_micro, living_cost_ppm_per_tick } = physics;
  world.livingCost[0] = Math.ceil((capital_micro * living_cost_ppm_per_tick) / million);
  return {
    kernel,
    world,
    rates: {
      microPerLotTick: config.instrument.micro_per_lot_tick,
      maxLeverage: leverage,
      participationPpm: physics.participation_cap_ppm,
      halfSpread: physics.half_spread_ppm / million,
      impactY: physics.impact_y_ppm / million,
    },
  };
}

/** As core writes them for a run; a test compares the decisions with those of a run. */
function writePhysics(world: World, { instrument, physics }: GenomeConfig, leverage: number): void {
  const { num: n, meta: m } = world;
  n[num.microPerLotTick] = instrument.micro_per_lot_tick;
  n[num.takerFee] = physics.taker_fee_ppm / million;
  n[num.maxLeverage] = leverage;
  n[num.inverseMaxLeverage] = 1 / leverage;
  // Costs are shown to agents in units of 10 basis points.
  n[num.feeScale] = (physics.taker_fee_ppm / million) * 1000;
  const tiers = instrument.margin_tiers;
  assert(tiers.length <= num.tierRate - num.tierLots, "more margin tiers than a world can keep");
  m[meta.tierCount] = tiers.length;
  n[num.maxLots] = tiers.at(-1)?.max_lots ?? Number.POSITIVE_INFINITY;
  for (const [index, tier] of tiers.entries()) {
    const rate = tier.mmr_ppm / million;
    n[num.tierLots + index] = tier.max_lots;
    n[num.tierRate + index] = rate;
    n[num.maxMaintenance] = Math.max(at(n, num.maxMaintenance), rate);
  }
}
