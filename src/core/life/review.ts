import type { Moment } from "../run/events.ts";
import { meta } from "../world/words.ts";
import {
  agentAt,
  agentIdsWhere,
  type Colony,
  countFence,
  setSplitPoint,
  slotOf,
} from "./colony.ts";
import { bury, markReview } from "./deaths.ts";

/**
 * Culls the given share of the living with the lowest period return, of equals the lower ids; they
 * are buried in the order of their ids.
 */
export function review(colony: Colony, at: Moment, bar: number): void {
  const ranked = rankByPeriodReturn(colony);
  const cull = Math.floor((ranked.length * colony.config.review_cull_ppm) / 1000000);
  const culled = ranked.slice(0, cull).map((slot) => agentAt(colony, slot).id);
  for (const id of culled.sort((a, b) => a - b)) {
    countFence(colony, "fence_review_cull", true);
    bury(colony, slotOf(colony, id), "review_culled", { at, bar });
  }
  // Splits that found no room may be tried again in the new period.
  for (const slot of colony.agents.keys()) setSplitPoint(colony, slot);
  markReview(colony);
}

/** Marks the top decile by period return, lower ids first: its mean signal is feature C5. */
export function census(colony: Colony): void {
  const { world } = colony;
  const returns = periodReturns(colony);
  const elites = Math.ceil(returns.length / 10);
  const sorted = returns.slice().sort();
  const least = sorted[returns.length - elites];
  const tied = agentIdsWhere(colony, (slot) => returns[slot] === least);
  const above = sorted.filter((value) => value > least).length;
  world.elite.fill(0);
  for (const slot of colony.agents.keys()) if (returns[slot] > least) world.elite[slot] = -1;
  for (const id of tied.slice(0, elites - above)) world.elite[slotOf(colony, id)] = -1;
  world.meta[meta.eliteCount] = elites;
}

/** Slots from the lowest to the highest period return; equal returns by agent id. */
function rankByPeriodReturn(colony: Colony): number[] {
  const returns = periodReturns(colony);
  return Array.from(colony.agents.keys()).sort(
    (a, b) => returns[a] - returns[b] || agentAt(colony, a).id - agentAt(colony, b).id,
  );
}

function periodReturns(colony: Colony): Float64Array {
  const returns = new Float64Array(colony.agents.length);
  for (const [slot, agent] of colony.agents.entries()) {
    returns[slot] = colony.world.equity[slot] / agent.capitalBase;
  }
  return returns;
}
