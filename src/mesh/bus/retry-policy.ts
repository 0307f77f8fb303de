import { assert } from "#base";

/** How often a delivery is tried, and how long the pause before each further attempt is. */
export type RetryPolicy = Readonly<{
  /** All attempts together, the first included. */
  maxAttempts: number;
  firstPauseMs: number;
  /** Each pause is the one before times this. */
  factor: number;
  maxPauseMs: number;
  /** A handler that takes longer has failed this attempt. */
  handlerMs: number;
}>;

/** Pauses of 1, 4, 16 and 64 s: a poisoned event holds up an ordered subject for 85 s. */
export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 5,
  firstPauseMs: 1000,
  factor: 4,
  maxPauseMs: 600_000,
  handlerMs: 30_000,
};

/** What follows a failed attempt: a pause in ms, or null when it was the last. */
export function pauseAfter(policy: RetryPolicy, attempt: number): number | null {
  assert(attempt >= 1, `attempts count from 1: ${attempt}`);
  if (attempt >= policy.maxAttempts) return null;
  let pause = policy.firstPauseMs;
  for (let past = 1; past < attempt && pause < policy.maxPauseMs; past++) pause *= policy.factor;
  return Math.min(pause, policy.maxPauseMs);
}
