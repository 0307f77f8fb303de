import { type EvidenceRef, type SamplePolicy, type ShardPolicy } from "#evidence";
import { type Audit } from "./audit.ts";
import { type Derived } from "./derive.ts";
import { type ManifestDraft } from "./manifest.ts";
import { type VenueSession } from "./session.ts";
import { type SessionSpec } from "./spec.ts";
/** What a test may change on the way, in the order it happens. What comes later follows from it. */
export type Edits = Readonly<{
  /** Names that contradict the tier. */
  naming?: Readonly<{
    prefix?: string;
    folder?: string;
    directory?: string;
  }>;
  /** What happened. */
  session?: (session: VenueSession) => void;
  /** Counts, positions, roster, pages and report; refs come after. */
  derived?: (
    parts: Readonly<{
      session: VenueSession;
      derived: Derived;
      audit: Audit;
    }>,
  ) => void;
  /** Refs of freezes, discrepancies, errors and the report. */
  linked?: (
    parts: Readonly<{
      session: VenueSession;
      audit: Audit;
      derived: Derived;
      ref: RefMaker;
    }>,
  ) => void;
  /** Raw shards of tier 2, before anything names their digests. */
  shards?: (directory: string) => void;
  manifest?: (manifest: ManifestDraft) => void;
  /** Texts of the files before the index is written. */
  texts?: (texts: Map<string, string>) => void;
  /** Texts of the files at the end. */
  files?: (texts: Map<string, string>) => void;
  /** The directory itself. */
  disk?: (directory: string) => void;
}>;
export declare const fixtureShardPolicy: ShardPolicy;
export declare const fixtureSamplePolicy: SamplePolicy;
/** Plays a session and lands its evidence under the root; gives the run directory. */
export declare function landVenueRun(
  root: string,
  spec?: Partial<SessionSpec>,
  edits?: Edits,
): string;
export type RefMaker = (file: string, start: number, end: number) => EvidenceRef;
/** A ref by the rule of the contract, computed here from the bytes of the lines. */
export declare function refTo(
  texts: ReadonlyMap<string, string>,
  {
    file,
    start,
    end,
    scope,
  }: Readonly<{
    file: string;
    start: number;
    end: number;
    scope: string | null;
  }>,
): EvidenceRef;
