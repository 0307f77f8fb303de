import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type RosterAgent, rosterAgent, rosterHead } from "../artifacts/agent-roster.ts";
import { type GenomeLine, genomeLine } from "../artifacts/genomes-snapshot.ts";
import { type PoolRecord, poolRecord } from "../artifacts/pool-record.ts";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { RunSummary } from "../artifacts/run-summary.ts";
import { type SurvivorLine, survivorLine } from "../artifacts/survivors.ts";
import { hashNothing, type StartHasher } from "../reading/file-hasher.ts";
import { judgeRecord } from "../reading/parse-record.ts";
import type { Problem } from "../reading/problem.ts";
import type { FileFacts } from "../reading/read-chunks.ts";
import { readLines } from "../reading/read-lines.ts";
import { readListDocument } from "../reading/read-list-document.ts";
import { readRecords } from "../reading/read-records.ts";
import { readRunManifest, readRunSummary } from "../reading/read-run.ts";
import { recordScanner, scanLine } from "../reading/scan/record-scanner.ts";
import { runFileNames } from "../run/file-names.ts";
import { tierOneFolder } from "../run/layout.ts";
import { lifetimeGain } from "../run/population-stats.ts";

/**
 * What a sealed run gives to the stage-1 pool: one record for each survivor of a completed
 * screening run, in the order of survivors.jsonl, built from the sealed files alone. Any other run
 * gives nothing. Every file that is read through has its facts put into `seen`, by its name; null
 * wants none, and nothing is digested. Faults: run_file_missing, run_file_invalid.
 */
export function poolRecordsOf(
  directory: string,
  seen: SeenFiles | null = null,
): Result<readonly PoolRecord[], Fault> {
  const manifest = readRunManifest(directory);
  if (!manifest.ok) return manifest;
  const { status, meta } = manifest.value;
  if (status !== "completed" || meta.tier !== "tier1_hf") return ok([]);
  const { end_time } = manifest.value;
  if (end_time === null) {
    const message = "a completed run has an end, and the manifest tells none";
    return err({ code: "run_file_invalid", message, at: directory });
  }
  const summary = readRunSummary(directory);
  if (!summary.ok) return summary;
  const survivors = readSurvivors(directory, seen);
  if (!survivors.ok) return survivors;
  const wanted = new Set(survivors.value.map(({ agent_id }) => agent_id));
  const genomes = readGenomes(directory, wanted, seen);
  if (!genomes.ok) return genomes;
  const roster = readRoster(directory, wanted, seen);
  if (!roster.ok) return roster;

  const records: PoolRecord[] = [];
  for (const survivor of survivors.value) {
    const genome = genomes.value.get(survivor.agent_id);
    const anchor = roster.value.get(survivor.agent_id);
    if (genome === undefined || anchor === undefined) {
      const message = `${survivor.agent_id} survived but has no genome anchor`;
      return err({ code: "run_file_invalid", message, at: directory });
    }
    const facts = { manifest: manifest.value, summary: summary.value, end_time };
    records.push(recordOf(facts, { survivor, genome, anchor }));
  }
  return ok(records);
}

/** Size and digest of files that were read through, by name. */
export type SeenFiles = Map<string, FileFacts>;

type RunFacts = Readonly<{ manifest: RunManifest; summary: RunSummary; end_time: string }>;
type AgentFacts = Readonly<{ survivor: SurvivorLine; genome: GenomeLine; anchor: RosterAgent }>;

function recordOf({ manifest, summary, end_time }: RunFacts, agent: AgentFacts): PoolRecord {
  const { survivor, genome, anchor } = agent;
  const { life } = survivor;
  const isTwin = genome.weights_count === 342;
  return {
    id: `${manifest.run_id}:${survivor.agent_id}`,
    schema_version: "pool_record/1",
    created_at: end_time,
    source: sourceOf(manifest),
    agent_id: survivor.agent_id,
    agent_id_hash: survivor.agent_id_hash,
    origin: anchor.metadata.origin,
    generation: anchor.metadata.generation,
    lineage_id: anchor.metadata.lineage_id,
    cohort_id: anchor.metadata.cohort_id,
    gene_id: genome.gene_id,
    weights_sha256: genome.weights_sha256,
    weights_count: genome.weights_count,
    genome_schema_version: genome.genome_schema_version,
    feature_contract_version: manifest.feature_contract_version,
    encoding: genome.encoding,
    genome_vector: genome.weights,
    genome_vector_342: isTwin ? genome.weights : null,
    genome_vector_342_reason: isTwin ? null : "not_a_342_gene_genome",
    metrics_summary: {
      survived: true,
      lifetime_return: lifetimeGain(life) / life.initial_capital_micro,
      costs_micro: life.fees_micro + life.funding_micro + life.living_cost_micro,
      has_nan: summary.has_nan,
      has_inf: summary.has_inf,
      has_explosion: summary.has_explosion,
      run_deaths: summary.deaths,
      run_administrative_death_share: summary.administrative_death_share,
      run_administrative_death_share_reason: summary.administrative_death_share_reason,
      life,
    },
    fingerprint_ref: `${tierOneFolder}/${manifest.run_id}/${runFileNames.execution_fingerprint}`,
  };
}

function sourceOf(manifest: RunManifest): PoolRecord["source"] {
  return {
    git_commit: manifest.git_commit,
    git_commit_reason: manifest.git_commit_reason,
    docker_image: manifest.docker_image,
    docker_image_reason: manifest.docker_image_reason,
    run_id: manifest.run_id,
    seed: manifest.seed,
    mode: manifest.mode,
    window: manifest.window,
    ablation: manifest.ablation,
    ablation_reason: manifest.ablation_reason,
    dataset_id: manifest.dataset.dataset_id,
    config_hash: manifest.config_hash,
    core_hash: manifest.core_hash,
  };
}

function readSurvivors(
  directory: string,
  seen: SeenFiles | null,
): Result<readonly SurvivorLine[], Fault> {
  const path = join(directory, runFileNames.survivors);
  const survivors: SurvivorLine[] = [];
  const first = createFirstProblem(path);
  const read = readRecords(path, survivorLine, {
    record: (survivor) => survivors.push(survivor),
    problem: first.take,
    startHasher: hasherFor(seen),
  });
  if (read.ok) seen?.set(runFileNames.survivors, read.value);
  else first.take(read.fault);
  return first.orValue(survivors);
}

/** Genomes of the wanted agents; other lines are passed over unread. */
function readGenomes(
  directory: string,
  wanted: ReadonlySet<string>,
  seen: SeenFiles | null,
): Result<ReadonlyMap<string, GenomeLine>, Fault> {
  const path = join(directory, runFileNames.genomes_snapshot);
  const genomes = new Map<string, GenomeLine>();
  const first = createFirstProblem(path);
  const scanner = recordScanner(genomeLine);
  const read = readLines(path, {
    scan(cursor): boolean {
      const genome = scanner(cursor);
      if (genome !== null && wanted.has(genome.agent_id)) genomes.set(genome.agent_id, genome);
      return genome !== null;
    },
    line(text, number): void {
      const id = /"agent_id":"(a\d+)"/.exec(text.slice(0, 200))?.[1];
      if (id !== undefined && !wanted.has(id)) return;
      const { value, problems } = judgeRecord(text, genomeLine, number);
      problems.forEach(first.take);
      if (value !== null) genomes.set(value.agent_id, value);
    },
    problem: first.take,
    startHasher: hasherFor(seen),
  });
  if (read.ok) seen?.set(runFileNames.genomes_snapshot, read.value);
  else first.take(read.fault);
  return first.orValue(genomes);
}

function readRoster(
  directory: string,
  wanted: ReadonlySet<string>,
  seen: SeenFiles | null,
): Result<ReadonlyMap<string, RosterAgent>, Fault> {
  const path = join(directory, runFileNames.agent_roster);
  const roster = new Map<string, RosterAgent>();
  const first = createFirstProblem(path);
  const shape = { head: rosterHead, listKey: "agents", item: rosterAgent };
  const facts = readListDocument(path, shape, {
    head: () => {},
    item(agent): void {
      if (wanted.has(agent.agent_id)) roster.set(agent.agent_id, agent);
    },
    problem: first.take,
    startHasher: hasherFor(seen),
  });
  if (facts !== null) seen?.set(runFileNames.agent_roster, facts);
  return first.orValue(roster);
}

function hasherFor(seen: SeenFiles | null): StartHasher | undefined {
  return seen === null ? hashNothing : undefined;
}

type FirstProblem = Readonly<{
  take: (problem: Problem) => void;
  orValue: <T>(value: T) => Result<T, Fault>;
}>;

/** A pool is built from whole files or not at all: the first problem is the fault. */
function createFirstProblem(path: string): FirstProblem {
  let fault: Fault | null = null;
  return {
    take({ code, detail, line }): void {
      const at = line === undefined ? path : `${path} line ${line}`;
      fault ??= {
        code: code === "file_missing" ? "run_file_missing" : "run_file_invalid",
        message: detail,
        at,
      };
    },
    orValue: (value) => (fault === null ? ok(value) : err(fault)),
  };
}

/** The line of a record: what its own schema refuses is a bug of ours. */
export function poolLineOf(record: PoolRecord): string {
  const text = JSON.stringify(record);
  return scanLine(text, poolRecord) === null ? JSON.stringify(poolRecord.parse(record)) : text;
}
