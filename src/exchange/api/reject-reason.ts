import { type RejectReason, rejectCodes } from "./reject.ts";

/** The name of a code that the hot interface returned; null for 0. */
export function rejectReasonOf(code: number): RejectReason | null {
  return reasons.get(code) ?? null;
}

const reasons: ReadonlyMap<number, RejectReason> = new Map(
  (Object.keys(rejectCodes) as (keyof typeof rejectCodes)[]).flatMap((reason) =>
    reason === "none" ? [] : [[rejectCodes[reason], reason]],
  ),
);
