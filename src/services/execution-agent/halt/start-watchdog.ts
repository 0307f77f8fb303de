import { Worker } from "node:worker_threads";
import { err, type Fault, ok, type Result } from "#base";
import type { HaltPlaces } from "#venues";
import { createHaltSignal, type HaltSignal, machineMs } from "./halt-signal.ts";
import type { WatchdogAccount, WatchdogJob, WatchdogWord } from "./watchdog-job.ts";

/** The watchdog at work. */
export type Watchdog = Readonly<{
  signal: HaltSignal;
  /** False when its thread has not looked for a while, or has ended: then nothing may leave. */
  isAwake: () => boolean;
  stop: () => Promise<void>;
}>;

/** A thread that has not looked for so long looks no more, or the machine is not fit to trade. */
const silentMs = 1000;
const startMs = 10_000;

/** Faults: watchdog_failed, watchdog_timed_out. */
export async function startWatchdog(
  places: HaltPlaces,
  account: WatchdogAccount | null,
  heard: (word: WatchdogWord) => void,
): Promise<Result<Watchdog, Fault>> {
  const signal = createHaltSignal();
  const workerData: WatchdogJob = { buffer: signal.buffer, places, account };
  const url = new URL("./watchdog-main.ts", import.meta.url);
  // An empty environment: everything that it needs is in its job.
  const worker = new Worker(url, { workerData, env: {}, name: "halt-watchdog" });
  let ended = false;
  const begun = Promise.withResolvers<Result<void, Fault>>();
  const fail = (message: string): void => {
    ended = true;
    begun.resolve(err({ code: "watchdog_failed", message }));
  };
  worker.on("message", (word: WatchdogWord) => {
    if (word.type === "watching") begun.resolve(ok(undefined));
    heard(word);
  });
  worker.on("error", (cause) => fail(cause instanceof Error ? cause.message : "unknown"));
  worker.on("exit", () => fail("the thread of the watchdog ended"));
  const late = setTimeout(() => {
    begun.resolve(err({ code: "watchdog_timed_out", message: "the watchdog does not begin" }));
  }, startMs);
  const outcome = await begun.promise;
  clearTimeout(late);
  if (!outcome.ok) {
    await worker.terminate();
    return outcome;
  }
  worker.unref();
  return ok({
    signal,
    isAwake: () => !ended && machineMs() - signal.beatMs() <= silentMs,
    async stop(): Promise<void> {
      await worker.terminate();
    },
  });
}
