import type { Millis } from "#base";
import {
  type ApprovalFacts,
  type ApprovalRefusalCode,
  type ApprovedChange,
  type ChangeDigests,
  type ChangeTarget,
  spendApproval,
} from "./approved-change.ts";
import {
  type ArmedLease,
  endLease,
  isOver,
  leaseTrouble,
  makeLease,
  type WindowEnd,
} from "./armed-lease.ts";
import type { Freshness } from "./freshness.ts";
import { type Latch, latchAllows } from "./halt-latch.ts";
import type { SwitchVerdict } from "./kill-switch.ts";
import type { Moment } from "./moment.ts";

/**
 * Whether live trading is armed.
 * - disarmed: at boot, and after everything else that can happen. `window` is that of a lease which
 *   died early: at its end the kill switch latches all the same.
 * - armed: a lease is held until the window's end at the latest.
 */
export type Arming =
  | Readonly<{
      state: "disarmed";
      reason: DisarmReason;
      sinceMs: Millis;
      window: WindowEnd | null;
    }>
  | Readonly<{
      state: "armed";
      lease: ArmedLease;
      digests: ChangeDigests;
      sinceMs: Millis;
      window: WindowEnd;
    }>;

export type DisarmReason =
  | "boot"
  | "restarted"
  | "halted"
  | "digest_changed"
  | "data_stale"
  | "clock_jumped"
  | "window_ended"
  | "storage_failed"
  | "disarmed_by_person";

export const disarmReasons: readonly DisarmReason[] = [
  "boot",
  "restarted",
  "halted",
  "digest_changed",
  "data_stale",
  "clock_jumped",
  "window_ended",
  "storage_failed",
  "disarmed_by_person",
];

/** Read for the moment of arming; nothing in it may be kept from an earlier look. */
export type ArmingFacts = Readonly<{
  target: ChangeTarget;
  digests: ChangeDigests;
  verdict: SwitchVerdict;
  latch: Latch;
  freshness: Freshness;
}>;

/**
 * - approved: two people approved, and the proof is used up by this event.
 * - tick: nothing but time; at least once a second while armed.
 * - digests_read: what runs, read again.
 * - halted, data_stale, storage_failed, restarted: one is enough.
 * - disarm: anybody, without approval.
 */
export type ArmingEvent = Readonly<{ at: Moment }> &
  (
    | Readonly<{ type: "approved"; proof: ApprovedChange; facts: ArmingFacts }>
    | Readonly<{ type: "tick" }>
    | Readonly<{ type: "digests_read"; digests: ChangeDigests }>
    | Readonly<{ type: "halted" }>
    | Readonly<{ type: "data_stale" }>
    | Readonly<{ type: "storage_failed" }>
    | Readonly<{ type: "restarted" }>
    | Readonly<{ type: "disarm" }>
  );

export type ArmRefusalCode =
  | ApprovalRefusalCode
  | "arm_twice"
  | "arm_while_halted"
  | "arm_on_stale_data";

/** The kill switch has to latch: `source` and `reason` are those of the latch. */
export type HaltDemand = Readonly<{ source: string; reason: "arming_window_ended" }>;

export type ArmingStep = Readonly<{
  arming: Arming;
  /** Why an approval did not arm; every other event is always taken. */
  refused: Readonly<{ code: ArmRefusalCode; message: string }> | null;
  /** Not null once for each window: at its end. The caller makes it durable. */
  halt: HaltDemand | null;
}>;

export function bootArming(atMs: Millis): Arming {
  return { state: "disarmed", reason: "boot", sinceMs: atMs, window: null };
}

/**
 * The whole machine: one event leads to armed, all others lead to disarmed or leave it so. Time is
 * looked at first, with every event: a lease that is over does not outlive the next thing heard.
 * Where a lease ends here it is dead for all who hold it.
 */
export function stepArming(before: Arming, event: ArmingEvent): ArmingStep {
  const { arming, halt } = passTime(before, event.at);
  if (event.type === "approved") return { ...arm(arming, event), halt };
  const reason = disarmedBy(arming, event);
  return {
    arming: reason === null ? arming : disarm(arming, reason, event.at),
    refused: null,
    halt,
  };
}

/** The lease that a permit may be asked with; null while disarmed. */
export function leaseOf(arming: Arming): ArmedLease | null {
  return arming.state === "armed" ? arming.lease : null;
}

/**
 * A kill switch that says off is for a window alone: where live trading is possible and no lease is
 * held, an off switch is a finding of the first order.
 */
export function isOffOutsideWindow(arming: Arming, verdict: SwitchVerdict): boolean {
  return arming.state === "disarmed" && verdict.allowed;
}

function passTime(
  before: Arming,
  at: Moment,
): Readonly<{ arming: Arming; halt: HaltDemand | null }> {
  const { window } = before;
  if (window !== null && isOver(window, at)) {
    const source = `change ${window.changeId.slice(0, 16)}`;
    const arming: Arming = before.state === "armed" ? disarm(before, "window_ended", at) : before;
    const ended: Arming = arming.state === "disarmed" ? { ...arming, window: null } : arming;
    return { arming: ended, halt: { source, reason: "arming_window_ended" } };
  }
  const jumped = before.state === "armed" && leaseTrouble(before.lease, at) !== null;
  return { arming: jumped ? disarm(before, "clock_jumped", at) : before, halt: null };
}

type Taken = Exclude<ArmingEvent, Readonly<{ type: "approved" }>>;

/** Null where the event ends nothing. */
function disarmedBy(arming: Arming, event: Taken): DisarmReason | null {
  switch (event.type) {
    case "tick":
      return null;
    case "digests_read":
      return arming.state === "armed" && isSame(arming.digests, event.digests)
        ? null
        : "digest_changed";
    case "disarm":
      return "disarmed_by_person";
    case "halted":
    case "data_stale":
    case "storage_failed":
    case "restarted":
      return event.type;
  }
}

/** A state that is kept keeps its first reason. */
function disarm(arming: Arming, reason: DisarmReason, at: Moment): Arming {
  if (arming.state === "disarmed") return arming;
  endLease(arming.lease);
  return { state: "disarmed", reason, sinceMs: at.wallMs, window: arming.window };
}

function arm(
  arming: Arming,
  { at, proof, facts }: Extract<ArmingEvent, { type: "approved" }>,
): Omit<ArmingStep, "halt"> {
  const { target, digests, verdict, latch, freshness } = facts;
  const refuse = (code: ArmRefusalCode, message: string): Omit<ArmingStep, "halt"> => {
    return { arming, refused: { code, message } };
  };
  const spent = spendApproval(proof, { op: "ARM", target, digests, at });
  if (!spent.ok) return refuse(spent.fault.code, spent.fault.message);
  if (arming.state === "armed") return refuse("arm_twice", "a lease is held already");
  if (!verdict.allowed || !latchAllows(latch, "okx_live")) {
    return refuse("arm_while_halted", "the kill switch or its latch halts live trading");
  }
  if (!freshness.fresh) return refuse("arm_on_stale_data", `market data: ${freshness.reason}`);
  return { arming: armedBy(spent.value, at), refused: null };
}

function armedBy(facts: ApprovalFacts, at: Moment): Arming {
  const { lease, end } = makeLease(facts, at);
  return { state: "armed", lease, digests: facts.digests, sinceMs: at.wallMs, window: end };
}

function isSame(one: ChangeDigests, other: ChangeDigests): boolean {
  return (
    one.release === other.release && one.policy === other.policy && one.limits === other.limits
  );
}
