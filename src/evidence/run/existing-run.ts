import { lstatSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type RunManifest, runManifest } from "../artifacts/run-manifest.ts";
import { readChunks } from "../reading/read-chunks.ts";
import { readDocument } from "../reading/read-document.ts";
import { readSums } from "../reading/read-sums.ts";
import { systemCode } from "../store/io-fault.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { processAtWork } from "../store/run-holder.ts";
import { reserveFileName, runFileNames, sumsFileName } from "./file-names.ts";
import { offlineRunId, type RunPurpose } from "./identity.ts";
import { runPath } from "./layout.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";

/**
 * Whether the place of a run is free ("absent") or already holds the whole of it ("sealed": the
 * same run, completed, its files as the seal says). Anything else there is a fault and stays as it
 * is: evidence is never overwritten.
 */
export function findExistingRun(root: string, plan: RunPlan): Result<"absent" | "sealed", Fault> {
  const runId = runIdOfPlan(plan);
  const directory = runPath(root, runId);
  const refuse = (code: string, message: string): Result<never, Fault> =>
    err({ code, message, at: directory });
  try {
    lstatSync(directory);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "ENOENT") return ok("absent");
    return refuse("run_unreadable", `cannot look at the run directory: ${code ?? "unknown"}`);
  }

  const sums = readSums(join(directory, sumsFileName));
  if (sums.problems.some(({ code }) => code === "file_missing")) {
    const pid = processAtWork(join(directory, reserveFileName), machineProcesses());
    if (pid !== null) {
      const message = `process ${pid} is at work on this run; wait for its end, then run again`;
      return refuse("run_exists_at_work", message);
    }
    const what = "a run that was never finished (its process died, or is still at work) is here";
    return refuse(
      "run_exists_unsealed",
      `${what}; move it away (--set-aside does), then run again`,
    );
  }
  const { value: manifest } = readDocument(join(directory, runFileNames.run_manifest), runManifest);
  if (manifest === null || runIdOfManifest(manifest) !== runId) {
    return refuse("run_exists_other", "something else is in the place of this run; move it away");
  }
  if (manifest.status !== "completed") {
    const what = `the record of this run is ${manifest.status}`;
    return refuse(
      "run_exists_incomplete",
      `${what}; move it away (--set-aside does) to run it whole`,
    );
  }
  if (sums.problems.length > 0 || !allMatch(directory, sums.digests)) {
    const what = "a file of this run is not what its seal says";
    return refuse("run_exists_damaged", `${what}; assay verify ${runId} names it`);
  }
  return ok("sealed");
}

/** The id that the parts named in a manifest make, for a run of the purpose that it says. */
export function runIdOfManifest(manifest: RunManifest): string {
  return offlineRunId(purposeOf(manifest), {
    ...manifest,
    dataset_id: manifest.dataset.dataset_id,
  });
}

/** What its name says, as far as its tier allows it. */
export function purposeOf({ run_id: id, meta }: Pick<RunManifest, "run_id" | "meta">): RunPurpose {
  if (meta.tier === "tier1_hf") return "HF";
  return id.startsWith("PROMOTE_") ? "PROMOTE" : "AUDIT";
}

function allMatch(directory: string, digests: ReadonlyMap<string, string>): boolean {
  for (const [name, digest] of digests) {
    const facts = readChunks(join(directory, name), () => {});
    if (!facts.ok || facts.value.sha256 !== digest) return false;
  }
  return digests.size > 0;
}
