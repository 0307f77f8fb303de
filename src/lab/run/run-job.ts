import type { HostFacts, RunPlan, RunSummary } from "#evidence";

export type KernelId = "simd" | "reference";

/** One seed for one worker: the plan is what the run is, the rest is how it is executed. */
export type RunJob = Readonly<{
  run_id: string;
  seed: number;
  plan: RunPlan;
  host: HostFacts;
  kernel: KernelId;
  behaviors: boolean;
  /** Root the dataset is read from. */
  data_root: string;
  /** Root the run directory is made under; a replay makes it elsewhere. */
  run_root: string;
  /** Replay of an interrupted run: stop after this tick. */
  stop_after_tick: number | null;
}>;

/** How a run ended on disk. */
type RunStatus = "completed" | "interrupted";

/** What a finished run says of itself; a run found sealed and equal says the same. */
export type RunReport = Readonly<{
  seed: number;
  run_id: string;
  directory: string;
  status: RunStatus;
  behaviors: boolean;
  /** sha256 of SHA256SUMS: the run in one line. */
  seal_sha256: string;
  summary: RunSummary;
  /** Wall time of the execution in seconds; 0 for a run that was there already. */
  wall_seconds: number;
}>;
