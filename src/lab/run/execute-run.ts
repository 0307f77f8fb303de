import { type Clock, err, type Fault, type Result } from "#base";
import { type RunOutcome, type RunProgress, runWorld } from "#core";
import { type Dataset, openDataset } from "#datasets";
import { createRunWriter, type RunWriter, type SealedRun } from "#evidence";
import { barSourceOf } from "./bar-source.ts";
import { createKernel } from "./kernels.ts";
import type { RunJob } from "./run-job.ts";

/** What executing a run needs from its thread. */
export type Execution = Readonly<{
  clock: Clock;
  /** Asked between chunks of bars; null = go on. */
  stopReason: () => string | null;
  progress: (now: RunProgress) => void;
}>;

/**
 * Lives one run and lands its evidence. A full disk ends it between two chunks with an aborted
 * record; a Defect aborts the record too and goes on upwards.
 * Faults: those of the dataset, run_exists, run_disk_full, run_write_failed.
 */
export function executeRun(job: RunJob, execution: Execution): Result<SealedRun, Fault> {
  const { plan, host, behaviors, run_root: root } = job;
  const { clock } = execution;
  const opened = openDataset(job.data_root, plan.dataset.dataset_id);
  if (!opened.ok) return opened;
  using dataset = opened.value;
  const created = createRunWriter({ root, plan, host, clock, behaviors });
  if (!created.ok) return created;
  const writer = created.value;
  try {
    return land(writer, live(job, { ...execution, writer, dataset }), execution);
  } catch (cause) {
    writer.abort({ code: "internal_error", message: String(cause) });
    throw cause;
  }
}

type Life = Execution & Readonly<{ writer: RunWriter; dataset: Dataset }>;

function live(job: RunJob, { writer, dataset, stopReason, progress }: Life): RunOutcome {
  const { config, seed, instrument, window } = job.plan;
  const { start_index, len } = window;
  return runWorld({
    config,
    seed,
    instrument,
    bars: barSourceOf(dataset),
    window: { start_index, end_index_exclusive: start_index + len },
    kernel: createKernel(job.kernel, config),
    listener: writer.listen,
    control: {
      stopRequested: () => stopReason() !== null || writer.failure() !== null,
      stopAfterTick: job.stop_after_tick,
      progress,
    },
  });
}

function land(
  writer: RunWriter,
  outcome: RunOutcome,
  execution: Execution,
): Result<SealedRun, Fault> {
  const failure = writer.failure();
  if (failure !== null) {
    writer.abort(failure);
    return err(failure);
  }
  if (outcome.end !== "stopped") return writer.finish(outcome, null);
  return writer.finish(outcome, execution.stopReason() ?? "replay");
}
