import { count, meta, num, status, type World } from "#core";

const f = Math.fround;
/** Weight of the newest order in the impedance averages. */
const newest = f(0.1);
/** Costs are shown to agents in units of 10 basis points. */
const costScale = 1000;
/** Money stays exact below 2^53. */
const exactLimit = 9007199254740992;

/** Steps 1 to 5 of a tick, then the look-out for deaths and splits; returns a `status`. */
export function settle(world: World, bar: number): number {
  const { num: n, meta: m } = world;
  const alive = m[meta.alive];
  const heat = m[meta.deathHeat];
  m[meta.deathHeat] = heat - (heat >> 5);
  const flows: Flows = { pricePnl: 0, fees: 0, funding: 0, traded: 0 };

  // All positions move from the previous close to this one; each trade below corrects for its part.
  const k = n[num.microPerLotTick];
  flows.pricePnl = n[num.netLots] * (k * (world.close[bar] - n[num.prevClose]));
  const drift = Math.abs(flows.pricePnl);
  if (world.fundingDue[bar] !== 0) payFunding(world, bar, alive, flows);
  fillOrders(world, bar, flows);
  liquidate(world, bar, alive, flows);

  let living = 0;
  let observed = 0;
  let held = 0;
  let event = 0;
  const mark = k * world.close[bar];
  for (let slot = 0; slot < alive; slot += 1) {
    const cost = world.livingCost[slot];
    const cash = world.cash[slot] - cost;
    const value = world.position[slot] * mark;
    const equity = cash + value;
    world.cash[slot] = cash;
    world.equity[slot] = equity;
    living += cost;
    observed += equity;
    held += Math.abs(value);
    if (equity <= world.deathAt[slot] || equity >= world.splitAt[slot]) event = 1;
    if (world.liquidatedLots[slot] !== 0) event = 1;
  }

  n[num.pricePnl] = n[num.pricePnl] + flows.pricePnl;
  n[num.fees] = n[num.fees] + flows.fees;
  n[num.funding] = n[num.funding] + flows.funding;
  n[num.livingCost] = n[num.livingCost] + living;
  n[num.agentBars] = n[num.agentBars] + alive;
  n[num.prevClose] = world.close[bar];
  n[num.allocated] = n[num.allocated] + flows.pricePnl - flows.fees - flows.funding - living;
  n[num.observed] = observed;
  // Longs and shorts cancel in the sum, so what is held and traded is bounded for itself; a close
  // at cost may be dearer than the mark, but never four times.
  if (Math.abs(observed) * n[num.maxLeverage] * 4 >= exactLimit) return status.capitalOverflow;
  if (held * 4 + flows.traded + drift >= exactLimit) return status.capitalOverflow;
  if (observed !== n[num.allocated]) return status.capitalMismatch;
  // Life looks at the capital ceiling, and must see every tick that may have reached it.
  if (observed * n[num.maxLeverage] * 16 >= exactLimit - 1) event = 1;
  return event === 0 ? status.boundary : status.event;
}

/** Sums of one tick; `traded` is the value of all trades, whatever their side. */
type Flows = { pricePnl: number; fees: number; funding: number; traded: number };

/** Step 1. Longs pay a positive rate, on the value at the open; rounding goes against the agent. */
function payFunding(world: World, bar: number, alive: number, flows: Flows): void {
  const rate = world.fundingDue[bar];
  const price = world.num[num.microPerLotTick] * world.open[bar];
  for (let slot = 0; slot < alive; slot += 1) {
    const position = world.position[slot];
    if (position === 0) continue;
    const flow = Math.floor(-(position * price) * rate);
    world.cash[slot] = world.cash[slot] + flow;
    world.fundingPaid[slot] = world.fundingPaid[slot] - flow;
    flows.funding -= flow;
    bump(world, count.fundingPayments);
  }
}

/** Step 2. Orders of the previous bar meet the open. */
function fillOrders(world: World, bar: number, flows: Flows): void {
  const pending = world.meta[meta.pending];
  for (let index = 0; index < pending; index += 1) {
    fill(world, bar, world.pendingSlots[index], flows);
  }
  world.meta[meta.pending] = 0;
}

function fill(world: World, bar: number, slot: number, flows: Flows): void {
  const wanted = world.order[slot];
  world.order[slot] = 0;
  const size = Math.abs(wanted);
  const filled = Math.min(size, world.cap[bar]);
  learnFill(world, slot, size, filled);
  if (filled === 0) {
    world.unfilled[slot] = world.unfilled[slot] + 1;
    bump(world, world.volume[bar] === 0 ? count.unfilledZeroVolume : count.unfilledCap);
    return;
  }
  if (filled < size) {
    world.partials[slot] = world.partials[slot] + 1;
    bump(world, count.partial);
  }
  bump(world, count.filled);

  const open = world.open[bar];
  const half = world.halfSpread[bar];
  const push = world.impactCoefficient[bar] * Math.sqrt(filled);
  learnCost(world, slot, half / open, push / open);
  const price =
    wanted > 0 ? Math.ceil(open + half + push) : Math.max(Math.floor(open - half - push), 1);
  trade(world, bar, slot, { lots: wanted > 0 ? filled : -filled, price }, flows);
}

type Trade = Readonly<{ lots: number; price: number }>;

/** Moves lots and cash at one price, pays the fee, and keeps the books of position changes. */
function trade(
  world: World,
  bar: number,
  slot: number,
  { lots, price }: Trade,
  flows: Flows,
): void {
  const { num: n, meta: m } = world;
  const k = n[num.microPerLotTick];
  const before = world.position[slot];
  const after = before + lots;
  const value = lots * (k * price);
  const gross = Math.abs(value);
  const fee = Math.ceil(gross * n[num.takerFee]);
  flows.traded += gross;
  if (before === 0) {
    world.entryEquity[slot] = world.cash[slot];
    world.age[slot] = 0;
    if (after > 0) {
      m[meta.longs] = m[meta.longs] + 1;
      world.openedLong[slot] = world.openedLong[slot] + 1;
      bump(world, count.openedLong);
    } else {
      m[meta.shorts] = m[meta.shorts] + 1;
      world.openedShort[slot] = world.openedShort[slot] + 1;
      bump(world, count.openedShort);
    }
  }
  world.cash[slot] = world.cash[slot] - value - fee;
  world.position[slot] = after;
  world.tradeFlow[slot] = world.tradeFlow[slot] - value;
  world.feesPaid[slot] = world.feesPaid[slot] + fee;
  if (before !== 0 && after === 0) {
    if (before > 0) m[meta.longs] = m[meta.longs] - 1;
    else m[meta.shorts] = m[meta.shorts] - 1;
    world.age[slot] = 0;
    world.closed[slot] = world.closed[slot] + 1;
    if (world.cash[slot] > world.entryEquity[slot]) world.wins[slot] = world.wins[slot] + 1;
    bump(world, count.closed);
  }
  n[num.netLots] = n[num.netLots] + lots;
  flows.pricePnl += lots * (k * (world.close[bar] - price));
  flows.fees += fee;
}

/** M1 and M2: how much of an order was filled, and whether it had to wait at all. */
function learnFill(world: World, slot: number, size: number, filled: number): void {
  const fillMiss = f(1 - filled / size);
  const waited = filled === 0 ? 1 : 0;
  world.fillImpedance[slot] = average(world.fillImpedance[slot], fillMiss);
  world.timeImpedance[slot] = average(world.timeImpedance[slot], waited);
}

/** M5 and M6: half spread and impact paid, as fractions of the price in units of 10 bp. */
function learnCost(world: World, slot: number, spread: number, impact: number): void {
  world.slippage[slot] = average(world.slippage[slot], Math.min(f(spread * costScale), 1));
  world.impact[slot] = average(world.impact[slot], Math.min(f(impact * costScale), 1));
}

function average(old: number, value: number): number {
  return f(old + f(f(value - old) * newest));
}

/** Step 3. The adverse extreme is assumed to come before the close. */
function liquidate(world: World, bar: number, alive: number, flows: Flows): void {
  const k = world.num[num.microPerLotTick];
  const low = world.low[bar];
  const high = world.high[bar];
  for (let slot = 0; slot < alive; slot += 1) {
    const position = world.position[slot];
    if (position === 0) continue;
    const price = position > 0 ? low : high;
    const value = position * (k * price);
    const equity = world.cash[slot] + value;
    const gross = Math.abs(value);
    // The steepest tier first: most positions are far from it, and only the rest look theirs up.
    if (equity > gross * world.num[num.maxMaintenance]) continue;
    if (equity > gross * maintenanceRate(world, Math.abs(position))) continue;
    trade(world, bar, slot, { lots: -position, price }, flows);
    world.liquidatedLots[slot] = position;
    bump(world, count.liquidations);
  }
}

/** Maintenance margin rate of the tier that holds a position of so many lots. */
function maintenanceRate(world: World, lots: number): number {
  const tiers = world.meta[meta.tierCount];
  for (let tier = 0; tier < tiers; tier += 1) {
    if (lots <= world.num[num.tierLots + tier]) return world.num[num.tierRate + tier];
  }
  return world.num[num.maxMaintenance];
}

function bump(world: World, which: number): void {
  world.num[num.counts + which] = world.num[num.counts + which] + 1;
}
