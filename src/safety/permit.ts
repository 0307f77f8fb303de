import { err, ok, type Result } from "#base";
import type { AgentMode } from "./agent-mode.ts";
import { type ArmedLease, leaseTrouble } from "./armed-lease.ts";
import type { Gate } from "./execution-gate.ts";
import type { Freshness, FreshnessReason } from "./freshness.ts";
import { type Latch, latchAllows } from "./halt-latch.ts";
import type { SwitchReason, SwitchVerdict } from "./kill-switch.ts";
import type { Moment } from "./moment.ts";
import type { OrderSubject } from "./order-subject.ts";
import type { Permit } from "./permit-type.ts";
import type { VenueMode } from "./venue-mode.ts";

/** The kill switch and its latch, read together. */
export type HaltReading = Readonly<{ verdict: SwitchVerdict; latch: Latch }>;

/** Everything that must be true for one order to leave. */
export type PermitRequest = Readonly<{
  mode: VenueMode;
  subject: OrderSubject;
  halt: HaltReading;
  freshness: Freshness;
  /** Whether the account is proven to be a demo account; null: could not be proven. */
  demoAccount: boolean | null;
  gate: Gate;
  agentMode: AgentMode;
  lease: ArmedLease | null;
  /** Now, on the clock of this process that only goes forward. */
  monoMs: number;
}>;

export type PermitRefusal = Readonly<{ code: PermitRefusalCode; message: string }>;

export type PermitRefusalCode =
  | HaltRefusalCode
  | Exclude<FreshnessReason, "fresh">
  | "mode_unknown"
  | "account_not_demo"
  | "gate_not_ready"
  | "agent_mode_not_live"
  | "not_armed"
  | "permit_forged"
  | "permit_spent"
  | "permit_of_other_order"
  | "permit_expired";

type HaltRefusalCode =
  | Exclude<SwitchReason, "switch_off">
  | "switch_reading_too_old"
  | "halt_latched"
  | "latch_released_for_demo_only";

/** From the mint to the last line before the write. */
export const permitLifetimeMs = 1000;

/** A reading of the switch older than this says nothing about now. */
export const maxReadingAgeMs = 50;

type Grant = {
  readonly subject: OrderSubject;
  readonly mode: VenueMode;
  readonly mintedMonoMs: number;
  readonly lease: ArmedLease | null;
  spent: boolean;
};

const grants: WeakMap<object, Grant> = new WeakMap();

/** The only maker of a Permit: for this one order, once, for a second. Refuses by the first no. */
export function mintPermit(request: PermitRequest): Result<Permit, PermitRefusal> {
  const { mode, subject, monoMs, lease } = request;
  const refusal = haltRefusal(request.halt, mode, monoMs) ?? requestRefusal(request);
  if (refusal !== null) return err(refusal);
  const permit = Object.freeze({}) as Permit;
  grants.set(permit, { subject, mode, mintedMonoMs: monoMs, lease, spent: false });
  return ok(permit);
}

/**
 * Spends a Permit at the last line before the write. It is spent whatever comes of it: a Permit
 * that met a refusal is not tried again. `halt` must have been read for this very act.
 */
export function spendPermit(
  permit: Permit,
  use: Readonly<{ subject: OrderSubject; halt: HaltReading; monoMs: number }>,
): Result<void, PermitRefusal> {
  const grant = isObject(permit) ? grants.get(permit) : undefined;
  if (grant === undefined) return refuse("permit_forged", "no permit of ours");
  if (grant.spent) return refuse("permit_spent", "a permit is for one use");
  grant.spent = true;
  if (grant.subject !== use.subject) {
    return refuse("permit_of_other_order", `it is for ${grant.subject}, not for ${use.subject}`);
  }
  const ageMs = use.monoMs - grant.mintedMonoMs;
  if (!(ageMs >= 0 && ageMs <= permitLifetimeMs)) {
    return refuse("permit_expired", `minted ${ageMs} ms ago, good for ${permitLifetimeMs}`);
  }
  const { mode, lease } = grant;
  const refusal =
    haltRefusal(use.halt, mode, use.monoMs) ?? leaseRefusal(mode, lease, use.halt.verdict.at);
  return refusal === null ? ok(undefined) : err(refusal);
}

function haltRefusal(
  { verdict, latch }: HaltReading,
  mode: VenueMode,
  monoMs: number,
): PermitRefusal | null {
  const by = verdict.source ?? "missing configuration";
  if (verdict.reason !== "switch_off") {
    return { code: verdict.reason, message: `execution is halted by ${by}` };
  }
  if (!verdict.allowed) {
    return { code: "switch_unknown_word", message: `${by} says off and halted at once` };
  }
  const ageMs = monoMs - verdict.at.monoMs;
  if (!(ageMs >= 0 && ageMs <= maxReadingAgeMs)) {
    const message = `the switch was read ${ageMs} ms ago, at most ${maxReadingAgeMs} count`;
    return { code: "switch_reading_too_old", message };
  }
  if (latchAllows(latch, mode)) return null;
  if (latch.state === "latched") {
    const message = `halted by ${latch.source} (${latch.reason}), and nobody released it`;
    return { code: "halt_latched", message };
  }
  const message = "the halt was released by one person, which is not enough for live trading";
  return { code: "latch_released_for_demo_only", message };
}

function requestRefusal(request: PermitRequest): PermitRefusal | null {
  const { freshness, gate } = request;
  if (freshness.reason !== "fresh") {
    return { code: freshness.reason, message: "market data is not fresh" };
  }
  if (!freshness.fresh) return { code: "tick_too_old", message: "market data is not fresh" };
  if (gate.state !== "READY") {
    return { code: "gate_not_ready", message: `the gate is ${gate.state}: ${gate.reason}` };
  }
  switch (request.mode) {
    case "simulated":
    case "okx_demo":
      if (request.demoAccount === true) return null;
      return {
        code: "account_not_demo",
        message: "the account is not proven to be a demo account",
      };
    case "okx_live":
      if (request.agentMode !== "LIVE") {
        return { code: "agent_mode_not_live", message: `the agent mode is ${request.agentMode}` };
      }
      return leaseRefusal(request.mode, request.lease, request.halt.verdict.at);
    default:
      return { code: "mode_unknown", message: "no such mode" };
  }
}

/** `at` is the moment of a reading that was just found recent. */
function leaseRefusal(mode: VenueMode, lease: ArmedLease | null, at: Moment): PermitRefusal | null {
  if (mode !== "okx_live") return null;
  if (lease === null)
    return { code: "not_armed", message: "no two people have armed live trading" };
  const trouble = leaseTrouble(lease, at);
  return trouble === null ? null : { code: "not_armed", message: `not armed: ${trouble}` };
}

function refuse(code: PermitRefusalCode, message: string): Result<never, PermitRefusal> {
  return err({ code, message });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
