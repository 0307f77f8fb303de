import type { Millis } from "#base";
import { type ApprovalFacts, keepsPace, maxWindowMs } from "./approved-change.ts";
import type { Moment } from "./moment.ts";

declare const leaseMark: unique symbol;

/**
 * Leave to trade with money for a while, approved by two people and held in memory alone. The
 * arming machine makes it and ends it; one that has ended is dead wherever it is still held.
 */
export type ArmedLease = Readonly<{ [leaseMark]: true }>;

/** When a window is over: by the wall, or by our own clock, whichever comes first. */
export type WindowEnd = Readonly<{
  changeId: string;
  notAfterMs: Millis;
  deadlineMonoMs: number;
}>;

export type LeaseTrouble = "lease_forged" | "lease_ended" | "window_ended" | "clock_jumped";

type Grant = { readonly armedAt: Moment; readonly end: WindowEnd; ended: boolean };

const genuine: WeakMap<object, Grant> = new WeakMap();

/** For the arming machine alone: it has spent the approval that these facts are from. */
export function makeLease(
  facts: ApprovalFacts,
  armedAt: Moment,
): Readonly<{ lease: ArmedLease; end: WindowEnd }> {
  const { notAfterMs } = facts.window;
  const lifetimeMs = Math.min(notAfterMs - armedAt.wallMs, maxWindowMs);
  const deadlineMonoMs = armedAt.monoMs + lifetimeMs;
  const end: WindowEnd = { changeId: facts.changeId, notAfterMs, deadlineMonoMs };
  const lease = Object.freeze({}) as ArmedLease;
  genuine.set(lease, { armedAt, end, ended: false });
  return { lease, end };
}

export function endLease(lease: ArmedLease): void {
  const grant = genuine.get(lease);
  if (grant !== undefined) grant.ended = true;
}

/** Why a lease allows nothing at this moment; null when it does. */
export function leaseTrouble(lease: ArmedLease | null, at: Moment): LeaseTrouble | null {
  const grant = typeof lease === "object" && lease !== null ? genuine.get(lease) : undefined;
  if (grant === undefined) return "lease_forged";
  if (grant.ended) return "lease_ended";
  if (isOver(grant.end, at)) return "window_ended";
  if (at.monoMs < grant.armedAt.monoMs || !keepsPace(grant.armedAt, at)) return "clock_jumped";
  return null;
}

/** The end itself is outside; a clock that says no number is over. */
export function isOver({ notAfterMs, deadlineMonoMs }: WindowEnd, at: Moment): boolean {
  return !(at.wallMs < notAfterMs && at.monoMs < deadlineMonoMs);
}
