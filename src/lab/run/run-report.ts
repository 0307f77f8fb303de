import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { readRunManifest, readRunSummary, sumsFileName } from "#evidence";
import { fileSha256 } from "../host/file-digest.ts";
import type { RunReport } from "./run-job.ts";

/** What a sealed run directory says of itself. Faults: run_file_*, run_unsealed. */
export function reportOf(directory: string, wallSeconds: number): Result<RunReport, Fault> {
  const manifest = readRunManifest(directory);
  if (!manifest.ok) return manifest;
  const summary = readRunSummary(directory);
  if (!summary.ok) return summary;
  const { status, seed, run_id, behaviors_enabled } = manifest.value;
  if (status !== "completed" && status !== "interrupted") {
    return err({ code: "run_unsealed", message: `the run is ${status}`, at: directory });
  }
  return ok({
    seed,
    run_id,
    directory,
    status,
    behaviors: behaviors_enabled,
    seal_sha256: fileSha256(join(directory, sumsFileName)),
    summary: summary.value,
    wall_seconds: wallSeconds,
  });
}
