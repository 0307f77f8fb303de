import { isAscii } from "node:buffer";
import { lstatSync, realpathSync } from "node:fs";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import { poolLineOf, poolRecordsOf } from "../pool/pool-records.ts";
import { hashNothing } from "../reading/file-hasher.ts";
import { readLines } from "../reading/read-lines.ts";
import type { Cursor } from "../reading/scan/cursor.ts";
import { sha256 } from "../run/identity.ts";
import { runPath, stageOnePoolPath } from "../run/layout.ts";
import type { Reporter } from "./reporter.ts";

export const poolLinesClaim = {
  id: "pool_lines",
  clause: "docs/contracts/run-directory.md#c14-pool-lines",
} as const;

/** Why there is no pool to look into; null when there is. */
export function whyNoPool(directory: string, root: string | null, runId: string): string | null {
  if (root === null) return "no_root_given";
  try {
    if (realpathSync(runPath(root, runId)) !== directory) return "run_not_under_root";
    lstatSync(stageOnePoolPath(root));
    return null;
  } catch {
    return "no_pool_under_root";
  }
}

/**
 * Each survivor of a completed run has exactly one line in the stage-1 pool, the very line that its
 * sealed files make; a run that was stopped has none. Gives the reason when it cannot be told.
 */
export function checkPoolLines(
  run: Readonly<{ directory: string; root: string; manifest: RunManifest }>,
  report: Reporter,
): string | null {
  const { run_id } = run.manifest;
  const path = stageOnePoolPath(run.root);
  const file = "pools/stage1/pool.jsonl";
  const finding = (code: string, detail: string, line: number | null): void =>
    report.fileFinding({ code, file, line, field: null, detail });

  const records = poolRecordsOf(run.directory, null);
  if (!records.ok) return "run_files_invalid";
  const due = new Map(records.value.map((record) => [record.id, sha256(poolLineOf(record))]));
  const prefix = `{"id":"${run_id}:`;
  const read = readLines(path, {
    startHasher: hashNothing,
    scan(cursor): boolean {
      const isPassed = isOfOtherRun(cursor, prefix);
      if (isPassed) report.count();
      return isPassed;
    },
    line(text, number): void {
      report.count();
      if (!text.startsWith(prefix)) return;
      const id = text.slice(7, text.indexOf('"', 7));
      const digest = due.get(id);
      if (digest === undefined) {
        finding(
          "pool_line_unknown",
          `${id.slice(0, 40)} is due once at most, from this run`,
          number,
        );
      } else if (digest !== sha256(text)) {
        finding("pool_line_differs", `${id} is not what the sealed run says`, number);
      }
      due.delete(id);
    },
    problem: ({ code, detail, line }) => finding(code, detail, line ?? null),
  });
  if (!read.ok) finding(read.fault.code, read.fault.detail, null);
  for (const id of due.keys()) {
    finding("pool_line_missing", `${id} was never appended; run its campaign again`, null);
  }
  report.count(records.value.length);
  return null;
}

/** Passes over a line of plain text that begins otherwise; what is not plain is looked at. */
function isOfOtherRun(cursor: Cursor, prefix: string): boolean {
  const { bytes, at } = cursor;
  const end = bytes.indexOf(0x0a, at);
  const line = bytes.subarray(at, end);
  if (line.toString("latin1", 0, prefix.length) === prefix || !isAscii(line)) return false;
  cursor.at = end;
  return true;
}
