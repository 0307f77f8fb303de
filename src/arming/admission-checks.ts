import { type Fault, type Result } from "#base";
import {
  type ChangeDigests,
  type ChangeTarget,
  type ChangeWindow,
  type Moment,
  maxSkewMs,
  maxWindowMs,
} from "#safety";
import { type ChangeRecord, digestsOf, targetOf, windowOf } from "./change-record.ts";

export type Finding = Readonly<{ code: string; message: string }>;

/** Whether the change is for this system, account and start of the process. */
export function judgeTarget(change: ChangeRecord, here: ChangeTarget): Finding | null {
  const signed = targetOf(change);
  for (const [field, code] of targetCodes) {
    if (signed[field] === here[field]) continue;
    const message = `it is for ${field} ${signed[field]}, this is ${here[field]}`;
    return { code, message };
  }
  return null;
}

const targetCodes = [
  ["systemId", "other_system"],
  ["env", "other_env"],
  ["venue", "other_venue"],
  ["accountHash", "other_account"],
  ["bootId", "other_boot"],
] as const;

/**
 * A window may begin up to 30 s from now, since the clocks of people and target differ; it is over
 * at its end, since an allowance there would lengthen what two people signed.
 */
export function judgeWindow(change: ChangeRecord, { wallMs }: Moment): Finding | null {
  const window = windowOf(change);
  const form = judgeWindowForm(window);
  if (form !== null) return form;
  if (!(wallMs >= window.notBeforeMs - maxSkewMs)) {
    return { code: "before_window", message: `its window begins ${change.window.not_before}` };
  }
  if (!(wallMs < window.notAfterMs)) {
    return { code: "after_window", message: `its window ended ${change.window.not_after}` };
  }
  return null;
}

export function judgeWindowForm({ notBeforeMs, notAfterMs }: ChangeWindow): Finding | null {
  const lengthMs = notAfterMs - notBeforeMs;
  if (!(lengthMs > 0)) return { code: "window_malformed", message: "its window has no length" };
  if (lengthMs <= maxWindowMs) return null;
  return { code: "window_too_long", message: "a window lasts at most 8 hours" };
}

/** `skewMs` is how far the wall is from a clock that can be trusted; null: nobody knows. */
export function judgeClock(op: ChangeRecord["op"], skewMs: number | null): Finding | null {
  if (op !== "ARM") return null;
  const code = "clock_unsynchronised";
  if (skewMs === null) return { code, message: "nothing shows that the clock is right" };
  if (Math.abs(skewMs) <= maxSkewMs) return null;
  return { code, message: `the clock is ${skewMs} ms off` };
}

/** What two people saw must be what is there. */
export function judgeDigests(
  change: ChangeRecord,
  now: Result<ChangeDigests, Fault>,
): Finding | null {
  if (!now.ok) return { code: "digests_unreadable", message: now.fault.message };
  const signed = digestsOf(change);
  for (const field of ["release", "policy", "limits"] as const) {
    if (signed[field] === now.value[field]) continue;
    const message = `the ${field} here is ${now.value[field]}, signed was ${signed[field]}`;
    return { code: `${field}_digest_differs`, message };
  }
  return null;
}
