import type { z } from "zod";
import { rosterAgent, rosterHead } from "../artifacts/agent-roster.ts";
import { behaviorRecord, behaviorsHead } from "../artifacts/behaviors.ts";
import { birthLine } from "../artifacts/birth-events.ts";
import { ledgerLine } from "../artifacts/capital-ledger.ts";
import { collapseEventLine } from "../artifacts/collapse-events.ts";
import { deathLine } from "../artifacts/death-events.ts";
import { errorLine } from "../artifacts/errors.ts";
import { executionFingerprint } from "../artifacts/execution-fingerprint.ts";
import { gatingTelemetry } from "../artifacts/gating-telemetry.ts";
import { genomeLine } from "../artifacts/genomes-snapshot.ts";
import { runManifest } from "../artifacts/run-manifest.ts";
import { runSummary } from "../artifacts/run-summary.ts";
import { seasonLine } from "../artifacts/seasons.ts";
import { survivorLine } from "../artifacts/survivors.ts";
import type { StartHasher } from "../reading/file-hasher.ts";
import type { Problem } from "../reading/problem.ts";
import type { FileFacts } from "../reading/read-chunks.ts";
import { readDocument } from "../reading/read-document.ts";
import { type ListShape, readListDocument } from "../reading/read-list-document.ts";
import { readMatrix } from "../reading/read-matrix.ts";
import { readRecords } from "../reading/read-records.ts";
import type { ArtifactName, RecordKind, Records } from "./records.ts";

/** Who gets what a file holds. */
export type Intake = Readonly<{
  record: <Kind extends RecordKind>(kind: Kind, record: Records[Kind], line: number) => void;
  problem: (problem: Problem) => void;
  /** Who digests files of records; on the spot where nobody is named. */
  startHasher?: StartHasher | undefined;
}>;

/** Reads one file to its end, whatever it holds; null when it could not be read. */
export type ReadArtifact = (path: string, intake: Intake) => FileFacts | null;

export const readArtifact: Readonly<Record<ArtifactName, ReadArtifact>> = {
  run_manifest: document("manifest", runManifest),
  seasons: lines("season", seasonLine),
  agent_roster: list(
    { head: "roster_head", item: "roster_agent" },
    { head: rosterHead, listKey: "agents", item: rosterAgent },
  ),
  genomes_snapshot: lines("genome", genomeLine),
  birth_events: lines("birth", birthLine),
  death_events: lines("death", deathLine),
  survivors: lines("survivor", survivorLine),
  capital_ledger: lines("ledger", ledgerLine),
  collapse_events: lines("collapse_event", collapseEventLine),
  errors: lines("error", errorLine),
  multiple_experiments_summary: document("summary", runSummary),
  gating_telemetry: document("telemetry", gatingTelemetry),
  execution_fingerprint: document("fingerprint", executionFingerprint),
  behaviors: list(
    { head: "behaviors_head", item: "behavior" },
    { head: behaviorsHead, listKey: "agents", item: behaviorRecord },
  ),
  genomes_matrix: (path, intake) =>
    readMatrix(path, {
      row: (index, bytes) => intake.record("matrix_row", { index, bytes }, index + 1),
      problem: intake.problem,
    }),
};

function lines<Kind extends RecordKind>(
  kind: Kind,
  schema: z.ZodType<Records[Kind]>,
): ReadArtifact {
  return (path, intake) => {
    const facts = readRecords(path, schema, {
      record: (record, line) => intake.record(kind, record, line),
      problem: intake.problem,
      startHasher: intake.startHasher,
    });
    if (facts.ok) return facts.value;
    intake.problem(facts.fault);
    return null;
  };
}

function document<Kind extends RecordKind>(
  kind: Kind,
  schema: z.ZodType<Records[Kind]>,
): ReadArtifact {
  return (path, intake) => {
    const { value, facts, problems } = readDocument(path, schema);
    for (const problem of problems) intake.problem(problem);
    if (value !== null) intake.record(kind, value, 1);
    return facts;
  };
}

function list<Head extends RecordKind, Item extends RecordKind>(
  kinds: Readonly<{ head: Head; item: Item }>,
  shape: ListShape<Records[Head], Records[Item]>,
): ReadArtifact {
  return (path, intake) =>
    readListDocument(path, shape, {
      head: (head) => intake.record(kinds.head, head, 1),
      item: (item, line) => intake.record(kinds.item, item, line),
      problem: intake.problem,
      startHasher: intake.startHasher,
    });
}
