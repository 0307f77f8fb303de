import type { DeathReason, LifeRecord, Moment } from "../run/events.ts";
import { deathHeatUnit, meta } from "../world/words.ts";
import { closeAtCost } from "./close.ts";
import {
  agentIdsWhere,
  type Colony,
  capitalTriplet,
  countFence,
  fenceCounts,
  lifeRecord,
  slotOf,
  vacate,
} from "./colony.ts";

/** Heat is an int32. */
const hottest = 2147483647;

/** Buries the liquidated and the ruined, in the order of their ids. */
export function buryTheDead(colony: Colony, at: Moment, bar: number): void {
  const { world } = colony;
  const dying = agentIdsWhere(
    colony,
    (slot) => world.liquidatedLots[slot] !== 0 || world.equity[slot] <= world.deathAt[slot],
  );
  for (const id of dying) {
    const slot = slotOf(colony, id);
    const liquidated = world.liquidatedLots[slot] !== 0;
    if (!liquidated) countFence(colony, "fence_living_cost_death", true);
    bury(colony, slot, liquidated ? "liquidated" : "capital_depleted", { at, bar });
  }
}

/**
 * Ends a life: the position is closed at cost, what is left goes to the reserve, and what is
 * missing is paid by it.
 */
export function bury(
  colony: Colony,
  slot: number,
  reason: DeathReason,
  { at, bar }: Readonly<{ at: Moment; bar: number }>,
): void {
  const { world } = colony;
  const lots = world.position[slot] + world.liquidatedLots[slot];
  closeAtCost(colony, slot, bar);
  const life: LifeRecord = {
    ...lifeRecord(colony, slot, at, world.close[bar]),
    state_final: lots === 0 ? "OUT_MARKET" : "IN_MARKET",
  };
  const settled = world.equity[slot];
  vacate(colony, slot);
  colony.reserve += settled;
  colony.settledToReserve += settled;
  colony.deaths += 1;
  colony.deathsByReason[reason] += 1;
  world.meta[meta.deathHeat] = Math.min(world.meta[meta.deathHeat] + deathHeatUnit, hottest);
  colony.listen({
    type: "death",
    at,
    reason,
    position_side: lots > 0 ? "long" : lots < 0 ? "short" : "flat",
    position_lots: lots,
    life,
    settled_to_reserve_micro: settled,
    capital_triplet: capitalTriplet(colony),
    fence_blocks: recentBlocks(colony),
  });
}

/** The three fences that blocked most since the last review; ties keep the inventory's order. */
function recentBlocks(
  colony: Colony,
): readonly Readonly<{ fence_id: string; block_count: number }>[] {
  return fenceCounts(colony)
    .map(({ fence_id, block_count }, index) => ({
      fence_id,
      block_count: block_count - colony.fenceBlocksAtReview[index],
      index,
    }))
    .filter((entry) => entry.block_count > 0)
    .sort((a, b) => b.block_count - a.block_count || a.index - b.index)
    .slice(0, 3)
    .map(({ fence_id, block_count }) => ({ fence_id, block_count }));
}

export function markReview(colony: Colony): void {
  for (const [index, { block_count }] of fenceCounts(colony).entries()) {
    colony.fenceBlocksAtReview[index] = block_count;
  }
}
