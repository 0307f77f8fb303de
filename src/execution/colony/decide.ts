import { meta } from "#core";
import { at, type Colony, type Member } from "./colony.ts";

/** What one agent wants after it was asked; lots are signed, 0 = nothing. */
export type Wish = Readonly<{
  member: Member;
  signal: number;
  lots: number;
  action: "open_long" | "open_short" | "close_to_flat" | "hold";
  /** Where it wants to be afterwards. */
  desired: "IN_MARKET" | "OUT_MARKET";
  /** Notional it asks for, over its equity. */
  leverage: number;
}>;

/**
 * Asks everybody, by the reference kernel, on frame row 0. The kernel leaves orders for the next
 * open; here they are taken out as wishes, because an order at a venue is an act of its own.
 */
export function askAll(colony: Colony): readonly Wish[] {
  const { kernel, world, members } = colony;
  kernel.run(0, 1, true);
  const wishes = members.map((member, slot) => wishOf(colony, member, slot));
  for (const slot of members.keys()) world.order[slot] = 0;
  world.meta[meta.pending] = 0;
  return wishes;
}

/** Everybody holds, because nobody may be asked; signals stay as they were. */
export function holdAll({ world, members }: Colony): readonly Wish[] {
  return members.map((member, slot) => {
    const isFlat = at(world.position, slot) === 0;
    const desired = isFlat ? "OUT_MARKET" : "IN_MARKET";
    const signal = at(world.lastSignal, slot);
    return { member, signal, lots: 0, action: "hold", desired, leverage: 0 } as const;
  });
}

function wishOf(colony: Colony, member: Member, slot: number): Wish {
  const { world, sizes } = colony;
  const lots = at(world.order, slot);
  const position = at(world.position, slot);
  const price = sizes.microPerLotTick * at(world.close, 0);
  const equity = Math.max(at(world.equity, slot), 1);
  const leverage = (Math.abs(lots) * price) / equity;
  return {
    member,
    signal: at(world.lastSignal, slot),
    lots,
    action: actionOf(lots, position),
    desired: position + lots === 0 ? "OUT_MARKET" : "IN_MARKET",
    leverage,
  };
}

/** The kernel closes whole positions and opens from flat, nothing else. */
function actionOf(lots: number, position: number): Wish["action"] {
  if (lots === 0) return "hold";
  if (position !== 0) return "close_to_flat";
  return lots > 0 ? "open_long" : "open_short";
}

/** E1 to E12 of frame row 0, as the kernel sees them. */
export function marketFeatures({ world }: Colony): readonly number[] {
  return Array.from(world.scalars.subarray(0, 12));
}
