/**
 * The watchdog: a thread of its own that looks at every source of the halt, so that a busy event
 * loop of the agent delays nothing. On a halt it raises the shared signal, which the send path
 * reads at its last line, and cancels everything at the venue over its own connection.
 */
import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type HaltWatch, openHaltWatch } from "#venues";
import { type Canceller, openCanceller } from "./cancel-everything.ts";
import { createHaltSignal, machineMs } from "./halt-signal.ts";
import type { WatchdogJob, WatchdogWord } from "./watchdog-job.ts";

/** A watch may miss a change, and some file systems tell of none: a look every so often. */
const pollMs = 10;

const job = workerData as WatchdogJob;
const signal = createHaltSignal(job.buffer);
const halts: HaltWatch = openHaltWatch(job.places);
const canceller: Canceller | null =
  job.account === null ? null : await openCanceller(job.account, halts.look, tell);

let wasHalted = false;

function tell(word: WatchdogWord): void {
  parentPort?.postMessage(word);
}

function look(): void {
  const { verdict, latch } = halts.look();
  const stop = halts.stop();
  const halted = !verdict.allowed || latch.state === "latched" || stop.stop;
  if (halted) signal.halted();
  signal.beat(machineMs());
  if (halted === wasHalted) return;
  wasHalted = halted;
  if (!halted) {
    tell({ type: "allowed", at_ms: machineMs() });
    canceller?.rest();
    return;
  }
  canceller?.begin();
  const { reason, source } = !verdict.allowed
    ? verdict
    : latch.state === "latched"
      ? latch
      : { reason: stop.reason, source: job.places.stopFile };
  tell({ type: "halted", reason, source, at_ms: machineMs() });
}

/** A folder that is not there cannot be watched; the poll sees what comes of it. */
function watchFolder(folder: string): FSWatcher | null {
  try {
    return watch(folder, look).on("error", () => undefined);
  } catch {
    return null;
  }
}

const folders = new Set(
  [job.places.file, job.places.latchFile, job.places.stopFile].map((path) => dirname(path)),
);
for (const folder of folders) watchFolder(folder);
look();
setInterval(look, pollMs);
tell({ type: "watching" });
