import { isoFromMillis } from "#base";
import { type GateTransition, maxTransitionsShown } from "#protocol";
import { bootGate, type Gate, type GateEvent, type RecoverRefusal, stepGate } from "#safety";

/** The gate of this process: where it stands, and how it came there. */
export type GateKeeper = Readonly<{
  gate: () => Gate;
  /** Takes an event in; gives why a recovery was refused. */
  step: (event: GateEvent) => RecoverRefusal | null;
  /** Newest first. */
  transitions: () => readonly GateTransition[];
}>;

export function createGateKeeper(
  nowMs: number,
  moved: (transition: GateTransition) => void,
): GateKeeper {
  let gate = bootGate(nowMs);
  const kept: GateTransition[] = [];
  return {
    gate: () => gate,
    step(event) {
      const before = gate;
      const { gate: after, refused } = stepGate(before, event);
      gate = after;
      if (after.state !== before.state) {
        const transition: GateTransition = {
          from: before.state,
          to: after.state,
          trigger: event.type,
          reason: after.reason,
          at_utc: isoFromMillis(Math.floor(event.atMs)),
        };
        kept.unshift(transition);
        kept.length = Math.min(kept.length, maxTransitionsShown);
        moved(transition);
      }
      return refused;
    },
    transitions: () => kept,
  };
}
