import { isSealPath } from "../seal/seal-files.ts";

/** The files of a tier-1 run directory; the two with an id are there with `--behaviors` only. */
export const runFileNames = {
  run_manifest: "run_manifest.json",
  agent_roster: "agent_roster.json",
  genomes_snapshot: "genomes_snapshot.jsonl",
  birth_events: "birth_events.jsonl",
  death_events: "death_events.jsonl",
  survivors: "survivors.jsonl",
  capital_ledger: "capital_ledger.jsonl",
  seasons: "seasons.jsonl",
  collapse_events: "collapse_events.jsonl",
  multiple_experiments_summary: "multiple_experiments_summary.json",
  gating_telemetry: "gating_telemetry.json",
  execution_fingerprint: "execution_fingerprint.json",
  errors: "errors.jsonl",
} as const;

export function behaviorsFileName(runId: string): string {
  return `behaviors_run_${runId}.json`;
}

export function genomesFileName(runId: string): string {
  return `genomes_run_${runId}.npy`;
}

/** The seal of a directory: its last file, so a directory without it was never finished. */
export const sumsFileName = "SHA256SUMS";

/** Bytes held back so that an aborted run can still say so on a full disk. */
export const reserveFileName = ".reserve";

/**
 * Whether equal runs have equal bytes under this name: all but the manifest, which names machine
 * and clock, and the seal over it, files and folders.
 */
export function isPureFile(name: string): boolean {
  return name !== runFileNames.run_manifest && !isSealPath(name);
}
