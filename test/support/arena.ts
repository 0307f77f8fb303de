import assert from "node:assert/strict";
import {
  arrayNames,
  barScalarStride,
  genomeStride,
  type Kernel,
  meta,
  num,
  type World,
} from "#core";
import { createReferenceKernel, createSimdKernel } from "#kernel";

export type ArenaAgent = Readonly<{
  cash: number;
  position?: number;
  /** Signed lots due at the open of the bar. */
  order?: number;
  livingCost?: number;
  /** Genes by index; the others are 0. */
  genes?: Readonly<Record<number, number>>;
  lastSignal?: number;
  sleep?: boolean;
  elite?: boolean;
  splitAt?: number;
}>;

export type ArenaBar = Readonly<{
  open: number;
  high?: number;
  low?: number;
  close?: number;
  volume?: number;
  /** Most lots one order may take; all of the volume unless said. */
  cap?: number;
  halfSpread?: number;
  impactCoefficient?: number;
  fundingDue?: number;
  /** float32 scalars by index: 12 E features, then barScalar. */
  scalars?: Readonly<Record<number, number>>;
  effective?: number;
}>;

export type ArenaSpec = Readonly<{
  agents: readonly ArenaAgent[];
  bar: ArenaBar;
  prevClose?: number;
  microPerLotTick?: number;
  takerFee?: number;
  maxLeverage?: number;
  maxLots?: number;
  tiers?: readonly Readonly<{ lots: number; rate: number }>[];
  linear?: boolean;
  /** Last touches before the kernels run. */
  prepare?: (world: World) => void;
}>;

/** Settles one bar by hand-set figures, in both kernels; the worlds must come out equal. */
export function settleInArena(spec: ArenaSpec): World {
  return inArena(spec, (kernel) => kernel.run(0, 1, false));
}

/** Lets everyone decide on one bar by hand-set figures, in both kernels. */
export function decideInArena(spec: ArenaSpec): World {
  return inArena(spec, (kernel) => kernel.run(0, 1, true));
}

function inArena(spec: ArenaSpec, act: (kernel: Kernel) => void): World {
  const shape = { capacity: spec.agents.length };
  const [reference, simd] = [createReferenceKernel(shape), createSimdKernel(shape)];
  for (const kernel of [reference, simd]) {
    setUp(kernel, spec);
    act(kernel);
  }
  assertSameWorlds(simd.world, reference.world, spec.agents.length);
  return reference.world;
}

function setUp(kernel: Kernel, spec: ArenaSpec): void {
  const { world } = kernel;
  const { agents, bar, prevClose = bar.open } = spec;
  const { num: n, meta: m } = world;
  const k = spec.microPerLotTick ?? 10;
  const tiers = spec.tiers ?? [{ lots: 1000000000, rate: 0.004 }];
  n[num.microPerLotTick] = k;
  n[num.takerFee] = spec.takerFee ?? 0;
  n[num.maxLeverage] = spec.maxLeverage ?? 5;
  n[num.inverseMaxLeverage] = 1 / (spec.maxLeverage ?? 5);
  n[num.feeScale] = (spec.takerFee ?? 0) * 1000;
  n[num.prevClose] = prevClose;
  n[num.maxLots] = spec.maxLots ?? tiers.at(-1)?.lots ?? 0;
  n[num.maxMaintenance] = Math.max(...tiers.map(({ rate }) => rate));
  m[meta.tierCount] = tiers.length;
  for (const [index, { lots, rate }] of tiers.entries()) {
    n[num.tierLots + index] = lots;
    n[num.tierRate + index] = rate;
  }
  m[meta.alive] = agents.length;
  m[meta.schema] = spec.linear === true ? 1 : 0;
  world.splitAt.fill(Number.POSITIVE_INFINITY);
  for (const [slot, agent] of agents.entries()) placeAgent(world, slot, agent, k * prevClose);
  for (const slot of agents.keys()) kernel.loadPanel(slot);
  placeBar(world, bar);
  spec.prepare?.(world);
}

function placeAgent(world: World, slot: number, agent: ArenaAgent, mark: number): void {
  const { num: n, meta: m } = world;
  const add = (words: Float64Array | Int32Array, index: number, value: number): void => {
    words[index] = (words[index] ?? 0) + value;
  };
  const position = agent.position ?? 0;
  const equity = agent.cash + position * mark;
  world.cash[slot] = agent.cash;
  world.position[slot] = position;
  world.equity[slot] = equity;
  world.entryEquity[slot] = equity;
  world.deathAt[slot] = 0;
  world.livingCost[slot] = agent.livingCost ?? 0;
  world.splitAt[slot] = agent.splitAt ?? Number.POSITIVE_INFINITY;
  world.lastSignal[slot] = agent.lastSignal ?? 0;
  world.sleep[slot] = agent.sleep === true ? 1 : 0;
  if (agent.sleep === true) m[meta.sleepers] = 1;
  world.elite[slot] = agent.elite === true ? -1 : 0;
  if (agent.elite === true) add(m, meta.eliteCount, 1);
  if (position > 0) add(m, meta.longs, 1);
  if (position < 0) add(m, meta.shorts, 1);
  add(n, num.netLots, position);
  add(n, num.allocated, equity);
  add(n, num.capitalBase, equity);
  if (agent.order !== undefined && agent.order !== 0) {
    world.order[slot] = agent.order;
    world.pendingSlots[m[meta.pending] ?? 0] = slot;
    add(m, meta.pending, 1);
  }
  for (const [gene, value] of Object.entries(agent.genes ?? {})) {
    world.genomes[slot * genomeStride + Number(gene)] = value;
  }
}

function placeBar(world: World, bar: ArenaBar): void {
  const close = bar.close ?? bar.open;
  world.open[0] = bar.open;
  world.close[0] = close;
  world.high[0] = bar.high ?? Math.max(bar.open, close);
  world.low[0] = bar.low ?? Math.min(bar.open, close);
  world.volume[0] = bar.volume ?? 1000000000;
  world.cap[0] = bar.cap ?? bar.volume ?? 1000000000;
  world.halfSpread[0] = bar.halfSpread ?? 0;
  world.impactCoefficient[0] = bar.impactCoefficient ?? 0;
  world.fundingDue[0] = bar.fundingDue ?? 0;
  world.effective[0] = bar.effective ?? 12;
  for (const [index, value] of Object.entries(bar.scalars ?? {})) {
    if (Number(index) < barScalarStride) world.scalars[Number(index)] = value;
  }
}

/** Every number of the living and of the colony, bit for bit. */
function assertSameWorlds(fast: World, slow: World, alive: number): void {
  assert.deepEqual(bits(fast.num, num.words), bits(slow.num, num.words), "numbers");
  const words = meta.addresses;
  assert.deepEqual(fast.meta.subarray(0, words), slow.meta.subarray(0, words), "words");
  for (const name of arrayNames) {
    // Panels belong to the fast kernel alone; the rest of the list holds bars, not agents.
    if (name === "panels") return;
    const width = name === "genomes" ? genomeStride : 1;
    assert.deepEqual(bits(fast[name], alive * width), bits(slow[name], alive * width), name);
  }
}

function bits(view: Float64Array | Float32Array | Int32Array, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, length * view.BYTES_PER_ELEMENT);
}
