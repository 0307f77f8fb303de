import { join } from "node:path";

/** Where things lie under an installation's root. */
export function runPath(root: string, runId: string): string {
  return join(root, folderOfRun(runId), runId);
}

/** The folder of the tier that the name of a run says; screening where it says none. */
export function folderOfRun(runId: string): string {
  return /^(?:PROMOTE|AUDIT)_/.test(runId) ? fullTierFolder : tierOneFolder;
}

/** Where the run's own verdict lies, which the index shows and an incident begins with. */
export function verdictPath(root: string, runId: string): string {
  return join(root, "verdicts", runId, "verdict.json");
}

export function stageOnePoolPath(root: string): string {
  return join(root, "pools", "stage1", "pool.jsonl");
}

/** Folder of the tier-1 screening runs, under the root. */
export const tierOneFolder = "runs_hf";

/** Folder of the full-tier runs, under the root; tiers never share one. */
export const fullTierFolder = "runs";

export const runFolders: readonly string[] = [tierOneFolder, fullTierFolder];

/** Where a run of this name may lie under a root, whatever its tier. */
export function runPlaces(root: string, runId: string): readonly string[] {
  return runFolders.map((folder) => join(root, folder, runId));
}
