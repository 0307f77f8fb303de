import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, err, type Fault, ok, type Result } from "#base";
import type { RunEvent, RunListener, RunOutcome } from "#core";
import type { HostFacts } from "../artifacts/run-manifest.ts";
import { diskFault } from "./disk-fault.ts";
import { syncDirectory } from "./documents.ts";
import { createEventRecorder } from "./event-recorder.ts";
import { reserveFileName } from "./file-names.ts";
import { landRun, type SealedRun, writeManifest } from "./land-run.ts";
import { runPath } from "./layout.ts";
import { type ExecutionFacts, manifestOf } from "./manifest.ts";
import { openRunFiles } from "./run-files.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";

/**
 * The one writer of a run directory. It writes in place: the directory appears with a manifest of
 * status `running`, and only the seal at the end makes it a run. After a failed write it takes no
 * more events; the run loop asks `failure` between ticks and stops.
 */
export type RunWriter = Readonly<{
  runId: string;
  directory: string;
  listen: RunListener;
  failure: () => Fault | null;
  /** Lands what only the end knows and seals. `stopReason` says who asked a stopped run to end. */
  finish: (outcome: RunOutcome, stopReason: string | null) => Result<SealedRun, Fault>;
  /** Leaves an `aborted` manifest where the disk allows it; the directory stays unsealed. */
  abort: (fault: Fault) => void;
}>;

export type RunWriterOptions = Readonly<{
  root: string;
  plan: RunPlan;
  host: HostFacts;
  clock: Clock;
  /** Also land behaviors_run_<id>.json and genomes_run_<id>.npy. */
  behaviors: boolean;
}>;

/** Room for a manifest, given back before an aborted one is written. */
const reserveBytes = 64 * 1024;

/** Makes the directory; faults: run_exists, run_disk_full, run_write_failed. */
export function createRunWriter(options: RunWriterOptions): Result<RunWriter, Fault> {
  const { root, plan, clock, host, behaviors } = options;
  const runId = runIdOfPlan(plan);
  const directory = runPath(root, runId);
  const begun: ExecutionFacts = {
    host,
    behaviors_enabled: behaviors,
    started_ms: clock.nowMillis(),
    end: null,
    status: "running",
    status_detail: "run_not_finished",
  };
  try {
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory);
    keepReserve(join(directory, reserveFileName));
    writeManifest(directory, manifestOf(plan, begun), "create");
    syncDirectory(dirname(directory));
  } catch (cause) {
    const fault = diskFault(cause, directory);
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") {
      return err({ ...fault, code: "run_exists", message: "the run directory exists already" });
    }
    return err(fault);
  }

  const files = openRunFiles(directory, plan, behaviors);
  const recorder = createEventRecorder(plan, files);
  const marks: { collapse: number | null; reboot: number | null } = {
    collapse: null,
    reboot: null,
  };

  function listen(event: RunEvent): void {
    if (event.type === "collapse") marks.collapse ??= clock.nowMillis();
    if (event.type === "reboot") marks.reboot ??= clock.nowMillis();
    recorder.record(event);
  }

  function abort(fault: Fault): void {
    files.finish();
    try {
      rmSync(join(directory, reserveFileName), { force: true });
      const aborted = { ...begun, status: "aborted", status_detail: fault.code } as const;
      writeManifest(directory, manifestOf(plan, aborted), "replace");
    } catch {
      // The manifest on disk still says `running`, and without a seal that means the same.
    }
  }

  return ok({
    runId,
    directory,
    listen,
    failure: files.failure,
    abort,
    finish(outcome, stopReason): Result<SealedRun, Fault> {
      const facts = recorder.facts();
      const end = { directory, plan, begun, files, facts, outcome, stopReason, marks, clock };
      const sealed = orDiskFault(() => landRun(end), directory);
      if (!sealed.ok) abort(sealed.fault);
      return sealed;
    },
  });
}

/** Written, not truncated to: a hole would hold no room. */
function keepReserve(path: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    for (let left = reserveBytes; left > 0; ) left -= writeSync(descriptor, Buffer.alloc(left));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function orDiskFault<T>(act: () => Result<T, Fault>, path: string): Result<T, Fault> {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    return err(diskFault(cause, path));
  }
}
