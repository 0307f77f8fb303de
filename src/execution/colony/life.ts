import { deathHeatUnit, genomeStride, meta } from "#core";
import { at, type Colony, type Member, recount } from "./colony.ts";

/** The top tenth is chosen anew so often, as in the offline world. */
const censusTicks = 64;
/** Heat is an int32. */
const hottest = 2147483647;

/** One tick passes: the memory of deaths cools, and every 64 ticks the elite is told. */
export function passTick(colony: Colony, tick: number): void {
  const { meta: m } = colony.world;
  const heat = at(m, meta.deathHeat);
  m[meta.deathHeat] = heat - (heat >> 5);
  if (tick % censusTicks === 0) census(colony);
}

/** Takes a member out; the last one moves into its slot, so that the living stay side by side. */
export function buryMember(colony: Colony, slot: number): Member | null {
  const { world, members, kernel } = colony;
  const member = members[slot];
  if (member === undefined) return null;
  const last = members.length - 1;
  if (at(world.elite, slot) !== 0) {
    world.meta[meta.eliteCount] = at(world.meta, meta.eliteCount) - 1;
  }
  const moved = members.pop();
  if (slot !== last && moved !== undefined) {
    for (const name of columns) world[name][slot] = at(world[name], last);
    world.genomes.copyWithin(slot * genomeStride, last * genomeStride, (last + 1) * genomeStride);
    members[slot] = moved;
    kernel.loadPanel(slot);
  }
  for (const name of columns) world[name][last] = 0;
  world.deathAt[last] = -1;
  const heat = at(world.meta, meta.deathHeat) + deathHeatUnit;
  world.meta[meta.deathHeat] = Math.min(heat, hottest);
  colony.buried.push(member);
  recount(colony);
  return member;
}

/** What a slot holds of an agent that the kernel reads or that fills write. */
const columns = [
  "cash",
  "position",
  "equity",
  "entryEquity",
  "order",
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "sleep",
  "elite",
] as const;

/** Marks the tenth of the living, rounded up, with most equity over capital; lower ids first. */
function census({ world, members }: Colony): void {
  const ranked = members
    .map((member, slot) => ({ slot, member, gain: at(world.equity, slot) / member.capitalMicro }))
    .sort((a, b) => b.gain - a.gain || a.member.number - b.member.number);
  const elites = Math.ceil(members.length / 10);
  world.elite.fill(0);
  for (const { slot } of ranked.slice(0, elites)) world.elite[slot] = -1;
  world.meta[meta.eliteCount] = elites;
}
