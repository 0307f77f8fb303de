import { join } from "node:path";
import { err, type Fault, type Millis, ok, type Result } from "#base";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { judgeRaw, type RunDecision } from "./judge-raw.ts";
import { findNamedRuns } from "./named-runs.ts";

/** The seeds name 7 to 30 days; nobody may make it shorter. */
export const leastWindowDays = 7;
export const defaultWindowDays = 30;

export type RetentionPlan = Readonly<{
  schema_version: "retention_plan/1";
  window_days: number;
  /** Screening runs with raw samples, by id. Full-tier runs are never touched. */
  runs: readonly RunDecision[];
  delete_runs: number;
  delete_bytes: number;
}>;

export type RetentionRequest = Readonly<{
  root: string;
  nowMs: Millis;
  windowDays: number;
  fs?: FileSystem;
}>;

/**
 * Decides which raw samples may go: those of sealed screening runs that ended longer ago than the
 * window and that nothing names. Only looks. Faults: retention_window_invalid,
 * retention_keeper_unreadable, deletion_malformed, those of reading.
 */
export function planRetention(request: RetentionRequest): Result<RetentionPlan, Fault> {
  const { root, nowMs, windowDays, fs = nodeFileSystem } = request;
  if (!Number.isSafeInteger(windowDays) || windowDays < leastWindowDays) {
    const message = `raw samples are kept at least ${leastWindowDays} days, not ${windowDays}`;
    return err({ code: "retention_window_invalid", message });
  }
  const named = findNamedRuns(fs, root);
  if (!named.ok) return named;
  const found = runsWithRaw(fs, root);
  if (!found.ok) return found;
  const runs: RunDecision[] = [];
  for (const runId of found.value) {
    const judging = { fs, root, nowMs, windowDays, named: named.value };
    const decision = judgeRaw(judging, rawRunPath(root, runId), runId);
    if (!decision.ok) return decision;
    runs.push(decision.value);
  }
  const going = runs.filter(({ action }) => action === "delete");
  return ok({
    schema_version: "retention_plan/1",
    window_days: windowDays,
    runs,
    delete_runs: going.length,
    delete_bytes: going.reduce((sum, { bytes }) => sum + bytes, 0),
  });
}

/** Screening runs alone: the folder is the contract of their tier. */
export function rawRunPath(root: string, runId: string): string {
  return join(root, "runs_hf", runId);
}

function runsWithRaw(fs: FileSystem, root: string): Result<readonly string[], Fault> {
  const folder = join(root, "runs_hf");
  return attemptIo("read", folder, () => {
    if (fs.look(folder) === null) return [];
    return fs
      .list(folder)
      .filter(({ name, kind }) => kind === "directory" && runForm.test(name))
      .map(({ name }) => name)
      .filter((name) => fs.look(join(folder, name, "raw"))?.kind === "directory");
  });
}

const runForm = /^HF_[0-9a-f]{16}(?:_\d{8}T\d{6}Z_[0-9a-f]{8})?$/;
