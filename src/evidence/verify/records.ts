import type { RosterAgent, RosterHead } from "../artifacts/agent-roster.ts";
import type { BehaviorRecord, BehaviorsHead } from "../artifacts/behaviors.ts";
import type { BirthLine } from "../artifacts/birth-events.ts";
import type { LedgerLine } from "../artifacts/capital-ledger.ts";
import type { CollapseEventLine } from "../artifacts/collapse-events.ts";
import type { DeathLine } from "../artifacts/death-events.ts";
import type { ErrorLine } from "../artifacts/errors.ts";
import type { ExecutionFingerprint } from "../artifacts/execution-fingerprint.ts";
import type { GatingTelemetry } from "../artifacts/gating-telemetry.ts";
import type { GenomeLine } from "../artifacts/genomes-snapshot.ts";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { RunSummary } from "../artifacts/run-summary.ts";
import type { SeasonLine } from "../artifacts/seasons.ts";
import type { SurvivorLine } from "../artifacts/survivors.ts";

/** One row of the genome matrix: its index from 0 and its bytes, valid during the call. */
export type MatrixRow = Readonly<{ index: number; bytes: Uint8Array }>;

/** What a pass over a run directory hands to the claims, kind by kind. */
export type Records = Readonly<{
  manifest: RunManifest;
  season: SeasonLine;
  roster_head: RosterHead;
  roster_agent: RosterAgent;
  genome: GenomeLine;
  birth: BirthLine;
  death: DeathLine;
  survivor: SurvivorLine;
  ledger: LedgerLine;
  collapse_event: CollapseEventLine;
  error: ErrorLine;
  summary: RunSummary;
  telemetry: GatingTelemetry;
  fingerprint: ExecutionFingerprint;
  behaviors_head: BehaviorsHead;
  behavior: BehaviorRecord;
  matrix_row: MatrixRow;
}>;

export type RecordKind = keyof Records;

/** The files of a run, in the order a pass reads them. */
export const artifactNames = [
  "run_manifest",
  "seasons",
  "collapse_events",
  "agent_roster",
  "genomes_snapshot",
  "birth_events",
  "death_events",
  "survivors",
  "capital_ledger",
  "errors",
  "multiple_experiments_summary",
  "gating_telemetry",
  "execution_fingerprint",
  "behaviors",
  "genomes_matrix",
] as const;

export type ArtifactName = (typeof artifactNames)[number];

export const artifactByKind: Readonly<Record<RecordKind, ArtifactName>> = {
  manifest: "run_manifest",
  season: "seasons",
  roster_head: "agent_roster",
  roster_agent: "agent_roster",
  genome: "genomes_snapshot",
  birth: "birth_events",
  death: "death_events",
  survivor: "survivors",
  ledger: "capital_ledger",
  collapse_event: "collapse_events",
  error: "errors",
  summary: "multiple_experiments_summary",
  telemetry: "gating_telemetry",
  fingerprint: "execution_fingerprint",
  behaviors_head: "behaviors",
  behavior: "behaviors",
  matrix_row: "genomes_matrix",
};
