import { join } from "node:path";
import type { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { type RunManifest, runManifest } from "../artifacts/run-manifest.ts";
import { type RunSummary, runSummary } from "../artifacts/run-summary.ts";
import { runFileNames } from "../run/file-names.ts";
import { readDocument } from "./read-document.ts";

/** The manifest of a run directory; faults run_file_missing, run_file_invalid. */
export function readRunManifest(directory: string): Result<RunManifest, Fault> {
  return readOrFault(join(directory, runFileNames.run_manifest), runManifest);
}

/** The summary of a run directory; faults as above. */
export function readRunSummary(directory: string): Result<RunSummary, Fault> {
  return readOrFault(join(directory, runFileNames.multiple_experiments_summary), runSummary);
}

function readOrFault<T>(path: string, schema: z.ZodType<T>): Result<T, Fault> {
  const { value, problems } = readDocument(path, schema);
  if (value !== null) return ok(value);
  const problem = problems[0];
  const field = problem?.field === undefined ? "" : `${problem.field}: `;
  return err({
    code: problem?.code === "file_missing" ? "run_file_missing" : "run_file_invalid",
    message: `cannot be read: ${field}${problem?.detail ?? "unknown reason"}`,
    at: path,
  });
}
