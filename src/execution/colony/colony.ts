import { Defect } from "#base";
import {
  count,
  findGenomeSchema,
  type GenomeSchema,
  genomeStride,
  linearSchema,
  meta,
  num,
  type World,
} from "#core";
import { createReferenceKernel } from "#kernel";
import type { Sizes } from "../amounts/sizes.ts";

type Kernel = ReturnType<typeof createReferenceKernel>;

/** An agent of the run: who it is, which genome it carries, what it was given. */
export type Member = Readonly<{
  /** From 1, in the order of birth. */
  number: number;
  id: string;
  hash: string;
  geneId: string;
  capitalMicro: number;
}> & {
  feesMicro: number;
  fills: number;
};

/** What decides how far agents may go and what trading costs them. */
export type ColonyRules = Readonly<{
  maxLeverage: number;
  takerFeePpm: number;
  participationPpm: number;
  halfSpreadPpm: number;
  impactYPpm: number;
  /** Lots beyond which no position is opened. */
  maxLots: number;
}>;

/**
 * The living of a venue run in the memory of the frozen core: the reference kernel decides on it,
 * and nothing but fills of their own orders moves their cash and positions.
 */
export type Colony = Readonly<{
  sizes: Sizes;
  schema: GenomeSchema;
  kernel: Kernel;
  world: World;
  rules: ColonyRules;
  /** By slot; as many as live. */
  members: Member[];
  /** The dead, in the order of their deaths. */
  buried: Member[];
}>;

export type Founder = Readonly<{ member: Member; weights: Float32Array }>;

export type ColonyPlan = Readonly<{
  sizes: Sizes;
  schemaVersion: string;
  rules: ColonyRules;
  founders: readonly Founder[];
}>;

/** A colony before its first tick: everybody flat, awake, and with the capital it was given. */
export function createColony({ sizes, schemaVersion, rules, founders }: ColonyPlan): Colony {
  const schema = findGenomeSchema(schemaVersion);
  if (schema === null) throw new Defect(`unknown genome schema ${schemaVersion}`);
  const kernel = createReferenceKernel({ capacity: Math.max(founders.length, 1) });
  const { world } = kernel;
  setPhysics(world, sizes, rules, schema);
  const members: Member[] = [];
  for (const [slot, { member, weights }] of founders.entries()) {
    world.genomes.set(weights, slot * genomeStride);
    world.cash[slot] = member.capitalMicro;
    world.equity[slot] = member.capitalMicro;
    world.deathAt[slot] = 0;
    kernel.loadPanel(slot);
    members.push(member);
  }
  world.meta[meta.alive] = members.length;
  const colony = { sizes, schema, kernel, world, rules, members, buried: [] };
  recount(colony);
  return colony;
}

function setPhysics(world: World, sizes: Sizes, rules: ColonyRules, schema: GenomeSchema): void {
  const { num: n, meta: m } = world;
  n[num.microPerLotTick] = sizes.microPerLotTick;
  n[num.takerFee] = rules.takerFeePpm / 1_000_000;
  n[num.maxLeverage] = rules.maxLeverage;
  n[num.inverseMaxLeverage] = 1 / rules.maxLeverage;
  // Costs are shown to agents in units of 10 basis points.
  n[num.feeScale] = (rules.takerFeePpm / 1_000_000) * 1000;
  n[num.maxLots] = rules.maxLots;
  const isLinear = schema.genome_schema_version === linearSchema.genome_schema_version;
  m[meta.schema] = isLinear ? 1 : 0;
}

/** Marks everybody at the close of the bar that will be decided on, as features/1 says. */
export function markAtClose(colony: Colony, closeTicks: number): void {
  const { world, sizes } = colony;
  for (const slot of colony.members.keys()) {
    const value = at(world.position, slot) * (sizes.microPerLotTick * closeTicks);
    world.equity[slot] = at(world.cash, slot) + value;
  }
  recount(colony);
}

/** What the colony's features are made of is counted afresh: nothing drifts. */
export function recount({ world, members }: Colony): void {
  const { num: n, meta: m } = world;
  let [longs, shorts, allocated, base, lots] = [0, 0, 0, 0, 0];
  for (const [slot, member] of members.entries()) {
    const position = at(world.position, slot);
    if (position > 0) longs += 1;
    if (position < 0) shorts += 1;
    allocated += at(world.equity, slot);
    base += member.capitalMicro;
    lots += position;
  }
  m[meta.alive] = members.length;
  m[meta.longs] = longs;
  m[meta.shorts] = shorts;
  n[num.allocated] = allocated;
  n[num.capitalBase] = base;
  n[num.netLots] = lots;
}

/** Orders that were too small to be one, and orders cut at the largest position. */
export function sizeFences({ world }: Colony): Readonly<{ sizeZero: number; limit: number }> {
  return {
    sizeZero: at(world.num, num.counts + count.sizeZero),
    limit: at(world.num, num.counts + count.positionLimit),
  };
}

/** An element that is there by construction. */
export function at(array: Float64Array | Float32Array | Int32Array, index: number): number {
  const value = array[index];
  if (value === undefined) throw new Defect(`no element ${index}`);
  return value;
}

export function slotOf({ members }: Colony, agentHash: string): number | null {
  const slot = members.findIndex(({ hash }) => hash === agentHash);
  return slot < 0 ? null : slot;
}
