import { err, type Fault, type Millis, ok, type Result } from "#base";
import {
  type ApprovedChange,
  type ChangeDigests,
  type ChangeTarget,
  spendApproval,
} from "./approved-change.ts";
import type { SwitchVerdict } from "./kill-switch.ts";
import type { VenueMode } from "./venue-mode.ts";

/**
 * Once halted, halted: a switch that says off later does not undo it, a person does.
 * - clear: never halted, or released by two people.
 * - latched: halted at this time, by this source, for this reason.
 * - released: one person let go of it; enough where no real money is, and nowhere else.
 */
export type Latch =
  | Readonly<{ state: "clear" }>
  | Readonly<{ state: "latched"; sinceMs: Millis; source: string; reason: string }>
  | Readonly<{ state: "released"; atMs: Millis; by: string }>;

/**
 * Who lets go of a latch. One operator by an explicit act, for simulated and demo venues; or two
 * people who approved RELEASE_HALT for this process, which is enough for live trading too.
 */
export type ReleaseProof =
  | Readonly<{ kind: "operator_act"; by: string }>
  | Readonly<{
      kind: "two_person";
      proof: ApprovedChange;
      target: ChangeTarget;
      digests: ChangeDigests;
    }>;

/** Every halted reading engages the latch; one that is engaged keeps its first cause. */
export function engageLatch(latch: Latch, verdict: SwitchVerdict): Latch {
  if (verdict.allowed || latch.state === "latched") return latch;
  const { at, source, reason } = verdict;
  return { state: "latched", sinceMs: at.wallMs, source: source ?? "configuration", reason };
}

/**
 * Engages the latch because something other than a reading asks for it: the end of a window. One
 * that is engaged keeps its first cause.
 */
export function engageLatchFor(
  latch: Latch,
  { source, reason }: Readonly<{ source: string; reason: string }>,
  sinceMs: Millis,
): Latch {
  return latch.state === "latched" ? latch : { state: "latched", sinceMs, source, reason };
}

/**
 * Lets go of an engaged latch, or, by two people, of one that a single person has released. Only
 * two people make it clear, and only in the memory of this process. Faults: latch_not_engaged,
 * switch_still_halted (it would engage again at once), release_by_nobody, and those of
 * spendApproval as release_not_authorised.
 */
export function releaseLatch(
  latch: Latch,
  proof: ReleaseProof,
  verdict: SwitchVerdict,
): Result<Latch, Fault> {
  const isHeld = latch.state === "latched" || (latch.state === "released" && isOfTwo(proof));
  if (!isHeld) {
    return err({ code: "latch_not_engaged", message: "the halt latch is not engaged" });
  }
  if (!verdict.allowed) {
    const why = `${verdict.reason}: ${verdict.source ?? "no source is configured"}`;
    const message = `the switch itself still halts (${why}); turn it off first`;
    return err({ code: "switch_still_halted", message });
  }
  if (proof.kind === "two_person") return releaseByTwo(proof, verdict);
  if (proof.by.trim() === "") {
    return err({ code: "release_by_nobody", message: "name who releases the latch" });
  }
  return ok({ state: "released", atMs: verdict.at.wallMs, by: proof.by });
}

function isOfTwo({ kind }: ReleaseProof): boolean {
  return kind === "two_person";
}

function releaseByTwo(
  { proof, target, digests }: Extract<ReleaseProof, { kind: "two_person" }>,
  { at }: SwitchVerdict,
): Result<Latch, Fault> {
  const spent = spendApproval(proof, { op: "RELEASE_HALT", target, digests, at });
  if (spent.ok) return ok({ state: "clear" });
  const message = `two people must release it: ${spent.fault.message} (${spent.fault.code})`;
  return err({ code: "release_not_authorised", message });
}

/** Whether orders may leave in this mode as far as the latch is concerned. */
export function latchAllows(latch: Latch, mode: VenueMode): boolean {
  switch (latch.state) {
    case "clear":
      return true;
    case "latched":
      return false;
    case "released":
      return mode !== "okx_live";
  }
}
