import type { BarSource } from "./bar-source.ts";

/** A market without recorded bars: its candles are what was seen of it, minute by minute. */
export function createLiveBars(label: string): BarSource {
  return {
    intervalMs: 60_000,
    label,
    indexAtOrAfter: () => null,
    bar: () => null,
    fundingBetween: () => null,
  };
}
