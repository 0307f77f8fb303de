import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { RecordKind, Records } from "./records.ts";
import type { HashThread } from "./threads/hash-thread.ts";

/**
 * One claim about a run, checked by one file. It names the kinds of records it reads; a kind that
 * it does not name cannot be watched, and a kind whose file is missing makes it not measurable.
 */
export type Claim<Kind extends RecordKind = RecordKind> = Readonly<{
  id: string;
  /** Where its rules stand: an anchor in docs/contracts/run-directory.md. */
  clause: string;
  reads: readonly Kind[];
  /** Why this run has nothing to do with the claim; null when it has. */
  notApplicable?: (run: RunUnderCheck) => string | null;
  /** A claim whose count proves that this one found nothing because there is nothing. */
  emptinessProvenBy?: string;
  start: (run: RunUnderCheck, report: Report) => Watch<Kind>;
}>;

export type Watch<Kind extends RecordKind> = Readonly<{
  on: { readonly [K in Kind]?: (record: Records[K], line: number) => void };
  /** After the last record of the last file. */
  end: () => void;
}>;

/** What is known before the first record. */
export type RunUnderCheck = Readonly<{
  directory: string;
  /** The name of the directory. */
  name: string;
  manifest: RunManifest;
  /** Hashes beside this thread, when the run is large. */
  hashing?: HashThread;
}>;

/** Where a finding is; `field` is a path inside the record. */
export type Place = Readonly<{ kind: RecordKind; line?: number; field?: string }>;

export type Report = Readonly<{
  /** So many more things were looked at. */
  count: (more?: number) => void;
  finding: (code: string, place: Place, detail: string) => void;
}>;
