import { codes } from "../engine/codes.ts";
import type { Market } from "../engine/market.ts";

const { buy } = codes;

/** Renews the prices that orders may have: call when the mark, or without it the last, moved. */
export function renewBand(market: Market): void {
  const ppm = market.spec.priceBandPpm;
  const reference = market.referenceTicks;
  if (ppm === null || reference === 0) return;
  market.bandHigh = Math.floor((reference * (1_000_000 + ppm)) / 1_000_000);
  const low = Math.ceil((reference * (1_000_000 - ppm)) / 1_000_000);
  market.bandLow = low > 1 ? low : 1;
}

/** Whether an order at this price would be too bad for the one who sends it. */
export function isOutsideBand(market: Market, side: number, ticks: number): boolean {
  return side === buy ? market.bandHigh !== 0 && ticks > market.bandHigh : ticks < market.bandLow;
}
