import type { Clock, Millis } from "#base";
import type { CallRecord } from "#venues";

/**
 * The time of a run is the venue's: candles close, orders age and windows open by it. In real time
 * it is the wall with the measured skew taken off; an accelerated venue runs ahead of it; a stepped
 * one moves only when somebody waits.
 */
export type RunClock = Clock &
  Readonly<{
    /** Comes back when the venue has reached this time, or earlier when `signal` aborts. */
    waitUntil: (ms: Millis, signal: AbortSignal) => Promise<void>;
    /** What the clock asked the venue since this was asked last: every request is evidence. */
    takeCalls: () => readonly CallRecord[];
  }>;

/** Never goes back, so that lines of a file never do. */
export function forwardClock(clock: RunClock): RunClock {
  let last = 0;
  return {
    nowMillis(): Millis {
      last = Math.max(last, Math.floor(clock.nowMillis()));
      return last;
    },
    waitUntil: clock.waitUntil,
    takeCalls: clock.takeCalls,
  };
}
