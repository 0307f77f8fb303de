import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { assert, type Fault, type Result } from "#base";
import { executeRun } from "../run/execute-run.ts";
import type { RunJob, RunReport } from "../run/run-job.ts";
import { reportOf } from "../run/run-report.ts";
import { wallClock } from "../run/wall-clock.ts";
import type { FromWorker, ToWorker, WorkerData } from "./messages.ts";
import { stopReason, writeProgress } from "./shared-control.ts";

// One worker thread: it lives one run at a time and answers each job with one message.
assert(!isMainThread && parentPort !== null, "worker-main.ts runs in a worker thread only");
const port = parentPort;
const { worker, control } = workerData as WorkerData;

port.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "run":
      answer(message.job, run(message.job));
      break;
    case "end":
      port.close();
      break;
  }
});

function run(job: RunJob): Result<RunReport, Fault> {
  const started = performance.now();
  const sealed = executeRun(job, {
    clock: wallClock,
    stopReason: () => stopReason(control),
    progress: (now) => writeProgress(control, worker, { seed: job.seed, ...now }),
  });
  if (!sealed.ok) return sealed;
  return reportOf(sealed.value.directory, (performance.now() - started) / 1000);
}

function answer({ seed }: RunJob, result: Result<RunReport, Fault>): void {
  const message: FromWorker = result.ok
    ? { type: "finished", report: result.value }
    : { type: "failed", seed, fault: result.fault };
  port.postMessage(message);
}
