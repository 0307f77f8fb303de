import { join } from "node:path";
import { assert, type Clock, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { RunOutcome } from "#core";
import { executionFingerprint } from "../artifacts/execution-fingerprint.ts";
import { gatingTelemetry } from "../artifacts/gating-telemetry.ts";
import { type RunManifest, runManifest } from "../artifacts/run-manifest.ts";
import { type RecordCounts, type RunSummary, runSummary } from "../artifacts/run-summary.ts";
import type { SurvivalKpi } from "../artifacts/survival-kpi.ts";
import { documentText, writeWhole } from "./documents.ts";
import { type Degradations, errorLines } from "./error-lines.ts";
import type { RecordedFacts } from "./event-recorder.ts";
import { runFileNames } from "./file-names.ts";
import { configHash } from "./identity.ts";
import type { FileRecord } from "./line-file.ts";
import { type EndFacts, type ExecutionFacts, manifestOf } from "./manifest.ts";
import type { RunFiles } from "./run-files.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";
import { sealDirectory } from "./seal-directory.ts";
import { summaryOf } from "./summary.ts";
import { survivalKpiOf } from "./survival-kpi.ts";
import { fingerprintOf, telemetryOf } from "./telemetry.ts";

/** Everything the last acts of a run need. */
export type EndOfRun = Readonly<{
  directory: string;
  plan: RunPlan;
  begun: ExecutionFacts;
  files: RunFiles;
  facts: RecordedFacts;
  outcome: RunOutcome;
  /** Who asked a stopped run to end; null for any other. */
  stopReason: string | null;
  /** When the first collapse and the first reboot were seen, in wall time. */
  marks: Readonly<{ collapse: number | null; reboot: number | null }>;
  clock: Clock;
}>;

export type SealedRun = Readonly<{
  run_id: string;
  directory: string;
  status: "completed" | "interrupted";
  summary: RunSummary;
  /** Of the files, without the seal. */
  bytes: number;
}>;

/** The last files, the manifest, the seal; in this order. Throws as fs does. */
export function landRun(end: EndOfRun): Result<SealedRun, Fault> {
  const { directory, files, outcome } = end;
  const runId = runIdOfPlan(end.plan);
  const stopped = outcome.end === "stopped";
  assert(stopped === (end.stopReason !== null), "a stopped run has a reason, any other has none");
  for (const line of errorLines(runId, degradationsOf(end))) {
    files.errors.line(JSON.stringify(line));
  }
  const counts = recordCountsOf(files);
  const records = new Map(files.finish());
  const failure = files.failure();
  if (failure !== null) return err(failure);

  const kpi = survivalKpiOf({
    ...end.facts,
    ticks_lived: outcome.ticks,
    interval_ms: end.plan.dataset.interval_ms,
  });
  const summary = summaryOfRun(end, kpi, counts);
  for (const [name, text] of documentsOf(end, summary)) {
    records.set(name, writeWhole(join(directory, name), text, "create"));
  }
  const manifest = manifestOf(end.plan, {
    ...end.begun,
    end: endFactsOf(end, kpi),
    status: stopped ? "interrupted" : "completed",
    status_detail: outcome.end,
  });
  records.set(runFileNames.run_manifest, writeManifest(directory, manifest, "replace"));
  sealDirectory(directory, new Map([...records].map(([name, { sha256 }]) => [name, sha256])));
  return ok({
    run_id: runId,
    directory,
    status: stopped ? "interrupted" : "completed",
    summary,
    bytes: [...records.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  });
}

export function writeManifest(
  directory: string,
  manifest: RunManifest,
  how: "create" | "replace",
): FileRecord {
  const path = join(directory, runFileNames.run_manifest);
  return writeWhole(path, documentText(runManifest, manifest), how);
}

/** The small pure documents, by file name. */
function documentsOf(
  { plan, outcome }: EndOfRun,
  summary: RunSummary,
): readonly (readonly [string, string])[] {
  const runId = runIdOfPlan(plan);
  const telemetry = telemetryOf(runId, outcome);
  const fingerprint = fingerprintOf(runId, outcome);
  return [
    [runFileNames.multiple_experiments_summary, documentText(runSummary, summary)],
    [runFileNames.gating_telemetry, documentText(gatingTelemetry, telemetry)],
    [runFileNames.execution_fingerprint, documentText(executionFingerprint, fingerprint)],
  ];
}

function summaryOfRun(
  end: EndOfRun,
  survival_kpi: SurvivalKpi,
  record_counts: RecordCounts,
): RunSummary {
  const { plan, outcome, facts } = end;
  const { has_nan, has_inf } = degradationsOf(end);
  return summaryOf({
    ...facts,
    run_id: runIdOfPlan(plan),
    config_hash: configHash(plan.config),
    seed: plan.seed,
    outcome,
    survival_kpi,
    has_nan,
    has_inf,
    record_counts,
  });
}

function recordCountsOf(files: RunFiles): RecordCounts {
  return {
    agent_roster: files.roster.records,
    genomes_snapshot: files.genomes.lines,
    birth_events: files.births.lines,
    death_events: files.deaths.lines,
    survivors: files.survivors.lines,
    capital_ledger: files.ledger.lines,
    seasons: files.seasons.lines,
    collapse_events: files.collapses.lines,
    errors: files.errors.lines,
  };
}

function degradationsOf({ outcome, facts }: EndOfRun): Degradations {
  return {
    end: outcome.end,
    has_nan: facts.has_nan || outcome.has_nan,
    has_inf: facts.has_inf || outcome.has_inf,
    ts_utc: isoFromMillis(outcome.last.ts_ms),
    tick: outcome.last.tick,
  };
}

function endFactsOf({ outcome, stopReason, marks, clock }: EndOfRun, kpi: SurvivalKpi): EndFacts {
  return {
    ended_ms: clock.nowMillis(),
    agent_bars: outcome.agent_bars,
    kpi,
    stopped: stopReason === null ? null : { after_tick: outcome.ticks, reason: stopReason },
    first_collapse_ms: marks.collapse,
    first_reboot_ms: marks.reboot,
  };
}
