import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, err, type Fault, ok, type Result } from "#base";
import type { RunEvent, RunListener, RunOutcome } from "#core";
import type { HostFacts } from "../artifacts/manifest-host.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { holdReserve, type Reserve } from "../store/reserve.ts";
import { holderLine } from "../store/run-holder.ts";
import { syncDirectory } from "./documents.ts";
import { createEventRecorder } from "./event-recorder.ts";
import { reserveFileName, sumsFileName } from "./file-names.ts";
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

/** Makes the directory. Faults: run_exists, and those of attemptIo. */
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
  const folder = dirname(directory);
  const homed = attemptIo("write", folder, () => mkdirSync(folder, { recursive: true }));
  if (!homed.ok) return homed;
  const made = attemptIo("write", directory, () => {
    mkdirSync(directory);
    syncDirectory(folder);
  });
  if (!made.ok) return made.fault.code === "store_exists" ? err(taken(directory)) : made;
  const held = holdRunSpace(directory);
  if (!held.ok) return held;
  const reserve = held.value;
  const running = attemptIo("write", directory, () =>
    writeManifest(directory, manifestOf(plan, begun), "create"),
  );
  if (!running.ok) return running;

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
    // Should this fail too, the manifest on disk says `running`: without a seal that is the same.
    attemptIo("write", directory, () => {
      // What has its sums is whole, even if the disk failed after them: it never changes again.
      if (existsSync(join(directory, sumsFileName))) return;
      reserve.release();
      const aborted = { ...begun, status: "aborted", status_detail: fault.code } as const;
      writeManifest(directory, manifestOf(plan, aborted), "replace");
    });
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
      const landed = attemptIo("write", directory, () => {
        reserve.release();
        return landRun(end);
      });
      const sealed = landed.ok ? landed.value : landed;
      if (!sealed.ok) abort(sealed.fault);
      return sealed;
    },
  });
}

function holdRunSpace(directory: string): Result<Reserve, Fault> {
  const holder = holderLine(machineProcesses().self);
  return holdReserve(nodeFileSystem, join(directory, reserveFileName), reserveBytes, holder);
}

function taken(directory: string): Fault {
  const what = "another process took the place of this run just now";
  const message = `${what}; run the same command again when that has ended`;
  return { code: "run_exists", message, at: directory };
}
