import { parseDecimal } from "#base";
import type { Funding } from "#venues";

/**
 * A venue announces the rate of the next payment; features want the latest that fell due. So the
 * last announcement before its time is remembered as the rate that was paid then.
 */
export type FundingMemory = Readonly<{
  /** Takes in what is announced now. */
  observe: (funding: Funding) => void;
  /** Parts per 1e9 due at or before this time, or null and why. */
  knownAt: (ms: number) => Readonly<{ ppb: number | null; reason: string | null }>;
}>;

/** A rate says nothing about a time longer after it than one and a half periods. */
const longestMemoryMs = 1.5 * 28_800_000;

export function createFundingMemory(): FundingMemory {
  let announced: Readonly<{ dueMs: number; ppb: number }> | null = null;
  let passed: readonly Readonly<{ dueMs: number; ppb: number }>[] = [];

  return {
    observe({ rate, fundingMs }): void {
      const ppb = parseDecimal(rate, 9, "half_even");
      if (!ppb.ok) return;
      if (announced !== null && fundingMs > announced.dueMs) {
        passed = [...passed, announced].slice(-16);
      }
      announced = { dueMs: fundingMs, ppb: ppb.value };
    },
    knownAt(ms): Readonly<{ ppb: number | null; reason: string | null }> {
      const all = announced === null ? passed : [...passed, announced];
      const latest = all.filter(({ dueMs }) => dueMs <= ms).at(-1);
      if (latest === undefined) {
        return {
          ppb: null,
          reason: announced === null ? "funding_not_read" : "funding_not_due_yet",
        };
      }
      if (ms - latest.dueMs >= longestMemoryMs) return { ppb: null, reason: "funding_too_old" };
      return { ppb: latest.ppb, reason: null };
    },
  };
}
