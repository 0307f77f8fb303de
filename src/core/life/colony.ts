import { assert, Defect } from "#base";
import type { FenceId } from "../fences/inventory.ts";
import { fenceIndex, fenceInventory } from "../fences/inventory.ts";
import type { GenomeSchema } from "../genome/schema.ts";
import type { CapitalTriplet, LifeRecord, Moment, RunListener } from "../run/events.ts";
import type { WorldConfig } from "../world/config.ts";
import type { Kernel } from "../world/kernel-port.ts";
import { genomeStride } from "../world/layout.ts";
import { count, meta, num } from "../world/words.ts";
import type { World } from "../world/world.ts";

/** What the world remembers of an agent besides the numbers in its slot. */
export type Agent = {
  readonly id: number;
  readonly generation: number;
  readonly lineage: number;
  readonly bornTick: number;
  readonly initialCapital: number;
  /** Capital at birth or at the last own split; period return is measured from here. */
  capitalBase: number;
  given: number;
  children: number;
  readonly sigma: number;
};

/** The living of one run and the money around them; the acts on it are in the files beside. */
export type Colony = {
  readonly config: WorldConfig;
  readonly schema: GenomeSchema;
  readonly seed: number;
  readonly kernel: Kernel;
  readonly world: World;
  readonly listen: RunListener;
  /** Agents by slot; as many as live. */
  readonly agents: Agent[];
  nextAgentId: number;
  reserve: number;
  founders: number;
  births: number;
  deaths: number;
  readonly deathsByReason: { capital_depleted: number; liquidated: number; review_culled: number };
  maxGeneration: number;
  forcedCloses: number;
  settledToReserve: number;
  rebootCapital: number;
  livingCostPerTick: number;
  /** Living cost that has reached the reserve so far. */
  livingCostCollected: number;
  readonly fenceTriggers: Float64Array;
  readonly fenceBlocks: Float64Array;
  /** Blocks counted at the last review; deaths report what came since. */
  readonly fenceBlocksAtReview: Float64Array;
};

/**
 * allocated + reserve = total, and the total is what was brought in plus price P&L less fees and
 * funding, exactly. Anything else, or a value that lost precision, is a Defect.
 */
export function capitalTriplet(colony: Colony): CapitalTriplet {
  const { num: n } = colony.world;
  const allocated = n[num.allocated];
  const total = allocated + colony.reserve;
  assert(Number.isSafeInteger(total), `capital left the exact range: ${total} micro-units`);
  const brought = colony.config.initial_total_capital_micro;
  const explained = brought + n[num.pricePnl] - n[num.fees] - n[num.funding];
  assert(total === explained, `capital not conserved: ${total} counted, ${explained} explained`);
  return {
    allocated_capital_micro: allocated,
    system_reserve_micro: colony.reserve,
    current_total_micro: total,
  };
}

/** The kernel takes living cost from the agents; here it reaches the reserve. */
export function collectLivingCost(colony: Colony): void {
  const taken = colony.world.num[num.livingCost];
  colony.reserve += taken - colony.livingCostCollected;
  colony.livingCostCollected = taken;
}

/**
 * A season's last bar ends without decisions. What they would leave to the next bar is left here:
 * newborns are awake, and the colony is seen as it stands.
 */
export function carryOver({ world }: Colony): void {
  const { meta: m, num: n } = world;
  world.sleep.fill(0);
  m[meta.sleepers] = 0;
  m[meta.prevAlive] = m[meta.alive];
  m[meta.prevLongs] = m[meta.longs];
  m[meta.prevShorts] = m[meta.shorts];
  m[meta.prevHeat] = m[meta.deathHeat];
  n[num.prevAllocated] = n[num.allocated];
  n[num.prevCapitalBase] = n[num.capitalBase];
}

/** Ids of the agents whose slot passes the test, ascending: life acts in this order. */
export function agentIdsWhere(colony: Colony, test: (slot: number) => boolean): number[] {
  const ids: number[] = [];
  for (let slot = 0; slot < colony.agents.length; slot += 1) {
    if (test(slot)) ids.push(agentAt(colony, slot).id);
  }
  return ids.sort((a, b) => a - b);
}

/** Acts on one agent move others between slots, so slots are looked up afresh. */
export function slotOf(colony: Colony, agentId: number): number {
  return colony.agents.findIndex((agent) => agent.id === agentId);
}

export function agentAt(colony: Colony, slot: number): Agent {
  const agent = colony.agents[slot];
  if (agent === undefined) throw new Defect(`no agent lives in slot ${slot}`);
  return agent;
}

/** Gives an empty slot to an agent that starts flat with this cash; the caller wrote its genes. */
export function settleIn(colony: Colony, agent: Agent, cash: number): number {
  const { world } = colony;
  const slot = colony.agents.length;
  assert(slot < world.layout.capacity, "a birth found no free slot");
  clearSlot(world, slot);
  world.cash[slot] = cash;
  world.equity[slot] = cash;
  world.deathAt[slot] = 0;
  world.livingCost[slot] = colony.livingCostPerTick;
  world.sleep[slot] = 1;
  world.meta[meta.sleepers] = 1;
  colony.agents.push(agent);
  world.meta[meta.alive] = colony.agents.length;
  world.num[num.allocated] += cash;
  world.num[num.capitalBase] += agent.capitalBase;
  setSplitPoint(colony, slot);
  return slot;
}

/** Equity at which the agent splits, from its capital base. */
export function setSplitPoint(colony: Colony, slot: number): void {
  const base = agentAt(colony, slot).capitalBase;
  const { split_return_ppm: ppm } = colony.config;
  colony.world.splitAt[slot] = base + Math.ceil((base * ppm) / 1000000);
}

/**
 * Frees a slot; the last agent moves into it, so that the living stay side by side. Orders never
 * need to move: the lifecycle acts between the fills of a bar and its decisions.
 */
export function vacate(colony: Colony, slot: number): void {
  const { world, agents, kernel } = colony;
  const agent = agentAt(colony, slot);
  world.num[num.allocated] -= world.equity[slot];
  world.num[num.capitalBase] -= agent.capitalBase;
  if (world.elite[slot] !== 0) world.meta[meta.eliteCount] -= 1;
  const last = agents.length - 1;
  const moved = agents.pop();
  if (slot !== last && moved !== undefined) {
    moveSlot(world, last, slot);
    agents[slot] = moved;
    kernel.loadPanel(slot);
  }
  clearSlot(world, last);
  world.meta[meta.alive] = agents.length;
}

/** All that a slot holds besides genes. */
export const slotColumns = [
  "cash",
  "position",
  "equity",
  "entryEquity",
  "splitAt",
  "deathAt",
  "livingCost",
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
  "sleep",
  "elite",
  "liquidatedLots",
] as const;

function moveSlot(world: World, from: number, to: number): void {
  for (const name of slotColumns) world[name][to] = world[name][from];
  world.genomes.copyWithin(to * genomeStride, from * genomeStride, (from + 1) * genomeStride);
}

function clearSlot(world: World, slot: number): void {
  for (const name of slotColumns) world[name][slot] = 0;
  world.deathAt[slot] = -1;
  world.splitAt[slot] = Number.POSITIVE_INFINITY;
}

/** The life of an agent so far, in numbers. */
export function lifeRecord(
  colony: Colony,
  slot: number,
  at: Moment,
  markTicks: number,
): LifeRecord {
  const { world } = colony;
  const agent = agentAt(colony, slot);
  const age = at.tick - agent.bornTick;
  return {
    agent_id: agent.id,
    born_tick: agent.bornTick,
    age_ticks: age,
    initial_capital_micro: agent.initialCapital,
    capital_base_micro: agent.capitalBase,
    given_to_children_micro: agent.given,
    trade_flow_micro: world.tradeFlow[slot],
    fees_micro: world.feesPaid[slot],
    funding_micro: world.fundingPaid[slot],
    // Founders of a segment pay from the tick after their birth on, like everyone.
    living_cost_micro: age * world.livingCost[slot],
    position_lots: world.position[slot],
    mark_price_ticks: markTicks,
    final_capital_micro: world.equity[slot],
    opened_long: world.openedLong[slot],
    opened_short: world.openedShort[slot],
    closed: world.closed[slot],
    closed_with_profit: world.wins[slot],
    partial_fills: world.partials[slot],
    unfilled_orders: world.unfilled[slot],
    children: agent.children,
    last_signal: world.lastSignal[slot],
    state_final: world.position[slot] === 0 ? "OUT_MARKET" : "IN_MARKET",
  };
}

export function countFence(colony: Colony, id: FenceId, blocked: boolean): void {
  const index = fenceIndex(id);
  colony.fenceTriggers[index] += 1;
  if (blocked) colony.fenceBlocks[index] += 1;
}

/** Fences counted inside the kernel are read from its counters; the rest were counted here. */
export function fenceCounts(
  colony: Colony,
): readonly Readonly<{ fence_id: FenceId; trigger_count: number; block_count: number }>[] {
  const counts = colony.world.num.subarray(num.counts, num.counts + count.words);
  const kernelCount: Partial<Record<FenceId, number>> = {
    fence_no_market_features: counts[count.heldAgentBars],
    fence_order_size_zero: counts[count.sizeZero],
    fence_participation_cap: counts[count.partial] + counts[count.unfilledCap],
    fence_zero_volume_bar: counts[count.unfilledZeroVolume],
    fence_liquidation: counts[count.liquidations],
    fence_position_limit: counts[count.positionLimit],
  };
  return fenceInventory.map(({ fence_id }, index) => {
    const counted = kernelCount[fence_id];
    return {
      fence_id,
      trigger_count: counted ?? colony.fenceTriggers[index],
      block_count: counted ?? colony.fenceBlocks[index],
    };
  });
}
