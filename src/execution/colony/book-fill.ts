import type { Amount } from "../amounts/amount.ts";
import { ceilMicro, microAmount } from "../amounts/amount.ts";
import { at, type Colony } from "./colony.ts";

/** One execution of an order of an agent. */
export type OwnFill = Readonly<{
  /** Signed. */
  lots: number;
  priceTicks: number;
  /** As the venue says it: negative = paid. */
  fee: Amount;
}>;

/**
 * Moves cash and position of one agent by one execution. Fees are rounded against the agent to
 * whole micro-units; what that takes too much is returned and belongs to the reserve.
 */
export function bookFill(colony: Colony, slot: number, fill: OwnFill): Amount {
  const { world, sizes, members } = colony;
  const before = at(world.position, slot);
  const after = before + fill.lots;
  const feeMicro = ceilMicro(-fill.fee);
  if (before === 0) {
    world.entryEquity[slot] = at(world.cash, slot);
    world.age[slot] = 0;
  }
  const value = fill.lots * (sizes.microPerLotTick * fill.priceTicks);
  world.cash[slot] = at(world.cash, slot) - value - feeMicro;
  world.position[slot] = after;
  if (before !== 0 && after === 0) world.age[slot] = 0;
  const member = members[slot];
  if (member !== undefined) {
    member.feesMicro += feeMicro;
    member.fills += 1;
  }
  return microAmount(feeMicro) + fill.fee;
}
