import type { Millis } from "#base";

export type GateState = "INIT" | "READY" | "DEGRADED" | "HALTED" | "ERROR";

export const gateStates: readonly GateState[] = ["INIT", "READY", "DEGRADED", "HALTED", "ERROR"];

export type Gate = Readonly<{
  state: GateState;
  sinceMs: Millis;
  /** Why it is in this state. */
  reason: string;
  /** Exceptions since the last recovery. */
  errorCount: number;
  /** A recovery before this time is refused; null when none waits. */
  notBeforeMs: Millis | null;
}>;

/**
 * - switch_halted, switch_allowed: a reading of the kill switch with its latch.
 * - data_stale, data_fresh: a judgement of the market data.
 * - exception: something failed that nobody expected; `jitter` in [0, 1) spreads the wait.
 * - recover: a person asks, and both readings were taken for it.
 */
export type GateEvent = Readonly<{ atMs: Millis }> &
  (
    | Readonly<{ type: "switch_halted"; reason: string }>
    | Readonly<{ type: "switch_allowed" }>
    | Readonly<{ type: "data_stale"; reason: string }>
    | Readonly<{ type: "data_fresh" }>
    | Readonly<{ type: "exception"; reason: string; jitter: number }>
    | Readonly<{ type: "recover"; by: string; switchAllowed: boolean; dataFresh: boolean }>
  );

/** `refused` says why a recovery was not granted; every other event is always taken. */
export type GateStep = Readonly<{ gate: Gate; refused: RecoverRefusal | null }>;

export type RecoverRefusal =
  | "recover_by_nobody"
  | "recover_switch_halted"
  | "recover_data_stale"
  | "recover_in_backoff";

/** At boot nothing is known, and INIT lets nothing leave. */
export function bootGate(atMs: Millis): Gate {
  return { state: "INIT", sinceMs: atMs, reason: "boot", errorCount: 0, notBeforeMs: null };
}

export function stepGate(gate: Gate, event: GateEvent): GateStep {
  const to = targets[event.type][gate.state];
  switch (event.type) {
    case "recover":
      return recover(gate, event, to);
    case "exception":
      return { gate: fail(gate, event, to), refused: null };
    case "switch_halted":
    case "data_stale":
      return { gate: move(gate, to, event.atMs, event.reason), refused: null };
    case "switch_allowed":
    case "data_fresh":
      return { gate: move(gate, to, event.atMs, event.type), refused: null };
  }
}

type Row = Readonly<Record<GateState, GateState>>;

const stay: Row = {
  INIT: "INIT",
  READY: "READY",
  DEGRADED: "DEGRADED",
  HALTED: "HALTED",
  ERROR: "ERROR",
};

/**
 * The whole machine. Nothing but a person leads out of HALTED and ERROR, and then to INIT, where
 * fresh data must show itself first; in the source a stale tick cleared ERROR, HALTED had no exit,
 * and a recovery led to READY without a look at the data.
 */
const targets: Readonly<Record<GateEvent["type"], Row>> = {
  switch_halted: {
    INIT: "HALTED",
    READY: "HALTED",
    DEGRADED: "HALTED",
    HALTED: "HALTED",
    ERROR: "HALTED",
  },
  switch_allowed: stay,
  data_stale: { ...stay, INIT: "DEGRADED", READY: "DEGRADED" },
  data_fresh: { ...stay, INIT: "READY", DEGRADED: "READY" },
  exception: { INIT: "ERROR", READY: "ERROR", DEGRADED: "ERROR", HALTED: "HALTED", ERROR: "ERROR" },
  recover: { ...stay, HALTED: "INIT", ERROR: "INIT" },
};

/** The wait after the n-th exception is a random share of the smaller of 2^(n-1) s and 60 s. */
const maxBackoffMs = 60_000;

function recover(
  gate: Gate,
  event: Extract<GateEvent, { type: "recover" }>,
  to: GateState,
): GateStep {
  const refused = recoverRefusal(gate, event);
  if (refused !== null) return { gate, refused };
  const moved = move(gate, to, event.atMs, "recovered");
  return { gate: { ...moved, errorCount: 0, notBeforeMs: null }, refused: null };
}

function recoverRefusal(
  gate: Gate,
  event: Extract<GateEvent, { type: "recover" }>,
): RecoverRefusal | null {
  if (event.by.trim() === "") return "recover_by_nobody";
  if (!event.switchAllowed) return "recover_switch_halted";
  if (!event.dataFresh) return "recover_data_stale";
  const waits = gate.notBeforeMs !== null && event.atMs < gate.notBeforeMs;
  return waits ? "recover_in_backoff" : null;
}

function fail(gate: Gate, event: Extract<GateEvent, { type: "exception" }>, to: GateState): Gate {
  const errorCount = gate.errorCount + 1;
  let bound = 1000;
  for (let count = 1; count < errorCount && bound < maxBackoffMs; count += 1) bound *= 2;
  const waitMs = Math.floor(Math.min(bound, maxBackoffMs) * Math.min(Math.max(event.jitter, 0), 1));
  const moved = move(gate, to, event.atMs, event.reason);
  return { ...moved, errorCount, notBeforeMs: event.atMs + waitMs };
}

/** A state that is kept keeps its time and its first reason. */
function move(gate: Gate, state: GateState, sinceMs: Millis, reason: string): Gate {
  return state === gate.state ? gate : { ...gate, state, sinceMs, reason };
}
