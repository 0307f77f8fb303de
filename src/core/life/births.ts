import { createStream } from "#base";
import { founderGenome } from "../genome/founder.ts";
import { mutate } from "../genome/mutate.ts";
import type { BirthOrigin, Moment } from "../run/events.ts";
import { genomeStride } from "../world/layout.ts";
import { num } from "../world/words.ts";
import { closeAtCost } from "./close.ts";
import {
  type Agent,
  agentAt,
  agentIdsWhere,
  type Colony,
  capitalTriplet,
  countFence,
  setSplitPoint,
  settleIn,
  slotOf,
} from "./colony.ts";

/** Brings founders into the world; the reserve pays each of them the same capital. */
export function foundColony(
  colony: Colony,
  {
    founders,
    capital,
    origin,
  }: Readonly<{ founders: number; capital: number; origin: BirthOrigin }>,
  at: Moment,
): void {
  for (let index = 0; index < founders; index += 1) {
    const id = colony.nextAgentId++;
    const agent: Agent = {
      id,
      generation: 0,
      lineage: id,
      bornTick: at.tick,
      initialCapital: capital,
      capitalBase: capital,
      given: 0,
      children: 0,
      sigma: colony.config.mutation_sigma_ppm / 1000000,
    };
    const slot = colony.agents.length;
    const weights = genesOf(colony, slot);
    colony.reserve -= capital;
    founderGenome(
      colony.schema,
      createStream({ seed: colony.seed, stream: "founders", id }),
      weights,
    );
    announce(colony, agent, {
      slot: settleIn(colony, agent, capital),
      origin,
      at,
      parent: null,
      loci: 0,
    });
    colony.founders += 1;
  }
}

/** Splits every agent whose equity reached its split point, in the order of their ids. */
export function split(colony: Colony, at: Moment, bar: number): void {
  const { world } = colony;
  const ready = agentIdsWhere(colony, (slot) => world.equity[slot] >= world.splitAt[slot]);
  for (const id of ready) {
    const slot = slotOf(colony, id);
    if (colony.agents.length >= colony.config.max_agents) {
      countFence(colony, "fence_population_cap", true);
      world.splitAt[slot] = Number.POSITIVE_INFINITY;
      continue;
    }
    splitOne(colony, slot, at, bar);
  }
}

/** Both halves start flat, with half the capital each; the odd micro-unit stays with the parent. */
function splitOne(colony: Colony, slot: number, at: Moment, bar: number): void {
  const { world } = colony;
  closeAtCost(colony, slot, bar);
  const parent = agentAt(colony, slot);
  const given = Math.floor(world.cash[slot] / 2);
  // Closing at cost can eat what made the agent rich enough; then there is nothing to share.
  if (given < 1) return;
  const kept = world.cash[slot] - given;
  world.num[num.allocated] -= given;
  world.num[num.capitalBase] += kept - parent.capitalBase;
  world.cash[slot] = kept;
  world.equity[slot] = kept;
  parent.capitalBase = kept;
  parent.given += given;
  parent.children += 1;
  setSplitPoint(colony, slot);

  const id = colony.nextAgentId++;
  const stream = createStream({ seed: colony.seed, stream: "mutation", id });
  const childSlot = colony.agents.length;
  const child = mutate(
    genesOf(colony, slot),
    {
      rate: colony.config.mutation_rate_ppm,
      tau: colony.config.mutation_tau_ppm / 1000000,
      sigma: parent.sigma,
    },
    stream,
    genesOf(colony, childSlot),
  );
  const agent: Agent = {
    id,
    generation: parent.generation + 1,
    lineage: parent.lineage,
    bornTick: at.tick,
    initialCapital: given,
    capitalBase: given,
    given: 0,
    children: 0,
    sigma: child.sigma,
  };
  settleIn(colony, agent, given);
  colony.births += 1;
  colony.maxGeneration = Math.max(colony.maxGeneration, agent.generation);
  announce(colony, agent, {
    slot: childSlot,
    origin: "split",
    at,
    parent: { id: parent.id, kept },
    loci: child.loci,
  });
}

/** The genes of a slot in the schema's length. */
function genesOf(colony: Colony, slot: number): Float32Array {
  const start = slot * genomeStride;
  return colony.world.genomes.subarray(start, start + colony.schema.weights_count);
}

type Arrival = Readonly<{
  slot: number;
  origin: BirthOrigin;
  at: Moment;
  parent: Readonly<{ id: number; kept: number }> | null;
  loci: number;
}>;

function announce(colony: Colony, agent: Agent, arrival: Arrival): void {
  colony.kernel.loadPanel(arrival.slot);
  colony.listen({
    type: "birth",
    at: arrival.at,
    agent_id: agent.id,
    origin: arrival.origin,
    parent_id: arrival.parent?.id ?? null,
    generation: agent.generation,
    lineage_id: agent.lineage,
    capital_micro: agent.initialCapital,
    parent_capital_micro: arrival.parent?.kept ?? null,
    mutation_sigma: agent.sigma,
    mutated_loci: arrival.loci,
    weights: genesOf(colony, arrival.slot),
    capital_triplet: capitalTriplet(colony),
  });
}
