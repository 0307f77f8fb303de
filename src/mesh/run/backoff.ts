/** Waits between starts: at most 1 s after the first failure, doubling up to a minute. */
const baseMs = 1_000;
const mostMs = 60_000;

/**
 * How long to wait before the next start: full jitter, so that what failed together does not come
 * back together. `failures` counts from 1, `draw` is in [0, 1).
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
 */
export function backoffMs(failures: number, draw: number): number {
  const cap = failures > 6 ? mostMs : Math.min(mostMs, baseMs * 2 ** (failures - 1));
  return Math.floor(draw * cap);
}

/** Fewer failures than this in the window are bad luck; as many are a crash loop. */
export const crashLoopFailures = 5;
export const crashLoopWindowMs = 600_000;

/** Failures of one service that still count: those of the last ten minutes of `nowMs`. */
export type FailureHistory = readonly number[];

export function recordFailure(history: FailureHistory, nowMs: number): FailureHistory {
  const recent = history.filter((atMs) => nowMs - atMs < crashLoopWindowMs);
  // Older ones than the last few change nothing any more.
  return [...recent, nowMs].slice(-64);
}

export function isCrashLoop(history: FailureHistory): boolean {
  return history.length >= crashLoopFailures;
}
