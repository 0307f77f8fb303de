import { ln } from "#base";
import { History, RollingMax, RollingSum } from "./rolling.ts";

/** Bars of history behind each figure. */
const fastBars = 64;
const slowBars = 256;
/** A series that starts this many bars early equals one that started at the beginning. */
export const warmUpBars: number = slowBars + 1;

/** Logarithms are kept as integers of this size, so that their sums are exact. */
const logUnit = 68719476736;
/** Coarser unit for products, which must stay below 2^53 over a window. */
const productUnit = 16777216;
/** A bar's return enters the volatility with at most this size (a quarter), again for exactness. */
const productLimit = productUnit / 4;
/** No market trades so many lots in a bar; beyond it the sum over a window would not be exact. */
const volumeLimit = 70368744177664;

export type MarketBar = Readonly<{
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Latest funding rate due at or before the bar's start, ppb; NaN = unknown. */
  fundingKnown: number;
}>;

/**
 * Trailing statistics of one market, bar by bar; knows nothing of the bars to come.
 * Formulas: docs/contracts/features.md.
 */
export class MarketSeries {
  private readonly logClose = new History(fastBars + 1);
  private readonly fastSquares = new RollingSum(fastBars);
  private readonly slowSquares = new RollingSum(slowBars);
  private readonly volumes = new RollingSum(fastBars);
  private readonly ranges = new RollingSum(fastBars);
  private readonly spreads = new RollingSum(fastBars);
  private readonly highs = new RollingMax(slowBars);
  private readonly lows = new RollingMax(slowBars);
  private previousMid = 0;

  /** Volatility per bar as a fraction; 0 until 64 returns are known or when nothing moved. */
  sigma = 0;
  /** Mean volume per bar in lots; 0 while unknown. */
  meanVolume = 0;

  clear(): void {
    this.logClose.clear();
    for (const sum of [this.fastSquares, this.slowSquares, this.volumes, this.ranges, this.spreads])
      sum.clear();
    this.highs.clear();
    this.lows.clear();
    this.previousMid = 0;
    this.sigma = 0;
    this.meanVolume = 0;
  }

  /**
   * Takes the next bar and writes E1..E12 to `into` from `at`; masked features are written as 0.
   * Returns the mask: bit i set = feature i is seen.
   */
  push(bar: MarketBar, into: Float32Array, at: number): number {
    const close = toLog(bar.close);
    const high = toLog(bar.high);
    const low = toLog(bar.low);
    const mid = (high + low) / 2;
    if (this.logClose.count > 0) this.pushReturn(close, mid);
    this.logClose.push(close);
    this.previousMid = mid;
    this.volumes.push(Math.min(bar.volume, volumeLimit));
    this.ranges.push(high - low);
    this.highs.push(high);
    this.lows.push(-low);
    this.sigma = this.fastSquares.full ? deviation(this.fastSquares.sum, fastBars) : 0;
    this.meanVolume = this.volumes.full ? this.volumes.sum / fastBars : 0;

    into.fill(0, at, at + 12);
    return this.fastSquares.full ? this.write(bar, { close, range: high - low }, into, at) : 0;
  }

  private pushReturn(close: number, mid: number): void {
    const last = this.logClose.back(0);
    const scale = productUnit / logUnit;
    const move = limit(Math.floor((close - last) * scale + 0.5), productLimit);
    this.fastSquares.push(move * move);
    this.slowSquares.push(move * move);
    // Abdi and Ranaldo (2017): S^2 = 4 E[(c(t-1) - m(t-1)) (c(t-1) - m(t))], m = mid of log range.
    const before = limit(Math.floor((last - this.previousMid) * scale + 0.5), productLimit);
    const after = limit(Math.floor((last - mid) * scale + 0.5), productLimit);
    this.spreads.push(before * after);
  }

  private write(
    bar: MarketBar,
    log: Readonly<{ close: number; range: number }>,
    into: Float32Array,
    at: number,
  ): number {
    const { sigma } = this;
    let mask = 0;
    const put = (index: number, value: number): void => {
      into[at + index] = value > 1 ? 1 : value < -1 ? -1 : value;
      mask |= 1 << index;
    };
    if (sigma > 0) {
      const unit = logUnit * sigma * 4;
      put(0, (log.close - this.logClose.back(1)) / unit);
      put(1, (log.close - this.logClose.back(4)) / (unit * 2));
      put(2, (log.close - this.logClose.back(16)) / (unit * 4));
      put(3, (log.close - this.logClose.back(64)) / (unit * 8));
      put(8, Math.sqrt(Math.max(this.spreads.sum / fastBars, 0)) / (productUnit * sigma));
      put(9, (log.close - this.highs.max) / (unit * 8));
      put(10, (log.close + this.lows.max) / (unit * 8));
    }
    if (this.ranges.sum > 0) put(4, ((log.range * fastBars) / this.ranges.sum - 1) / 3);
    if (bar.high > bar.low) put(5, (2 * bar.close - bar.high - bar.low) / (bar.high - bar.low));
    if (bar.volume > 0) put(6, ln((bar.volume * fastBars) / this.volumes.sum) / 3);
    const slow = this.slowSquares.full ? deviation(this.slowSquares.sum, slowBars) : 0;
    if (sigma > 0 && slow > 0) put(7, ln(sigma / slow));
    // A rate of 0.1 % per interval is the end of the scale.
    if (bar.fundingKnown === bar.fundingKnown) put(11, bar.fundingKnown / 1000000);
    return mask;
  }
}

function toLog(price: number): number {
  return Math.floor(ln(price) * logUnit + 0.5);
}

function deviation(sum: number, bars: number): number {
  return Math.sqrt(sum / bars) / productUnit;
}

function limit(value: number, size: number): number {
  return value > size ? size : value < -size ? -size : value;
}
