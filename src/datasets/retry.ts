import { setTimeout as wait } from "node:timers/promises";
import { err, type Fault, type Result } from "#base";
import type { SourceFault } from "./candle-source.ts";

/** How often and how patiently a question is asked again. */
export type RetryPolicy = Readonly<{
  attempts: number;
  first_delay_ms: number;
  longest_delay_ms: number;
  /** Waits, or rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}>;

/** Eight tries over about a minute: longer outages are for the next run, which resumes. */
export const defaultRetry: RetryPolicy = {
  attempts: 8,
  first_delay_ms: 500,
  longest_delay_ms: 30_000,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
};

/**
 * Asks until an answer, a fault that no retry mends, or the end of patience; the delay doubles
 * each time. Faults: fetch_failed, fetch_interrupted, and the source's own that are not to be
 * retried.
 */
export async function askWithRetry<T>(
  ask: () => Promise<Result<T, SourceFault>>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<Result<T, Fault>> {
  let delay = policy.first_delay_ms;
  for (let attempt = 1; ; attempt += 1) {
    if (isAborted(signal)) return interrupted();
    const answer = await ask();
    if (answer.ok) return answer;
    const { retry, ...fault } = answer.fault;
    if (!retry) return err(fault);
    if (attempt === policy.attempts) {
      const message = `no answer after ${attempt} tries: ${fault.message}`;
      return err({ ...fault, code: "fetch_failed", message });
    }
    try {
      await policy.sleep(delay, signal);
    } catch (cause) {
      if (isAborted(signal)) return interrupted();
      throw cause;
    }
    delay = Math.min(delay * 2, policy.longest_delay_ms);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function interrupted(): Result<never, Fault> {
  return err({ code: "fetch_interrupted", message: "interrupted" });
}
