import { join } from "node:path";

/** Where things lie under an installation's root. */
export function runPath(root: string, runId: string): string {
  return join(root, tierOneFolder, runId);
}

export function verdictPath(root: string, runId: string): string {
  return join(root, "verdicts", runId, "verdict.json");
}

export function stageOnePoolPath(root: string): string {
  return join(root, "pools", "stage1", "pool.jsonl");
}

/** Folder of the tier-1 screening runs, under the root. */
export const tierOneFolder = "runs_hf";
