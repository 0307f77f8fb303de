import type { Millis } from "#base";
import { maxSkewMs } from "#safety";
import { type Finding, judgeWindowForm } from "./admission-checks.ts";
import { type ChangeRecord, sha256Hex, windowOf } from "./change-record.ts";
import { judgeEvidence } from "./evidence-rules.ts";

/** A digest of the change that was made again from the file that it should be of. */
export type Recomputed = Readonly<{
  what: string;
  signed: string;
  /** Null: no file of it was given. */
  found: string | null;
}>;

/** By what they are of: change_text, policy, limits, release, proposed, or a name of evidence. */
export type ReviewFiles = ReadonlyMap<string, Uint8Array>;

/** Every digest that the change carries, beside what the files at hand give. */
export function recomputeDigests(change: ChangeRecord, files: ReviewFiles): readonly Recomputed[] {
  const signed: (readonly [string, string])[] = [
    ["change_text", change.change_record.sha256],
    ["release", change.release_digest],
    ["policy", change.policy_digest],
    ["limits", change.limits_digest],
    ...change.evidence.map(({ name, sha256 }) => [name, sha256] as const),
  ];
  if (change.proposed_digest !== null) signed.push(["proposed", change.proposed_digest]);
  return signed.map(([what, digest]) => {
    const bytes = files.get(what);
    return { what, signed: digest, found: bytes === undefined ? null : sha256Hex(bytes) };
  });
}

/** What a person should see before signing; none of it is more than a warning. */
export function warningsOf(change: ChangeRecord, nowMs: Millis): readonly Finding[] {
  const window = windowOf(change);
  const warnings: Finding[] = [...judgeEvidence(change, nowMs)];
  const form = judgeWindowForm(window);
  if (form !== null) warnings.push(form);
  if (window.notAfterMs <= nowMs) {
    warnings.push({ code: "after_window", message: "its window is over" });
  } else if (window.notBeforeMs > nowMs + maxSkewMs) {
    const minutes = Math.ceil((window.notBeforeMs - nowMs) / 60_000);
    warnings.push({ code: "before_window", message: `its window begins in ${minutes} minutes` });
    if (minutes > 15) {
      const message = "its nonce lives 15 minutes: it cannot be used when the window begins";
      warnings.push({ code: "nonce_too_short", message });
    }
  }
  if (change.op === "ARM" && change.env !== "demo") {
    warnings.push({ code: "real_money", message: "this arms orders with real money" });
  }
  if (change.op === "RELEASE_HALT") {
    warnings.push({
      code: "halt_released",
      message: "this lets go of the halt: is its cause gone?",
    });
  }
  return warnings;
}
