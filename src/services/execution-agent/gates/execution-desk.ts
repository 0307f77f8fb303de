import type { LiveArming } from "#arming";
import { isoFromMillis } from "#base";
import { type Identity, type MeshClock, momentOf } from "#mesh";
import { type ExecutionState, executionStateSchema, type SwitchReading } from "#protocol";
import {
  type AgentMode,
  type Gate,
  type Latch,
  latchAllows,
  leaseOf,
  type RecoverRefusal,
  type VenueMode,
} from "#safety";
import type { DataWatch } from "./data-watch.ts";
import type { GateKeeper } from "./gate-keeper.ts";

/** What halts, as one answer; `halted` is the reason, null when nothing does. */
export type HaltFacts = Readonly<{ reading: SwitchReading; latch: Latch; halted: string | null }>;

export type DeskPorts = Readonly<{
  identity: Identity;
  clock: MeshClock;
  /** Null: no venue was named, and nothing can be executed. */
  venue: VenueMode | null;
  keeper: GateKeeper;
  data: DataWatch;
  halts: () => HaltFacts;
  /** As `halts`, but without what a person now lets go of; and the letting go. */
  haltsAnew: () => Readonly<{ facts: HaltFacts; forget: () => void }>;
  arming: () => LiveArming | null;
  isFrozen: () => boolean;
  draw: () => number;
  modeChanged: (mode: AgentMode, why: string) => void;
}>;

/** All gates of the agent together. */
export type ExecutionDesk = Readonly<{
  mode: () => AgentMode;
  gate: () => Gate;
  /** Takes everything in that can be looked at without waiting. */
  turn: () => void;
  /** Codes of all that forbids an order now, the weightiest first; empty when nothing does. */
  refusals: () => readonly string[];
  state: () => ExecutionState;
  recover: (by: string) => RecoverRefusal | "venue_not_configured" | "shutting_down" | null;
  failed: (reason: string) => void;
  /** Nobody gets in any more. */
  close: () => void;
  isClosed: () => boolean;
}>;

/**
 * OFF at boot. At simulated and demo venues a person who recovers makes it PAPER; it is LIVE
 * exactly while two people's lease is held. Whatever halts or fails makes it OFF again.
 */
export function createExecutionDesk(ports: DeskPorts): ExecutionDesk {
  const { keeper, data, clock, venue } = ports;
  let isPaper = false;
  let closed = false;
  let told: AgentMode = "OFF";

  function mode(): AgentMode {
    if (venue === null || closed) return "OFF";
    if (venue !== "okx_live") return isPaper ? "PAPER" : "OFF";
    const live = ports.arming();
    return live !== null && leaseOf(live.arming()) !== null ? "LIVE" : "OFF";
  }

  function tellMode(why: string): void {
    const now = mode();
    if (now === told) return;
    told = now;
    ports.modeChanged(now, why);
  }

  function turn(): void {
    const { halted } = ports.halts();
    const atMs = clock.nowMs();
    if (halted !== null) keeper.step({ type: "switch_halted", atMs, reason: halted });
    else keeper.step({ type: "switch_allowed", atMs });
    const { fresh, reason } = data.freshness();
    if (fresh) keeper.step({ type: "data_fresh", atMs });
    else keeper.step({ type: "data_stale", atMs, reason: data.last()?.reason ?? reason });
    ports.arming()?.tick();
    const { state } = keeper.gate();
    if (state === "HALTED" || state === "ERROR") isPaper = false;
    tellMode(keeper.gate().reason);
  }

  const refusals = (): readonly string[] => refusalsOf(ports, mode(), closed);

  return {
    mode,
    gate: keeper.gate,
    turn,
    refusals,
    state(): ExecutionState {
      turn();
      return stateOf(ports, mode(), refusals());
    },
    recover(by) {
      if (closed) return "shutting_down";
      const refused = tryRecover(ports, by);
      if (refused !== null) return refused;
      isPaper = venue !== "okx_live";
      turn();
      return null;
    },
    failed(reason) {
      keeper.step({ type: "exception", atMs: clock.nowMs(), reason, jitter: ports.draw() });
      isPaper = false;
      tellMode(reason);
    },
    close(): void {
      closed = true;
      tellMode("shutting_down");
    },
    isClosed: () => closed,
  };
}

/** What the watchdog remembers of a halt is forgotten by a person's recovery alone. */
function tryRecover(
  { venue, keeper, clock, data, haltsAnew }: DeskPorts,
  by: string,
): RecoverRefusal | "venue_not_configured" | null {
  if (venue === null) return "venue_not_configured";
  const { facts, forget } = haltsAnew();
  const refused = keeper.step({
    type: "recover",
    atMs: clock.nowMs(),
    by,
    switchAllowed: facts.halted === null,
    dataFresh: data.freshness().fresh,
  });
  if (refused === null) forget();
  return refused;
}

/** The reading of a switch and its latch as what it means in a mode. */
export function haltedBy(
  reading: SwitchReading,
  latch: Latch,
  venue: VenueMode | null,
): string | null {
  if (reading.value !== "off") return reading.reason;
  if (latchAllows(latch, venue ?? "simulated")) return null;
  return latch.state === "latched" ? "halt_latched" : "latch_released_for_demo_only";
}

function refusalsOf(ports: DeskPorts, mode: AgentMode, closed: boolean): readonly string[] {
  const { keeper, venue, clock, data } = ports;
  const gate = keeper.gate();
  const found: string[] = [];
  if (closed) found.push("shutting_down");
  if (venue === null) found.push("venue_not_configured");
  if (ports.halts().halted !== null) found.push("kill_switch_enabled");
  if (isInBackoff(gate, clock.nowMs())) found.push("agent_in_backoff");
  const { fresh } = data.freshness();
  if (!fresh) found.push(data.last()?.refusal ?? "marketdata_stale");
  if (gate.state !== "READY") found.push(`agent_state_not_ready:${gate.state}`);
  if (mode !== (venue === "okx_live" ? "LIVE" : "PAPER")) found.push("agent_mode_not_live");
  const lease = ports.arming()?.arming() ?? null;
  if (venue === "okx_live" && (lease === null || leaseOf(lease) === null)) found.push("not_armed");
  if (ports.isFrozen()) found.push("execution_frozen");
  return found;
}

function isInBackoff(gate: Gate, nowMs: number): boolean {
  return gate.state === "ERROR" && gate.notBeforeMs !== null && nowMs < gate.notBeforeMs;
}

function stateOf(ports: DeskPorts, mode: AgentMode, refusals: readonly string[]): ExecutionState {
  const { identity, keeper, data, clock } = ports;
  const gate = keeper.gate();
  const { reading, latch } = ports.halts();
  const verdict = data.last();
  const { fresh, ageMs, reason } = data.freshness();
  const armed = ports.arming()?.arming() ?? null;
  const until = armed?.state === "armed" ? armed.window.notAfterMs : null;
  return {
    schema: executionStateSchema,
    agent_name: identity.agent_name,
    boot_id: identity.boot_id,
    mode,
    state: gate.state,
    since_utc: isoFromMillis(Math.floor(gate.sinceMs)),
    reason: gate.reason,
    error_count: gate.errorCount,
    not_before_utc: gate.notBeforeMs === null ? null : isoFromMillis(Math.floor(gate.notBeforeMs)),
    gates: {
      switch: reading,
      latch: latchShown(latch),
      marketdata: {
        fresh,
        reason: verdict === null || verdict.fresh ? reason : verdict.reason,
        age_ms: ageMs === null ? null : Math.max(0, Math.round(ageMs)),
      },
      armed: {
        held: until !== null && momentOf(clock).wallMs < until,
        until_utc: until === null ? null : isoFromMillis(until),
      },
    },
    may_execute: refusals.length === 0,
    refusals,
    transitions: keeper.transitions(),
  };
}

function latchShown(latch: Latch): ExecutionState["gates"]["latch"] {
  switch (latch.state) {
    case "clear":
      return { state: "clear", since_utc: null, source: null, reason: null };
    case "latched": {
      const since_utc = isoFromMillis(Math.floor(latch.sinceMs));
      return { state: "latched", since_utc, source: latch.source, reason: latch.reason };
    }
    case "released":
      return {
        state: "released",
        since_utc: isoFromMillis(Math.floor(latch.atMs)),
        source: latch.by,
        reason: null,
      };
  }
}
