import type {
  ExecutionRawRecord,
  PositionsSnapshot,
  ReconstructionRawRecord,
  RosterAgent,
  VenueFingerprint,
  VenueRosterHead,
  VenueTelemetry,
} from "#evidence";
import type { Draft } from "./draft.ts";
import { type VenueSession } from "./session.ts";
/** What follows from what happened: counts, positions, raw evidence, the roster. */
export type Derived = {
  roster: {
    head: Draft<VenueRosterHead>;
    agents: Draft<RosterAgent>[];
  };
  telemetry: Draft<VenueTelemetry>;
  fingerprint: Draft<VenueFingerprint>;
  positions: Draft<PositionsSnapshot>;
  executionRaw: Draft<ExecutionRawRecord>[];
  reconstructionRaw: Draft<ReconstructionRawRecord>[];
};
export declare function derive(session: VenueSession): Derived;
