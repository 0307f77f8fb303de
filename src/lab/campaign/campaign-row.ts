import type { Fault } from "#base";
import type { RunJob, RunReport } from "../run/run-job.ts";
import type { JobResult } from "../workers/worker-pool.ts";

/** What became of one seed; rows stand in seed order whatever finished first. */
export type CampaignRow = Readonly<{ seed: number; run_id: string }> &
  (
    | Readonly<{ state: "completed" | "already_present" | "interrupted"; report: RunReport }>
    | Readonly<{ state: "aborted"; fault: Fault }>
    /** Another process began it first; this campaign leaves it alone. */
    | Readonly<{ state: "at_work_elsewhere"; fault: Fault }>
    | Readonly<{ state: "not_started" }>
  );

export function rowOfPresent({ seed, run_id }: RunJob, report: RunReport): CampaignRow {
  return { seed, run_id, state: "already_present", report };
}

export function rowOf({ seed, run_id }: RunJob, result: JobResult): CampaignRow {
  switch (result.type) {
    case "finished":
      return { seed, run_id, state: result.report.status, report: result.report };
    case "failed":
    case "worker_died":
      return { seed, run_id, state: "aborted", fault: result.fault };
    case "not_started":
      return { seed, run_id, state: "not_started" };
  }
}
