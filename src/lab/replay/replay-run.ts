import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { isPureFile, runIdOfPlan, runPath } from "#evidence";
import { unaskedFacts } from "../host/host-facts.ts";
import { kernelFacts } from "../run/kernels.ts";
import type { KernelId, RunJob } from "../run/run-job.ts";
import { type SharedControl, stopReason } from "../workers/shared-control.ts";
import { type JobResult, runJobs } from "../workers/worker-pool.ts";
import { type Difference, firstDifference } from "./compare-files.ts";
import { planReplay, type ReplayPlan, type ReplaySource } from "./plan-replay.ts";

/** The verdict of one replay. */
export type ReplayVerdict = Readonly<{
  verdict: "PASS" | "FAIL" | "NOT_MEASURABLE";
  run_id: string;
  kernel: KernelId;
  /** Pure files compared, and the bytes of the recorded ones. */
  files: number;
  bytes: number;
  ticks: number;
  agent_bars: number;
  wall_seconds: number;
  /** The first difference of each file that differs, in the order of names. */
  differences: readonly Difference[];
  /** Why nothing was compared; null when something was. */
  reason: Fault | null;
}>;

export type ReplayOptions = Readonly<{ kernel: KernelId; control: SharedControl }>;

/**
 * Executes a run again from its manifest and its dataset, in a thread that knows nothing else of
 * it, and compares every pure file byte for byte. The scratch place belongs to the caller.
 * Faults: run_file_* (unreadable), replay_interrupted, disk and worker faults.
 */
export async function replayRun(
  source: ReplaySource,
  options: ReplayOptions,
): Promise<Result<ReplayVerdict, Fault>> {
  const planned = await planReplay(source);
  if (!planned.ok) return planned;
  if (planned.value.type === "refused") {
    const { manifest, refusal } = planned.value;
    const { verdict, fault: reason } = refusal;
    return ok({ ...nothingCompared(manifest.run_id, options.kernel), verdict, reason });
  }
  const { replay } = planned.value;
  const job = jobOf(replay, source.scratch, options);
  const [result] = await runJobs([job], {
    entry: new URL("../workers/worker-main.ts", import.meta.url),
    workers: 1,
    control: options.control,
    mayStart: () => true,
    onResult: () => {},
  });
  if (stopReason(options.control) !== null) return err(interrupted(source.directory));
  return compareResult(result ?? { type: "not_started" }, source, job);
}

function jobOf(replay: ReplayPlan, scratch: string, options: ReplayOptions): RunJob {
  const { plan, manifest, data_root } = replay;
  return {
    run_id: runIdOfPlan(plan),
    seed: plan.seed,
    plan,
    host: { ...unaskedFacts(), kernel: kernelFacts(options.kernel) },
    kernel: options.kernel,
    behaviors: manifest.behaviors_enabled,
    data_root,
    run_root: scratch,
    stop_after_tick: manifest.stopped_after_tick,
  };
}

function compareResult(
  result: JobResult,
  source: ReplaySource,
  job: RunJob,
): Result<ReplayVerdict, Fault> {
  if (result.type === "not_started") return err(interrupted(source.directory));
  if (result.type !== "finished") return err(result.fault);
  const { summary, wall_seconds } = result.report;
  const replayed = runPath(source.scratch, job.run_id);
  const names = pureNames(source.directory, replayed);
  const differences = names.flatMap((name) => differenceOf(name, source.directory, replayed) ?? []);
  return ok({
    verdict: differences.length === 0 ? "PASS" : "FAIL",
    run_id: job.run_id,
    kernel: job.kernel,
    files: names.length,
    bytes: names.reduce((sum, name) => sum + sizeOf(join(source.directory, name)), 0),
    ticks: summary.ticks,
    agent_bars: summary.agent_bars,
    wall_seconds,
    differences,
    reason: null,
  });
}

/** Names on either side: a file that only one of them has is a difference. */
function pureNames(recorded: string, replayed: string): readonly string[] {
  const names = new Set([...readdirSync(recorded), ...readdirSync(replayed)]);
  return [...names].filter(isPureFile).toSorted();
}

function differenceOf(name: string, recorded: string, replayed: string): Difference | null {
  const sides = [join(recorded, name), join(replayed, name)] as const;
  const [isRecorded, isReplayed] = sides.map(isFile);
  if (isRecorded === true && isReplayed === true) return firstDifference(name, ...sides);
  const text = (there: boolean | undefined): string => (there === true ? "(a file)" : "(no file)");
  return { file: name, offset: 0, line: 1, recorded: text(isRecorded), replayed: text(isReplayed) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function nothingCompared(run_id: string, kernel: KernelId): Omit<ReplayVerdict, "verdict"> {
  const counts = { files: 0, bytes: 0, ticks: 0, agent_bars: 0, wall_seconds: 0 };
  return { run_id, kernel, ...counts, differences: [], reason: null };
}

function interrupted(at: string): Fault {
  const message = "the replay was stopped before its end; it says nothing about the run";
  return { code: "replay_interrupted", message, at };
}
