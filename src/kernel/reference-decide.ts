import {
  act,
  barScalar,
  barScalarStride,
  count,
  deathHeatUnit,
  genomeStride,
  meta,
  num,
  twinEntryGene,
  twinExitGene,
  twinHidden,
  twinInBase,
  twinOutBase,
  type World,
} from "#core";

const f = Math.fround;
const featureCount = 33;
const marketCount = 12;
const ownStart = 12;
const groupStart = 28;
/** Inputs of the agent at hand; filled and read within one call. */
const input = new Float32Array(featureCount);
/** The state age approaches 1 with a time constant of 64 bars. */
const ageStep = f(1 / 64);
/**
 * Signals enter the colony's sum as integers, so that no order of agents changes it; the elite of
 * the largest colony, 10000 agents, fits 32 bits.
 */
const signalUnit = 65536;

/** Steps 7 and 8 of a tick: colony features of the previous bar, then every agent's decision. */
export function decide(world: World, bar: number): void {
  const { meta: m, num: n } = world;
  const alive = m[meta.alive];
  groupFeatures(world);
  m[meta.prevAlive] = alive;
  m[meta.prevLongs] = m[meta.longs];
  m[meta.prevShorts] = m[meta.shorts];
  m[meta.prevHeat] = m[meta.deathHeat];
  n[num.prevAllocated] = n[num.allocated];
  n[num.prevCapitalBase] = n[num.capitalBase];
  if (world.effective[bar] === 0) {
    // Nothing can be seen, so everyone holds and remembers the last signal.
    n[num.counts + count.heldAgentBars] = n[num.counts + count.heldAgentBars] + alive;
    wakeNewborns(world);
    return;
  }
  const scalars = bar * barScalarStride;
  for (let index = 0; index < marketCount; index += 1)
    input[index] = world.scalars[scalars + index];

  const linear = m[meta.schema] === 1;
  let eliteSum = 0;
  for (let slot = 0; slot < alive; slot += 1) {
    ownFeatures(world, slot, bar);
    const holding = world.position[slot] !== 0;
    world.age[slot] = f(world.age[slot] + f(f(1 - world.age[slot]) * ageStep));
    if (world.sleep[slot] !== 0) continue;
    const signal = linear ? linearSignal(world, slot) : twinSignal(world, slot, holding);
    world.lastSignal[slot] = signal;
    if (world.elite[slot] !== 0) eliteSum += Math.trunc(f(signal * signalUnit));
    const genes = slot * genomeStride;
    if (holding) {
      const exit = linear ? signal <= 0 : signal < world.genomes[genes + twinExitGene];
      if (exit) place(world, slot, -world.position[slot]);
    } else {
      const entry = linear ? 0 : Math.abs(world.genomes[genes + twinEntryGene]);
      if (Math.abs(signal) > entry) placeOpening(world, slot, bar, signal);
    }
  }
  m[meta.prevEliteSum] = eliteSum;
  m[meta.prevEliteCount] = m[meta.eliteCount];
  wakeNewborns(world);
}

/** Inputs 28..32: what the whole population looked like one bar ago. */
function groupFeatures(world: World): void {
  const { meta: m, num: n } = world;
  const alive = m[meta.prevAlive];
  if (alive === 0) {
    input.fill(0, groupStart);
    return;
  }
  const longs = m[meta.prevLongs];
  const shorts = m[meta.prevShorts];
  const holders = longs + shorts;
  const elites = m[meta.prevEliteCount];
  input[groupStart] = holders / alive;
  input[groupStart + 1] = holders === 0 ? 0 : (longs - shorts) / holders;
  input[groupStart + 2] = clamp(f(n[num.prevAllocated] / n[num.prevCapitalBase] - 1));
  input[groupStart + 3] = Math.min(f(m[meta.prevHeat] / (alive * deathHeatUnit)), 1);
  input[groupStart + 4] = elites === 0 ? 0 : m[meta.prevEliteSum] / (elites * signalUnit);
}

/** Inputs 12..27: the agent's own state and its own friction. Empty values are masked zeros. */
function ownFeatures(world: World, slot: number, bar: number): void {
  const { num: n, scalars } = world;
  const s = bar * barScalarStride;
  const position = world.position[slot];
  const side = position > 0 ? 1 : position < 0 ? -1 : 0;
  // An agent with less than one micro-unit is dead, so the floor never binds for the living.
  const equity = Math.max(f(world.equity[slot]), 1);
  const inverse = f(1 / equity);
  const price = n[num.microPerLotTick] * world.close[bar];
  const leverage = f(f(Math.abs(position) * price) * inverse);
  const last = world.lastSignal[slot];
  const cost = f(world.slippage[slot] + world.impact[slot]);
  const square = f(leverage * leverage);
  const drop = scalars[s + (side > 0 ? barScalar.dropFromClose : barScalar.riseToClose)];
  const gain = side === 0 ? 0 : f(world.equity[slot] - world.entryEquity[slot]);

  input[ownStart] = Math.min(f(leverage * f(n[num.inverseMaxLeverage])), 1);
  input[ownStart + 1] = side;
  input[ownStart + 2] = world.age[slot];
  input[ownStart + 3] = last;
  input[ownStart + 4] = world.fillImpedance[slot];
  input[ownStart + 5] = world.timeImpedance[slot];
  input[ownStart + 6] = Math.min(f(equity * scalars[s + barScalar.sizeScale]), 1);
  input[ownStart + 7] = Math.min(f(Math.abs(last) * cost), 1);
  input[ownStart + 8] = world.slippage[slot];
  input[ownStart + 9] = world.impact[slot];
  input[ownStart + 10] = Math.min(f(cost + f(n[num.feeScale])), 1);
  input[ownStart + 11] = f(square / f(square + 1));
  input[ownStart + 12] = Math.min(f(leverage * drop), 1);
  input[ownStart + 13] = Math.min(f(leverage * scalars[s + barScalar.stressScale]), 1);
  input[ownStart + 14] = clamp(f(f(gain * inverse) * scalars[s + barScalar.pnlScale]));
  input[ownStart + 15] = f(side * scalars[s + barScalar.trend]);
}

/** Two layers, no biases, features in ascending order, every step rounded to float32. */
function twinSignal(world: World, slot: number, holding: boolean): number {
  const { genomes } = world;
  let gene = slot * genomeStride + (holding ? twinInBase : twinOutBase);
  let h0 = 0;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  for (let index = 0; index < featureCount; index += 1) {
    const x = input[index];
    h0 = f(h0 + f(genomes[gene] * x));
    h1 = f(h1 + f(genomes[gene + 1] * x));
    h2 = f(h2 + f(genomes[gene + 2] * x));
    h3 = f(h3 + f(genomes[gene + 3] * x));
    h4 = f(h4 + f(genomes[gene + 4] * x));
    gene += twinHidden;
  }
  let s = f(genomes[gene] * act(h0));
  s = f(s + f(genomes[gene + 1] * act(h1)));
  s = f(s + f(genomes[gene + 2] * act(h2)));
  s = f(s + f(genomes[gene + 3] * act(h3)));
  s = f(s + f(genomes[gene + 4] * act(h4)));
  return act(s);
}

function linearSignal(world: World, slot: number): number {
  const genes = slot * genomeStride;
  let s = 0;
  for (let index = 0; index < featureCount; index += 1) {
    s = f(s + f(world.genomes[genes + index] * input[index]));
  }
  return act(s);
}

/** Notional = equity * min(|signal|, 1) * max leverage, down to the lot. */
function placeOpening(world: World, slot: number, bar: number, signal: number): void {
  const { num: n } = world;
  const price = n[num.microPerLotTick] * world.close[bar];
  const strength = Math.min(Math.abs(signal), 1);
  const wanted = Math.floor((world.equity[slot] * strength * n[num.maxLeverage]) / price);
  const lots = Math.min(wanted, n[num.maxLots]);
  if (lots < wanted) n[num.counts + count.positionLimit] = n[num.counts + count.positionLimit] + 1;
  if (lots < 1) {
    n[num.counts + count.sizeZero] = n[num.counts + count.sizeZero] + 1;
    return;
  }
  place(world, slot, signal > 0 ? lots : -lots);
}

function place(world: World, slot: number, lots: number): void {
  const { meta: m, num: n } = world;
  world.order[slot] = lots;
  world.pendingSlots[m[meta.pending]] = slot;
  m[meta.pending] = m[meta.pending] + 1;
  n[num.counts + count.placed] = n[num.counts + count.placed] + 1;
}

/** Newborns were shown this bar's colony but not asked; from the next bar on they decide. */
function wakeNewborns(world: World): void {
  if (world.meta[meta.sleepers] === 0) return;
  world.sleep.fill(0, 0, world.meta[meta.alive]);
  world.meta[meta.sleepers] = 0;
}

function clamp(x: number): number {
  return Math.min(Math.max(x, -1), 1);
}
