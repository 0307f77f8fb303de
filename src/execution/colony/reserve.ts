import { type Amount, floorMicro, microAmount } from "../amounts/amount.ts";
import type { Sizes } from "../amounts/sizes.ts";
import { at, type Colony } from "./colony.ts";

/**
 * What is the run's own: the money that was not given to agents, what they left when they died,
 * and positions that it took over from them until they are closed. Exact, in units of 10^-18.
 */
export type Reserve = {
  cash: Amount;
  /** Signed; taken over from the dead. */
  lots: number;
};

/** Executions of the run's own orders: a settlement, a flatten at the end. */
export function bookReserveFill(
  reserve: Reserve,
  sizes: Sizes,
  fill: Readonly<{ lots: number; price: string; fee: Amount }>,
): void {
  reserve.cash += fill.fee - sizes.valueOf(fill.lots, fill.price);
  reserve.lots += fill.lots;
}

/** Everything of everybody, with positions left out: what was paid and received so far. */
export function totalCash({ world, members }: Colony, reserve: Reserve): Amount {
  let micro = 0;
  for (const slot of members.keys()) micro += at(world.cash, slot);
  return microAmount(micro) + reserve.cash;
}

/** Signed lots of the agents and of the reserve together. */
export function totalLots({ world, members }: Colony, reserve: Reserve): number {
  let lots = reserve.lots;
  for (const slot of members.keys()) lots += at(world.position, slot);
  return lots;
}

/** What one agent is worth at a price of the venue. */
export function equityAt({ world, sizes }: Colony, slot: number, price: string): Amount {
  return microAmount(at(world.cash, slot)) + sizes.valueOf(at(world.position, slot), price);
}

/** The capital triplet at a price, in whole micro-units; the reserve takes what rounding leaves. */
export function tripletAt(
  colony: Colony,
  reserve: Reserve,
  price: string,
): Readonly<{
  allocated_capital_micro: number;
  system_reserve_micro: number;
  current_total_micro: number;
}> {
  let agents = 0n;
  for (const slot of colony.members.keys()) agents += equityAt(colony, slot, price);
  const total = agents + reserve.cash + colony.sizes.valueOf(reserve.lots, price);
  const allocated = floorMicro(agents);
  const current = floorMicro(total);
  return {
    allocated_capital_micro: allocated,
    system_reserve_micro: current - allocated,
    current_total_micro: current,
  };
}
