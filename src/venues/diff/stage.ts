import type { Fault, Result } from "#base";
import type { OkxKey } from "#okx";

/**
 * A venue that is opened for one act of one library, or the one venue that all acts share. Whoever
 * compares knows only this of it; the command line joins it to a simulator or to an address.
 */
export type Stage = Readonly<{
  restUrl: string;
  /** What /public, /private and /business are appended to; null: no streams. */
  streamUrl: string | null;
  keys: StageKeys;
  /** Digest of all that the venue holds; null where the venue does not tell. */
  digest: () => string | null;
  /** The venue's time; null where it is the machine's. */
  nowMs: () => number | null;
  /** Moves the venue's clock and its market; null where they move by themselves. */
  advance: ((ms: number) => void) | null;
  /** Plans what goes wrong; null where nothing can be planned. */
  arm: ((rule: StageRule) => void) | null;
  /** How often planned faults have struck. */
  struck: () => number;
  /** Null, or what was left behind. */
  close: () => Promise<Fault | null>;
}>;

export type StageKeys = Readonly<{
  trader: OkxKey;
  /** Of the same account, may only read. */
  reader: OkxKey | null;
  /** Of an account with hardly any money. */
  poor: OkxKey | null;
}>;

export type KeyName = keyof StageKeys;

/** A rule of the simulated venue's fault plan (venue-faults/1). */
export type StageRule = Readonly<{
  match: Readonly<{ endpoint?: string; channel?: string; nth?: number; times?: number }>;
  fault: Readonly<{ kind: string } & Record<string, string | number>>;
}>;

/** Where stages come from. */
export type StageHost = Readonly<{
  /** What the log calls this environment. */
  environment: "simulated" | "okx_demo";
  /** Every open gives a venue of its own in the same state; otherwise all share one. */
  fresh: boolean;
  open: () => Promise<Result<Stage, Fault>>;
}>;
