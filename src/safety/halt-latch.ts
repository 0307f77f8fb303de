import { err, type Fault, type Millis, ok, type Result } from "#base";
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
 * people by their signatures over one change record, for which there is no proof to be had yet.
 */
export type ReleaseProof =
  | Readonly<{ kind: "operator_act"; by: string }>
  | Readonly<{ kind: "two_person"; proof: TwoPersonRelease }>;

declare const twoPersonMark: unique symbol;

/** Nothing makes one yet: the arming flow will, and until then only one person can release. */
export type TwoPersonRelease = Readonly<{ [twoPersonMark]: true }>;

/** Every halted reading engages the latch; one that is engaged keeps its first cause. */
export function engageLatch(latch: Latch, verdict: SwitchVerdict): Latch {
  if (verdict.allowed || latch.state === "latched") return latch;
  const { at, source, reason } = verdict;
  return { state: "latched", sinceMs: at.wallMs, source: source ?? "configuration", reason };
}

/**
 * Lets go of an engaged latch. Faults: latch_not_engaged, switch_still_halted (it would engage
 * again at once), release_by_nobody, release_not_authorised.
 */
export function releaseLatch(
  latch: Latch,
  proof: ReleaseProof,
  verdict: SwitchVerdict,
): Result<Latch, Fault> {
  if (latch.state !== "latched") {
    return err({ code: "latch_not_engaged", message: "the halt latch is not engaged" });
  }
  if (!verdict.allowed) {
    const why = `${verdict.reason}: ${verdict.source ?? "no source is configured"}`;
    const message = `the switch itself still halts (${why}); turn it off first`;
    return err({ code: "switch_still_halted", message });
  }
  if (proof.kind === "two_person") {
    const message = "nothing can prove a release by two people yet";
    return err({ code: "release_not_authorised", message });
  }
  if (proof.by.trim() === "") {
    return err({ code: "release_by_nobody", message: "name who releases the latch" });
  }
  return ok({ state: "released", atMs: verdict.at.wallMs, by: proof.by });
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
