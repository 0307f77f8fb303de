import type { RunSealer } from "#evidence";
import type { HaltWatch, Venue } from "#venues";
import type { RunClock } from "../clock/run-clock.ts";

/** Ending a run that a dead process left, with everything that is needed from outside. */
export type RecoverRequest = Readonly<{
  root: string;
  directory: string;
  /** The account of the run, by the trading key and by one that can only read. */
  venue: Venue;
  auditor: Venue;
  /** What must never land: keys, secrets, passphrases. */
  secrets: readonly string[];
  halt: HaltWatch;
  clock: RunClock;
  sealer: RunSealer | null;
}>;
