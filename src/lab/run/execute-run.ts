import { type Clock, err, type Fault, type Result } from "#base";
import { type RunOutcome, type RunProgress, runWorld } from "#core";
import { openDataset } from "#datasets";
import {
  createRunWriter,
  type HostFacts,
  type RunPlan,
  type RunWriter,
  type SealedRun,
} from "#evidence";
import { barSourceOf } from "./bar-source.ts";
import { createKernel } from "./kernels.ts";
import type { KernelId } from "./run-job.ts";

/** What a run needs from whoever executes it, worker or replay. */
export type Execution = Readonly<{
  plan: RunPlan;
  /** Where the dataset lies. */
  dataRoot: string;
  /** Where the run directory is made; a replay makes it elsewhere. */
  runRoot: string;
  host: HostFacts;
  kernel: KernelId;
  behaviors: boolean;
  clock: Clock;
  /** Asked between chunks of bars; null = go on. */
  stopReason: () => string | null;
  /** Replay of an interrupted run: stop after this tick. */
  stopAfterTick: number | null;
  progress: (now: RunProgress) => void;
}>;

/**
 * Lives one run and lands its evidence. A full disk ends it between two chunks with an aborted
 * record; a Defect aborts the record too and goes on upwards.
 * Faults: those of the dataset, run_exists, run_disk_full, run_write_failed.
 */
export function executeRun(execution: Execution): Result<SealedRun, Fault> {
  const { plan, host, clock, behaviors } = execution;
  const opened = openDataset(execution.dataRoot, plan.dataset.dataset_id);
  if (!opened.ok) return opened;
  using dataset = opened.value;
  const created = createRunWriter({ root: execution.runRoot, plan, host, clock, behaviors });
  if (!created.ok) return created;
  const writer = created.value;
  try {
    return land(writer, live(execution, writer, barSourceOf(dataset)), execution);
  } catch (cause) {
    writer.abort({ code: "internal_error", message: String(cause) });
    throw cause;
  }
}

function live(
  execution: Execution,
  writer: RunWriter,
  bars: ReturnType<typeof barSourceOf>,
): RunOutcome {
  const { plan, stopReason, stopAfterTick, progress } = execution;
  const { start_index, len } = plan.window;
  return runWorld({
    config: plan.config,
    seed: plan.seed,
    instrument: plan.instrument,
    bars,
    window: { start_index, end_index_exclusive: start_index + len },
    kernel: createKernel(execution.kernel, plan.config),
    listener: writer.listen,
    control: {
      stopRequested: () => stopReason() !== null || writer.failure() !== null,
      stopAfterTick,
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
