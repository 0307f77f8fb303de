import { codes } from "../engine/codes.ts";
import type { Market } from "../engine/market.ts";

const { buy } = codes;

/** Highest price of a buy; 0: no bound. */
export function bandHigh(market: Market): number {
  const ppm = market.spec.priceBandPpm;
  const reference = market.referenceTicks;
  if (ppm === null || reference === 0) return 0;
  return Math.floor((reference * (1_000_000 + ppm)) / 1_000_000);
}

/** Lowest price of a sell; 0: no bound. */
export function bandLow(market: Market): number {
  const ppm = market.spec.priceBandPpm;
  const reference = market.referenceTicks;
  if (ppm === null || reference === 0) return 0;
  const low = Math.ceil((reference * (1_000_000 - ppm)) / 1_000_000);
  return low > 1 ? low : 1;
}

/** Whether an order at this price would be too bad for the one who sends it. */
export function isOutsideBand(market: Market, side: number, ticks: number): boolean {
  if (side === buy) {
    const high = bandHigh(market);
    return high !== 0 && ticks > high;
  }
  return ticks < bandLow(market);
}
