import { closeSync } from "node:fs";
import { basename, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { openRegular } from "../files/open-regular.ts";
import { clean } from "../files/parse-shape.ts";
import { runFiles, verdictFile } from "../sources/run-files.ts";
import type { Source } from "../sources/source.ts";
import { indexAgents } from "./index-agents.ts";
import { readManifest } from "./read-manifest.ts";
import { readSummary } from "./read-summary.ts";
import { readVerdict } from "./read-verdict.ts";
import type { RowSink } from "./row-sink.ts";

/**
 * Puts the rows of one run directory. A fault means that the directory is no run that can be read,
 * and that what was put before is to be forgotten.
 */
export async function indexRun(root: string, source: Source, sink: RowSink): Promise<Fault | null> {
  const runId = basename(source.path);
  const place = (file: string): readonly [string, string] => {
    const at = `${source.path}/${file}`;
    return [join(root, at), at];
  };
  const manifest = readManifest(...place(runFiles.manifest));
  if (!manifest.ok) return manifest.fault;
  if (manifest.value.part.run_id !== runId) {
    const message = `the manifest is of the run ${clean(manifest.value.part.run_id)}`;
    return { code: "run_id_differs", message, at: `${source.path}/${runFiles.manifest}` };
  }
  const sealed = isThere(...place(runFiles.seal));
  if (!sealed.ok) return sealed.fault;
  const summary = readSummary(...place(runFiles.summary));
  if (!summary.ok) return summary.fault;
  const verdict = readVerdict(join(root, verdictFile(runId)), verdictFile(runId), runId);

  await sink.put("runs", {
    ...manifest.value.part,
    ...summary.value.part,
    ...verdict,
    directory: source.path,
    sealed: sealed.value ? 1 : 0,
  });
  for (const [death_reason, deaths] of Object.entries(summary.value.deathsByReason)) {
    await sink.put("run_deaths", { run_id: runId, death_reason, deaths });
  }
  const living = manifest.value.hasSurvivorFile ? null : summary.value.living;
  return indexAgents({ root, directory: source.path, runId, sealed: sealed.value, living }, sink);
}

/** Whether a regular file is there; anything else in its place is a fault. */
function isThere(path: string, at: string): Result<boolean, Fault> {
  const opened = openRegular(path, at);
  if (!opened.ok) return opened.fault.code === "file_missing" ? ok(false) : err(opened.fault);
  closeSync(opened.value.descriptor);
  return ok(true);
}
