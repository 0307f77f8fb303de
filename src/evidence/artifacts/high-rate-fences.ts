import type { FenceRow } from "./gating-telemetry.ts";

/** A fence that acted so often that it may have made the result. */
export type HighRateFence = Readonly<{
  fence_id: string;
  /** Which of the two rates is above the bound. */
  rate: FenceRate;
  rate_ppm: number;
  explanation: string;
  /** The same run with the fence off; null with a reason. */
  counterfactual_run_id: string | null;
  counterfactual_run_id_reason: string | null;
}>;

export type FenceRate = "trigger_per_step" | "block_per_attempt";

/** What the counts of fences are counted against. */
export type FenceBases = Readonly<{
  /** Decisions asked of living agents. */
  steps: number;
  /** Orders that somebody wanted. */
  attempts: number;
}>;

/** Above this share a fence is surfaced and explained (seeds, principle 4): 0.2. */
const highRatePpm = 200_000;

/**
 * Parts in a million, rounded down, exact. Of no base at all it is as if there had been one: what
 * acted although nobody tried anything acted always.
 */
export function ratePpm(events: number, base: number): number {
  return Number((BigInt(events) * 1_000_000n) / BigInt(base === 0 ? 1 : base));
}

export type HighRate = Readonly<{ row: FenceRow; rate: FenceRate; rate_ppm: number }>;

/** The rates above the bound, in the order of the rows, triggers before blocks. */
export function highRates(fences: readonly FenceRow[], bases: FenceBases): readonly HighRate[] {
  return fences.flatMap((row) => {
    const { trigger_count: triggers, block_count: blocks } = row;
    const rates: readonly HighRate[] = [
      { row, rate: "trigger_per_step", rate_ppm: ratePpm(triggers, bases.steps) },
      { row, rate: "block_per_attempt", rate_ppm: ratePpm(blocks, bases.attempts) },
    ];
    return rates.filter(({ rate_ppm }) => rate_ppm > highRatePpm);
  });
}
