/** The files of a run directory that the index reads, by what they are. */
export const runFiles = {
  manifest: "run_manifest.json",
  seal: "SHA256SUMS",
  summary: "multiple_experiments_summary.json",
  roster: "agent_roster.json",
  deaths: "death_events.jsonl",
  survivors: "survivors.jsonl",
} as const;

/** Where the verdict on a run lies, relative to the root. */
export function verdictFile(runId: string): string {
  return `verdicts/${runId}/verdict.json`;
}

/** Folders of runs, and how the names in them begin (seeds/001 5.1). */
export const runFolders: readonly Readonly<{ folder: string; form: RegExp }>[] = [
  { folder: "runs_hf", form: /^HF_[A-Za-z0-9_-]{1,120}$/ },
  { folder: "runs", form: /^(?:PROMOTE|AUDIT)_[A-Za-z0-9_-]{1,120}$/ },
];
