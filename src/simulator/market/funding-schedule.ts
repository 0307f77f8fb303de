import { createStream } from "#base";
import type { Listing } from "../catalog/listing.ts";
import type { BarSource } from "./bar-source.ts";
import type { FundingPaid, FundingView } from "./market-view.ts";

/** Every eight hours from midnight UTC. */
const fundingPeriodMs = 28_800_000;

/** What longs pay shorts at each of the venue's funding times. */
export type FundingSchedule = Readonly<{
  dueAfter: (nowMs: number) => number;
  rateAt: (dueMs: number) => number;
  view: (nowMs: number) => FundingView;
  /** Newest first, those before the venue opened included. */
  paid: (nowMs: number) => readonly FundingPaid[];
}>;

const paidShown = 400;

/** Recorded rates where the market has some, else a function of seed, coin and time. */
export function createFundingSchedule(
  listing: Listing,
  source: BarSource,
  seed: number,
): FundingSchedule {
  const dueAfter = (nowMs: number): number =>
    (Math.floor(nowMs / fundingPeriodMs) + 1) * fundingPeriodMs;

  function rateAt(dueMs: number): number {
    const recorded = source.fundingBetween(dueMs - fundingPeriodMs + 1, dueMs + 1);
    if (recorded === null) return syntheticRate(seed, listing, dueMs);
    return recorded.reduce((sum, { rateE12 }) => sum + rateE12, 0);
  }

  return {
    dueAfter,
    rateAt,
    view: (nowMs) => {
      const dueMs = dueAfter(nowMs);
      const lastMs = dueMs - fundingPeriodMs;
      return {
        rateE12: rateAt(dueMs),
        dueMs,
        nextDueMs: dueMs + fundingPeriodMs,
        lastRateE12: rateAt(lastMs),
      };
    },
    paid: (nowMs) => {
      const lastMs = dueAfter(nowMs) - fundingPeriodMs;
      return Array.from({ length: paidShown }, (_, back) => {
        const timeMs = lastMs - back * fundingPeriodMs;
        return { timeMs, rateE12: rateAt(timeMs) };
      });
    },
  };
}

/** One basis point, which is what interest alone makes, and noise of the same size around it. */
function syntheticRate(seed: number, { index }: Listing, dueMs: number): number {
  const id = Math.floor(dueMs / fundingPeriodMs) * 1024 + index;
  const noise = createStream({ seed, stream: "sample", id }).gaussian();
  const rate = Math.round(100_000_000 * (1 + noise));
  return Math.max(-highestRate, Math.min(highestRate, rate));
}

/** 0.375 %, in 10^-12. */
const highestRate = 3_750_000_000;
