import { setTimeout as sleep } from "node:timers/promises";
import { findExistingRun, runPath } from "#evidence";
import type { RunJob } from "../run/run-job.ts";
import { reportOf } from "../run/run-report.ts";
import type { JobResult } from "../workers/worker-pool.ts";
import { type CampaignRow, rowOf, rowOfPresent } from "./campaign-row.ts";

/**
 * The row of a job whose place another process took after this campaign had looked: its run by now,
 * or that it is at work on it. Any other result is what it is.
 */
export function rowOfResult(root: string, job: RunJob, result: JobResult): CampaignRow {
  if (result.type !== "failed" || result.fault.code !== "run_exists") return rowOf(job, result);
  const { seed, run_id } = job;
  const found = findExistingRun(root, job.plan);
  if (found.ok && found.value === "sealed") {
    const report = reportOf(runPath(root, run_id), 0);
    if (report.ok) return rowOfPresent(job, report.value);
  }
  const isAtWork = !found.ok && found.fault.code === "run_exists_at_work";
  return { seed, run_id, state: "at_work_elsewhere", fault: isAtWork ? found.fault : result.fault };
}

/**
 * The same once more, when everything else is done: who was at work may have come to its end.
 * Between its making and its seal a run shows for moments as left by nobody; one that stays so was
 * left by a process that died, which is an aborted run.
 */
export async function rowAtTheEnd(
  root: string,
  job: RunJob,
  result: JobResult,
): Promise<CampaignRow> {
  for (let look = 0; ; look += 1) {
    const row = rowOfResult(root, job, result);
    if (row.state !== "at_work_elsewhere") return row;
    const found = findExistingRun(root, job.plan);
    const isAtWork = !found.ok && found.fault.code === "run_exists_at_work";
    if (isAtWork) return row;
    if (look >= looks) return found.ok ? row : { ...row, state: "aborted", fault: found.fault };
    await sleep(pauseMs);
  }
}

const looks = 20;
const pauseMs = 50;
