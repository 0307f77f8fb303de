import { join } from "node:path";
import { Defect, type Fault } from "#base";
import { findGenomeSchema, type GenomeSchema } from "#core";
import type { RosterHead } from "../artifacts/agent-roster.ts";
import type { BehaviorsHead } from "../artifacts/behaviors.ts";
import { behaviorsFileName, genomesFileName, runFileNames } from "./file-names.ts";
import { createLineFile, type FileRecord, type LineFile } from "./line-file.ts";
import { createListDocument, type ListDocument } from "./list-document.ts";
import { createNpyFile, type NpyFile } from "./npy-file.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";

/** The files that grow while a run lives, each with its one writer. */
export type RunFiles = Readonly<{
  births: LineFile;
  deaths: LineFile;
  survivors: LineFile;
  ledger: LineFile;
  seasons: LineFile;
  collapses: LineFile;
  errors: LineFile;
  genomes: LineFile;
  roster: ListDocument;
  /** Present when behaviors were asked for. */
  behaviors: ListDocument | null;
  matrix: NpyFile | null;
  /** The first failure of any of them: the run must stop. */
  failure: () => Fault | null;
  /** Finishes and closes all; the records of those that are whole, by file name. */
  finish: () => ReadonlyMap<string, FileRecord>;
}>;

export function openRunFiles(directory: string, plan: RunPlan, withBehaviors: boolean): RunFiles {
  const runId = runIdOfPlan(plan);
  const schema = schemaOfPlan(plan);
  const opened: OpenFile[] = [];
  let finished: Map<string, FileRecord> | null = null;
  const own = <T extends OpenFile["file"]>(name: string, open: (path: string) => T): T => {
    const file = open(join(directory, name));
    opened.push({ name, file });
    return file;
  };

  return {
    births: own(runFileNames.birth_events, createLineFile),
    deaths: own(runFileNames.death_events, createLineFile),
    survivors: own(runFileNames.survivors, createLineFile),
    ledger: own(runFileNames.capital_ledger, createLineFile),
    seasons: own(runFileNames.seasons, createLineFile),
    collapses: own(runFileNames.collapse_events, createLineFile),
    errors: own(runFileNames.errors, createLineFile),
    genomes: own(runFileNames.genomes_snapshot, createLineFile),
    roster: own(runFileNames.agent_roster, (path) =>
      createListDocument(path, rosterHeadOf(runId, schema), "agents"),
    ),
    behaviors: withBehaviors
      ? own(behaviorsFileName(runId), (path) =>
          createListDocument(path, behaviorsHeadOf(runId, schema), "agents"),
        )
      : null,
    matrix: withBehaviors
      ? own(genomesFileName(runId), (path) => createNpyFile(path, schema.weights_count))
      : null,
    failure: () => opened.find(({ file }) => file.failure !== null)?.file.failure ?? null,
    finish(): ReadonlyMap<string, FileRecord> {
      // An abort after the end finds the files closed already.
      if (finished !== null) return finished;
      finished = new Map();
      for (const { name, file } of opened) {
        const record = file.finish();
        if (record !== null) finished.set(name, record);
      }
      return finished;
    },
  };
}

type OpenFile = Readonly<{
  name: string;
  file: Readonly<{ readonly failure: Fault | null; finish: () => FileRecord | null }>;
}>;

export function schemaOfPlan(plan: RunPlan): GenomeSchema {
  const version = plan.config.genome_schema_version;
  const schema = findGenomeSchema(version);
  if (schema === null) throw new Defect(`a plan names the unknown genome schema ${version}`);
  return schema;
}

/** Build and image are facts of the host: a pure file points to the manifest instead. */
const inManifest = "recorded_in_run_manifest";

function rosterHeadOf(runId: string, schema: GenomeSchema): RosterHead {
  return {
    schema_version: "agent_roster/1",
    run_id: runId,
    build_git_sha: null,
    build_git_sha_reason: inManifest,
    image_digest: null,
    image_digest_reason: inManifest,
    feature_contract_version: schema.feature_contract_version,
    feature_dimension: schema.feature_dimension,
    genome_schema_version: schema.genome_schema_version,
    weights_count: schema.weights_count,
  };
}

function behaviorsHeadOf(runId: string, schema: GenomeSchema): BehaviorsHead {
  return {
    schema_version: "behaviors/1",
    run_id: runId,
    genome_schema_version: schema.genome_schema_version,
    genomes_file: genomesFileName(runId),
  };
}
