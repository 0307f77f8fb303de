import { Worker } from "node:worker_threads";
import { type Fault, unreachable } from "#base";
import type { RunJob, RunReport } from "../run/run-job.ts";
import type { FromWorker, ToWorker, WorkerData } from "./messages.ts";
import { clearProgress, type SharedControl, stopReason } from "./shared-control.ts";

/** What became of one job. */
export type JobResult =
  | Readonly<{ type: "finished"; report: RunReport }>
  | Readonly<{ type: "failed"; fault: Fault }>
  /** The thread ended under the job: out of memory, or a crash. */
  | Readonly<{ type: "worker_died"; fault: Fault }>
  | Readonly<{ type: "not_started" }>;

export type PoolOptions = Readonly<{
  /** Script of the worker threads; it answers each `run` with one message of FromWorker. */
  entry: URL;
  workers: number;
  control: SharedControl;
  /** Asked before each job, besides the stop word; false = start no further job. */
  mayStart: () => boolean;
  /** Called once for each job, in order of arrival; results are merged by the order of jobs. */
  onResult: (job: RunJob, result: JobResult) => void;
}>;

/**
 * Runs each job on one of a few threads and gives the results in the order of the jobs. After a
 * stop request no further job starts. A dead thread costs its own job; another takes its place.
 */
export async function runJobs(
  jobs: readonly RunJob[],
  options: PoolOptions,
): Promise<readonly JobResult[]> {
  const results: JobResult[] = jobs.map(() => ({ type: "not_started" }));
  const queue = jobs.map((job, index) => ({ job, index })).reverse();
  const next = (): QueuedJob | undefined =>
    stopReason(options.control) === null && options.mayStart() ? queue.pop() : undefined;
  const settle = ({ job, index }: QueuedJob, result: JobResult): void => {
    results[index] = result;
    options.onResult(job, result);
  };
  const threads = Math.min(options.workers, jobs.length);
  const lanes = Array.from({ length: threads }, (_, worker) =>
    runLane(worker, options, next, settle),
  );
  await Promise.all(lanes);
  return results;
}

type QueuedJob = Readonly<{ job: RunJob; index: number }>;
type NextJob = () => QueuedJob | undefined;
type Settle = (queued: QueuedJob, result: JobResult) => void;

/** One lane keeps one thread busy, and starts another when the thread dies. */
async function runLane(
  worker: number,
  options: PoolOptions,
  next: NextJob,
  settle: Settle,
): Promise<void> {
  let thread: Worker | null = null;
  for (let queued = next(); queued !== undefined; queued = next()) {
    if (thread === null || isGone(thread)) thread = startThread(worker, options);
    const result = await runOnThread(thread, queued.job);
    clearProgress(options.control, worker);
    settle(queued, result);
    if (result.type === "worker_died") {
      await thread.terminate();
      thread = null;
    }
  }
  if (thread !== null) await endThread(thread);
}

function startThread(worker: number, options: PoolOptions): Worker {
  const workerData: WorkerData = { worker, control: options.control };
  const thread = new Worker(options.entry, { workerData });
  // An error between two jobs shows as the exit that follows it; it must not end this process.
  return thread.on("error", () => {});
}

/** A thread that has exited gives up its id. */
function isGone(thread: Worker): boolean {
  return thread.threadId === -1;
}

async function endThread(thread: Worker): Promise<void> {
  if (isGone(thread)) return;
  const gone = new Promise((resolve) => thread.once("exit", resolve));
  post(thread, { type: "end" });
  await gone;
}

function runOnThread(thread: Worker, job: RunJob): Promise<JobResult> {
  return new Promise((resolve) => {
    const finish = (result: JobResult): void => {
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(result);
    };
    const onMessage = (message: FromWorker): void => finish(resultOf(message));
    const onError = (error: unknown): void => finish(died(job, causeText(error)));
    const onExit = (code: number): void => finish(died(job, `exit code ${code}`));
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    post(thread, { type: "run", job });
  });
}

function resultOf(message: FromWorker): JobResult {
  switch (message.type) {
    case "finished":
      return { type: "finished", report: message.report };
    case "failed":
      return { type: "failed", fault: message.fault };
    default:
      return unreachable(message);
  }
}

function post(thread: Worker, message: ToWorker): void {
  thread.postMessage(message);
}

function died(job: RunJob, cause: string): JobResult {
  const message = `the worker thread of seed ${job.seed} died: ${cause}`;
  return { type: "worker_died", fault: { code: "worker_died", message, at: job.run_id } };
}

function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "Defect") return `internal error, please report it: ${error.message}`;
  const code = "code" in error ? String(error.code) : null;
  if (code !== "ERR_WORKER_OUT_OF_MEMORY") return error.message;
  return "out of memory; try a smaller --population or --max-agents, or fewer --workers";
}
