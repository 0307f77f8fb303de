import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Millis } from "#base";

/** The machine under the clock, so that tests may turn it by hand. */
export type Machine = Readonly<{
  /** Milliseconds that only go forward. */
  monoMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

export const thisMachine: Machine = {
  monoMs: () => performance.now(),
  sleep: async (ms, signal) => {
    // An abort ends the wait; whoever waits looks at the signal itself.
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  },
};

export type PolledClock = Clock &
  Readonly<{
    /** Comes back when the venue has reached this time, or earlier when `signal` aborts. */
    waitUntil: (ms: Millis, signal: AbortSignal) => Promise<void>;
    /** Takes in what the venue said its time was, and when it was asked. */
    observe: (venueMs: Millis, askedMonoMs: number, answeredMonoMs: number) => void;
  }>;

/** Between two looks that are closer than this the pace cannot be told. */
const leastSpanMs = 200;
const fastest = 100_000;
/** A rest this short is slept through; of a longer one half, and then the venue is asked again. */
const shortRestMs = 250;
const longestSleepMs = 3_600_000;

/**
 * Follows a venue whose clock may run at any pace: between two answers it goes on at the pace that
 * they showed. `ask` reads the venue's time and calls `observe`; where it fails, the pace known so
 * far is all there is.
 */
export function createPolledClock(
  first: Readonly<{ venueMs: Millis; monoMs: number }>,
  ask: () => Promise<void>,
  machine: Machine = thisMachine,
): PolledClock {
  let anchor = first;
  let origin = first;
  let pace: number | null = null;

  function nowMillis(): Millis {
    return Math.floor(anchor.venueMs + (machine.monoMs() - anchor.monoMs) * (pace ?? 1));
  }

  /** Machine time to sleep before the next look. */
  function restOf(missingMs: number): number {
    // A clock that stood still may be moved by somebody at any time.
    if (pace === null || pace === 0) return Math.min(missingMs, shortRestMs);
    const rest = missingMs / pace;
    return Math.min(rest <= shortRestMs ? rest : rest / 2, longestSleepMs);
  }

  return {
    nowMillis,
    observe(venueMs, askedMonoMs, answeredMonoMs): void {
      const monoMs = (askedMonoMs + answeredMonoMs) / 2;
      const span = monoMs - origin.monoMs;
      if (span >= leastSpanMs) {
        pace = Math.min(Math.max((venueMs - origin.venueMs) / span, 0), fastest);
        origin = { venueMs, monoMs };
      }
      anchor = { venueMs, monoMs };
    },
    async waitUntil(ms, signal): Promise<void> {
      while (!signal.aborted) {
        const missing = ms - nowMillis();
        if (missing > 0) await machine.sleep(Math.max(restOf(missing), 1), signal);
        if (signal.aborted) return;
        if (missing <= 0 || restOf(missing) > shortRestMs || pace === null) await ask();
        if (missing <= 0 && nowMillis() >= ms) return;
      }
    },
  };
}
