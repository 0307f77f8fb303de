import { at } from "../colony/colony.ts";
import type { Wish } from "../colony/decide.ts";
import type { RunState } from "./run-state.ts";

/**
 * The one decision of the run that is forced, for the one-shot proof: from the tick that was asked
 * for on, the first agent that can do it does, in the smallest size. An agent that wants to do it
 * anyway is marked and left alone. Gives the place of the marked wish, or null.
 */
export function forceOneShot(
  state: RunState,
  tick: number,
  wishes: readonly Wish[],
): Readonly<{ wishes: readonly Wish[]; marked: number | null }> {
  const { oneShot } = state.session.request.config;
  if (oneShot === null || state.oneShot !== null || tick < oneShot.tick) {
    return { wishes, marked: null };
  }
  const willing = wishes.findIndex(({ action }) => action === oneShot.action);
  if (willing >= 0) return { wishes, marked: willing };
  const marked = wishes.findIndex((_, slot) => canDo(state, slot, oneShot.action));
  const chosen = wishes[marked];
  if (chosen === undefined) return { wishes, marked: null };
  state.session.fences.count("fence_one_shot_override");
  const forced = forcedWish(state, chosen, marked, oneShot.action);
  return { wishes: wishes.with(marked, forced), marked };
}

function canDo({ colony }: RunState, slot: number, action: Wish["action"]): boolean {
  const held = at(colony.world.position, slot) !== 0;
  return action === "close_to_flat" ? held : !held;
}

function forcedWish({ colony }: RunState, wish: Wish, slot: number, action: Wish["action"]): Wish {
  const { world, sizes } = colony;
  const held = at(world.position, slot);
  const size = sizes.minLots;
  const lots = action === "close_to_flat" ? -held : action === "open_long" ? size : -size;
  const price = sizes.microPerLotTick * at(world.close, 0);
  const leverage = (Math.abs(lots) * price) / Math.max(at(world.equity, slot), 1);
  const desired = action === "close_to_flat" ? "OUT_MARKET" : "IN_MARKET";
  return { ...wish, action, lots, desired, leverage };
}
