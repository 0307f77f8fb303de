import type { Fault } from "#base";
import type { RunJob, RunReport } from "../run/run-job.ts";
import type { SharedControl } from "./shared-control.ts";

/** Handed to a worker thread when it starts. */
export type WorkerData = Readonly<{ worker: number; control: SharedControl }>;

/** From the main thread to a worker. */
export type ToWorker = Readonly<{ type: "run"; job: RunJob }> | Readonly<{ type: "end" }>;

/** From a worker to the main thread: one answer for each job. */
export type FromWorker =
  | Readonly<{ type: "finished"; report: RunReport }>
  | Readonly<{ type: "failed"; seed: number; fault: Fault }>;
