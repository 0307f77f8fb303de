import { Defect } from "#base";
import { featureContract, findGenomeSchema, twinEntryGene, twinExitGene, twinSchema } from "#core";
import { type Decision, hold, type Indicators, propose, refuse } from "../decision.ts";
import { barSourceOf, firstNewBar } from "./bar-window.ts";
import type { GenomeConfig, PromotedGenome } from "./genome-config.ts";
import { genomeDraft, type Wish } from "./genome-drafts.ts";
import type { FundedBar, GenomeMemory, GenomeView } from "./genome-view.ts";
import { type Lived, liveBars } from "./live-bars.ts";
import {
  at,
  bornWorld,
  captureWorld,
  restoredWorld,
  type ShadowWorld,
  worldKey,
} from "./shadow-world.ts";

/** A change of anything but the frozen core, which has versions of its own, is a new version. */
export const genomeVersion = "genome-1";

/**
 * Lets one promoted genome decide on closed bars, bit for bit as it would alone in a run: the same
 * features, the same kernel, a shadow account under the same physics. What it decides on the newest
 * bar becomes a draft; bars before it are only lived through.
 */
export function decideGenome(
  view: GenomeView,
  config: GenomeConfig,
  memory: GenomeMemory | null,
): Decision<GenomeMemory | null> {
  const { genome } = config;
  const untouched = { indicators: {}, details: {}, memory };
  if (genome === null) {
    const message = "no genome has been promoted for this strategy";
    return refuse("no_promoted_genome", { code: "no_promoted_genome", message }, untouched);
  }
  const odd = genomeFault(genome) ?? memoryFault(config, memory);
  if (odd !== null) {
    return refuse("input_malformed", { code: odd.code, message: odd.message }, untouched);
  }
  if (memory !== null && memory.ended !== null) {
    return hold("shadow_account_ended", `the shadow account is ${memory.ended}`, untouched);
  }
  const first = firstNewBar(view, config, memory);
  if (!first.ok) return refuse(first.fault.code, first.fault.reason, untouched);
  if (first.value === view.bars.length) {
    return hold("no_new_bar", "the newest bar was decided on before", untouched);
  }
  return decideOnNewest(view.bars, first.value, { config, genome, memory });
}

type Scene = Readonly<{
  config: GenomeConfig;
  genome: PromotedGenome;
  memory: GenomeMemory | null;
}>;

function decideOnNewest(
  bars: readonly FundedBar[],
  first: number,
  { config, genome, memory }: Scene,
): Decision<GenomeMemory | null> {
  const [oldest, newest] = [bars[0], bars.at(-1)];
  if (oldest === undefined || newest === undefined) throw new Defect("a view lost its bars");
  const shadow =
    memory === null
      ? bornWorld(config, genome, oldest.open)
      : restoredWorld(config, genome, memory);
  const source = barSourceOf(bars, config.interval_ms);
  const lived = liveBars(shadow, source, { first, ticks: memory?.ticks ?? 0 });
  const found = {
    indicators: indicatorsOf(shadow, lived, genome, bars.length - first),
    details: { market_features: featuresOf(lived) },
    memory: {
      world_key: worldKey(config),
      first_ts_ms: memory?.first_ts_ms ?? oldest.ts_ms,
      last_bar: { ts_ms: newest.ts_ms, open: newest.open, close: newest.close },
      ticks: lived.ticks,
      ended: lived.ended,
      ...captureWorld(shadow),
    },
  };
  if (lived.ended !== null) {
    return hold("shadow_account_ended", `the shadow account is ${lived.ended}`, found);
  }
  const wish = wishOf(shadow, newest.close, config);
  if (wish === null) {
    const [code, message] = whyHeld(shadow, lived, entryThreshold(genome));
    return hold(code, message, found);
  }
  const draft = genomeDraft(wish, config.instrument);
  if (draft === null) {
    return hold("instrument_not_tradable", `${config.instrument.id} is an index`, found);
  }
  return propose([draft], [{ code: wish.action, message: wish.rationale }], found);
}

/** The order that stands for the next open; the kernel opens from flat and closes whole. */
function wishOf(
  { world }: ShadowWorld,
  closeTicks: number,
  { proposal_valid_ms: validForMs }: GenomeConfig,
): Wish | null {
  const lots = at(world.order, 0);
  if (lots === 0) return null;
  const position = at(world.position, 0);
  const long = position === 0 ? lots > 0 : position > 0;
  const verb = position === 0 ? "open" : "close";
  const side = long ? "long" : "short";
  const action = `${verb}_${side}` as const;
  const rationale = `signal ${at(world.lastSignal, 0)}: ${verb} a ${side} position`;
  return { action, lots, closeTicks, rationale, validForMs };
}

function whyHeld({ world }: ShadowWorld, lived: Lived, entry: number): readonly [string, string] {
  if (lived.mask === 0) return ["no_market_features", "no market feature can be seen yet"];
  const signal = at(world.lastSignal, 0);
  if (at(world.position, 0) !== 0) return ["position_kept", `signal ${signal} keeps the position`];
  // It would have opened: the fence of the smallest order kept it from that.
  if (Math.abs(signal) > entry) return ["size_zero", `signal ${signal} asks for less than one lot`];
  return ["below_entry_threshold", `signal ${signal} opens nothing`];
}

/** Linear genomes open by sign. */
function entryThreshold({ genome_schema_version, weights }: PromotedGenome): number {
  const isTwin = genome_schema_version === twinSchema.genome_schema_version;
  return isTwin ? Math.abs(weights[twinEntryGene] ?? 0) : 0;
}

function indicatorsOf(
  { world }: ShadowWorld,
  lived: Lived,
  genome: PromotedGenome,
  newBars: number,
): Indicators {
  const isTwin = genome.genome_schema_version === twinSchema.genome_schema_version;
  return {
    gene_id: genome.gene_id,
    promotion_id: genome.promotion_id,
    signal: at(world.lastSignal, 0),
    entry_threshold: entryThreshold(genome),
    exit_threshold: isTwin ? (genome.weights[twinExitGene] ?? 0) : 0,
    position_lots: at(world.position, 0),
    order_lots: at(world.order, 0),
    equity_micro: at(world.equity, 0),
    fees_micro: at(world.feesPaid, 0),
    closed_trades: at(world.closed, 0),
    ticks: lived.ticks,
    new_bars: newBars,
    masked_market_features: featuresOf(lived).filter(({ is_seen }) => !is_seen).length,
  };
}

type SeenFeature = Readonly<{ id: string; value: number; is_seen: boolean }>;

/** E1 to E12 of the newest bar; one that is masked reads 0. */
function featuresOf({ market, mask }: Lived): readonly SeenFeature[] {
  return market.map((value, index) => ({
    id: featureContract.features[index]?.id ?? "",
    value,
    is_seen: (mask & (1 << index)) !== 0,
  }));
}

type Oddity = Readonly<{ code: string; message: string }>;

function genomeFault(genome: PromotedGenome): Oddity | null {
  const { genome_schema_version: version, weights } = genome;
  const schema = findGenomeSchema(version);
  if (schema === null) return { code: "genome_schema_unknown", message: `no schema ${version}` };
  if (weights.length !== schema.weights_count) {
    const message = `${weights.length} weights, ${version} has ${schema.weights_count}`;
    return { code: "genome_malformed", message };
  }
  const odd = weights.findIndex((weight) => !Number.isFinite(weight) || !isFloat32(weight));
  if (odd < 0) return null;
  return { code: "genome_malformed", message: `weight ${odd} is no finite float32` };
}

function isFloat32(value: number): boolean {
  return Math.fround(value) === value;
}

function memoryFault(config: GenomeConfig, memory: GenomeMemory | null): Oddity | null {
  if (memory === null || memory.world_key === worldKey(config)) return null;
  const message = "the memory is of another genome, instrument or physics";
  return { code: "memory_of_another_world", message };
}
