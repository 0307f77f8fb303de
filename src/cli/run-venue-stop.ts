import type { StopReading } from "#execution";
import type { HaltWatch } from "#venues";
import { exitCodes } from "./exit-codes.ts";

export type VenueStop = Disposable &
  Readonly<{
    /** Why the run has to end at its next tick boundary. */
    reading: () => StopReading;
    /** Ends the waiting for a bar, so that nobody who stops waits for it. */
    signal: AbortSignal;
  }>;

/** Often enough for the promised second, for whoever puts STOP there or halts. */
const lookMs = 250;

/**
 * Ctrl-C, SIGTERM, the STOP file and the switch, watched while a run waits. A second signal leaves
 * at once: the run stays unsealed, and the next one on the account settles it.
 */
export function stopAtVenue(halt: HaltWatch, onStop: (what: string) => void): VenueStop {
  const controller = new AbortController();
  let stop: StopReading = null;
  const onSignal = (name: NodeJS.Signals): void => {
    // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice
    if (stop === "interrupt" || stop === "terminate") process.exit(exitCodes.interrupted);
    stop = name === "SIGINT" ? "interrupt" : "terminate";
    controller.abort();
    onStop(name);
  };
  const timer = setInterval(() => {
    if (controller.signal.aborted) return;
    const isHalted = isHaltedNow(halt);
    if (!isHalted && !halt.stop().stop) return;
    if (!isHalted) stop = "stop_file";
    controller.abort();
    onStop(isHalted ? "execution is halted" : "STOP");
  }, lookMs);
  timer.unref();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    reading: () => stop ?? (halt.stop().stop ? "stop_file" : null),
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}

function isHaltedNow(halt: HaltWatch): boolean {
  const { verdict, latch } = halt.look();
  return !verdict.allowed || latch.state === "latched";
}
