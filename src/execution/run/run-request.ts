import type { HostFacts, RunSealer, Snapshot } from "#evidence";
import type { HaltWatch, Venue } from "#venues";
import type { RunClock } from "../clock/run-clock.ts";
import type { VenueRunConfig } from "./run-config.ts";

/** Why a run has to end at the next tick boundary; null: go on. */
export type StopReading = "interrupt" | "terminate" | "stop_file" | null;

export type VenueRunProgress = Readonly<{
  tick: number;
  ticks: number;
  alive: number;
  /** Orders placed, filled at least in part, and refused by anybody, so far. */
  placed: number;
  filled: number;
  refused: number;
  equity: string | null;
}>;

/** A run at a venue, with everything it needs from outside. */
export type VenueRunRequest = Readonly<{
  root: string;
  mode: "okx_demo";
  config: VenueRunConfig;
  snapshot: Snapshot;
  host: HostFacts;
  coreHash: string;
  /** Opened with the trading key, and with a key that can only read. */
  venue: Venue;
  auditor: Venue;
  /** Where they were found, without credentials. */
  address: string;
  /** What must never land: keys, secrets, passphrases. */
  secrets: readonly string[];
  halt: HaltWatch;
  clock: RunClock;
  /** A run without the man-made fences of this one, where there is one. */
  counterfactualRunId: string | null;
  /** 8 hex digits of chance. */
  nonce: string;
  /** Null where the installation has no keys: the run is whole, and nobody signs it. */
  sealer: RunSealer | null;
  stopRequested: () => StopReading;
  /** Ends waits; the run still ends in order. */
  signal: AbortSignal;
  progress: (now: VenueRunProgress) => void;
}>;
