import { err, type Fault, ok, type Result } from "#base";
import { findExistingRun, type RunSealer, runPath } from "#evidence";
import { markAborted } from "../run/mark-aborted.ts";
import type { RunJob, RunReport } from "../run/run-job.ts";
import { reportOf } from "../run/run-report.ts";
import { readStopSwitch, watchStopSwitch } from "../run/stop-switch.ts";
import { wallClock } from "../run/wall-clock.ts";
import {
  readProgress,
  requestStop,
  type SharedControl,
  type StopReason,
  stopReason,
} from "../workers/shared-control.ts";
import { type JobResult, runJobs } from "../workers/worker-pool.ts";
import { type CampaignProgress, createProgressLedger, plannedTicks } from "./campaign-progress.ts";
import { type CampaignRow, rowOfPresent } from "./campaign-row.ts";
import { type LandedCampaign, landCampaign } from "./land-campaign.ts";
import type { CampaignPlan } from "./plan-campaign.ts";
import { rowAtTheEnd, rowOfResult } from "./settle-elsewhere.ts";

export type CampaignOutcome = Readonly<{
  rows: readonly CampaignRow[];
  /** Who asked the campaign to stop; null when it ran to its end. */
  stop: StopReason | null;
  landed: Result<LandedCampaign, Fault>;
  wall_seconds: number;
}>;

export type CampaignHooks = Readonly<{
  control: SharedControl;
  /** Called once when the workers start; the function it gets reads the live numbers. */
  onStart: (progress: () => CampaignProgress) => void;
  /** Called for each seed when it is settled, in order of arrival. */
  onRow: (row: CampaignRow) => void;
  /** Signs what is complete; absent or null leaves the runs unsigned. */
  sealer?: RunSealer | null;
  /** Script of the worker threads; a test may give its own. */
  entry?: URL;
}>;

/**
 * Runs what is not there yet, on the workers of the plan, and then lands the campaign: the seals,
 * its record and the pool, in seed order. Nothing is touched when the STOP switch is on or when the
 * place of any run holds something else, or a run of them is gone that was sealed here before.
 * Faults: stop_present, stop_unreadable, run_exists_*, run_gone.
 */
export async function runCampaign(
  plan: CampaignPlan,
  hooks: CampaignHooks,
): Promise<Result<CampaignOutcome, Fault>> {
  const allowed = readStopSwitch(plan.root);
  if (!allowed.ok) return allowed;
  const present = findPresent(plan);
  if (!present.ok) return present;

  const jobs = plan.jobs.filter((job) => !present.value.has(job.run_id));
  const gone = jobs.find(({ run_id }) => hooks.sealer?.isLogged(run_id) === true);
  if (gone !== undefined) return err(goneRun(runPath(plan.root, gone.run_id)));
  const started = wallClock.nowMillis();
  const results = await live(plan, jobs, present.value, hooks);
  const rows: CampaignRow[] = [];
  for (const job of plan.jobs) {
    const known = present.value.get(job.run_id);
    const result = results.get(job.run_id) ?? { type: "not_started" };
    const row =
      known === undefined ? await rowAtTheEnd(plan.root, job, result) : rowOfPresent(job, known);
    rows.push(row);
  }
  return ok({
    rows,
    stop: stopReason(hooks.control),
    landed: landCampaign(plan, rows, hooks.sealer ?? null),
    wall_seconds: (wallClock.nowMillis() - started) / 1000,
  });
}

type Present = ReadonlyMap<string, RunReport>;

/** The runs that are sealed and equal already, each checked against its seal. */
function findPresent(plan: CampaignPlan): Result<Present, Fault> {
  const present = new Map<string, RunReport>();
  for (const job of plan.jobs) {
    const found = findExistingRun(plan.root, job.plan);
    if (!found.ok) return found;
    if (found.value === "absent") continue;
    const report = reportOf(runPath(plan.root, job.run_id), 0);
    if (!report.ok) return report;
    if (plan.behaviors && !report.value.behaviors) return err(withoutBehaviors(report.value));
    present.set(job.run_id, report.value);
  }
  return ok(present);
}

/** Run again it would get another seal, which the log could only refuse. */
function goneRun(directory: string): Fault {
  const what = "the log knows this run as sealed, and it is not here";
  const message = `${what}; restore it from a copy, or run the campaign under another root`;
  return { code: "run_gone", message, at: directory };
}

function withoutBehaviors({ directory }: RunReport): Fault {
  const message = "the run is there without behaviors; move it away to run it with them";
  return { code: "run_exists_other", message, at: directory };
}

async function live(
  plan: CampaignPlan,
  jobs: readonly RunJob[],
  present: Present,
  hooks: CampaignHooks,
): Promise<ReadonlyMap<string, JobResult>> {
  const ticksEach = plannedTicks(plan.common.config, plan.common.window.len);
  const ledger = createProgressLedger({ runs: jobs.length, ticks_each: ticksEach }, () =>
    wallClock.nowMillis(),
  );
  const { control } = hooks;
  using _watch = watchStopSwitch(plan.root, () => requestStop(control, "stop_file"));
  hooks.onStart(() => ledger.read(readProgress(control)));
  for (const job of plan.jobs) {
    const report = present.get(job.run_id);
    if (report !== undefined) hooks.onRow(rowOfPresent(job, report));
  }
  let diskIsFull = false;
  const results = await runJobs(jobs, {
    entry: hooks.entry ?? new URL("../workers/worker-main.ts", import.meta.url),
    workers: plan.workers,
    control,
    // What starts on a full disk can only fail, and leaves more to clear away.
    mayStart: () => !diskIsFull,
    onResult: (job, result) => {
      if (result.type === "failed") diskIsFull ||= result.fault.code.endsWith("_disk_full");
      if (result.type === "worker_died") markAborted(job.run_root, job.run_id, "worker_died");
      ledger.settle(result.type === "finished" ? result.report.summary : null);
      hooks.onRow(rowOfResult(plan.root, job, result));
    },
  });
  return new Map(results.map((result, index) => [jobs[index]?.run_id ?? "", result]));
}
