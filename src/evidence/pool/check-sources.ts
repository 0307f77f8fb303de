import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PoolRecord } from "../artifacts/pool-record.ts";
import type { BinaryHash } from "../merkle/hash.ts";
import { readRunManifest } from "../reading/read-run.ts";
import { runFileNames, sumsFileName } from "../run/file-names.ts";
import { runPath } from "../run/layout.ts";
import type { Reporter } from "../verify/reporter.ts";
import { poolFile } from "./pool-place.ts";
import { type DueRecord, readSourceRun, runFolder, type SourceRun } from "./source-run.ts";

/** What became known of the runs that a pool names. */
export type SourceFacts = Readonly<{ present: number; absent: number }>;

/** Holds records against the sealed runs they come from, each run read once. */
export type SourceComparer = Readonly<{
  take: (record: PoolRecord, leaf: BinaryHash, line: number) => void;
  /** After the last record. */
  end: () => SourceFacts;
}>;

/** A run being compared: what it still owes, and the record of it that came last. */
type OpenRun = {
  readonly run: SourceRun;
  readonly due: Map<string, DueRecord>;
  lastOrder: number;
  lastLine: number;
};

export function createSourceComparer(root: string, report: Reporter): SourceComparer {
  const runById = new Map<string, OpenRun>();

  function finding(code: string, line: number | null, detail: string): void {
    report.fileFinding({ code, file: poolFile, line, field: null, detail });
  }

  function begin(runId: string, line: number): OpenRun {
    const run = readSourceRun(root, runId);
    if (run.state === "unsound") finding(run.code, line, run.detail);
    const due = new Map(run.state === "sound" ? run.due : []);
    const begun = { run, due, lastOrder: -1, lastLine: line };
    runById.set(runId, begun);
    return begun;
  }

  return {
    take(record, leaf, line): void {
      const { run_id: runId } = record.source;
      const known = runById.get(runId) ?? begin(runId, line);
      if (known.run.state !== "sound") return;
      report.count();
      const due = known.due.get(record.agent_id);
      known.due.delete(record.agent_id);
      known.lastLine = line;
      if (due === undefined) {
        finding(
          "pool_record_unknown",
          line,
          `${runFolder(runId)} owes no such record, or not again`,
        );
      } else if (due.leaf !== leaf) {
        finding("pool_record_differs", line, `${record.id} is not what its sealed run says`);
      } else if (due.order < known.lastOrder) {
        finding("pool_record_out_of_order", line, `${record.id} stands behind a later survivor`);
      }
      known.lastOrder = Math.max(known.lastOrder, due?.order ?? 0);
    },
    end(): SourceFacts {
      let [present, absent] = [0, 0];
      for (const [runId, { run, due, lastLine }] of runById) {
        if (run.state === "absent") absent += 1;
        else present += 1;
        for (const agentId of due.keys()) {
          const detail = `${runId}:${agentId} survived and has no record here`;
          finding("pool_record_missing", lastLine, detail);
        }
      }
      return { present, absent };
    },
  };
}

/**
 * Complete sealed runs with survivors of which the pool has no record: their campaign is at work
 * still, or died before it appended them, or the pool went back. In ascending order of id.
 */
export function runsNotInPool(
  root: string,
  hasRun: (runId: string) => boolean,
  report: Reporter,
): readonly string[] {
  const missing: string[] = [];
  for (const runId of runIdsUnder(root)) {
    const directory = runPath(root, runId);
    if (!hasRun(runId)) {
      if (!owesRecords(directory)) continue;
      missing.push(runId);
    }
    report.count();
  }
  return missing;
}

function owesRecords(directory: string): boolean {
  const manifest = readRunManifest(directory);
  if (!manifest.ok || manifest.value.status !== "completed") return false;
  return (
    sizeOf(join(directory, sumsFileName)) > 0 && sizeOf(join(directory, runFileNames.survivors)) > 0
  );
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function runIdsUnder(root: string): readonly string[] {
  try {
    return readdirSync(runPath(root, ""))
      .filter((name) => /^HF_[0-9a-f]{16}$/.test(name))
      .toSorted();
  } catch {
    // No folder of runs: the pool's own records say which runs are absent.
    return [];
  }
}
