import { ln } from "#base";
import type { BarSource } from "#core";
import { type BarColumns, createBarColumns } from "#market";

export type NaiveFeatures = Readonly<{
  /** E1..E12; null = masked. */
  values: readonly (number | null)[];
  /** Volatility per bar; 0 while unknown. */
  sigma: number;
  /** Mean volume per bar in lots; 0 while unknown. */
  meanVolume: number;
}>;

/** All bars of a source at once. */
export function columnsOf(bars: BarSource): BarColumns {
  const columns = createBarColumns(bars.count);
  bars.read(0, bars.count, columns);
  return columns;
}

/** The latest funding rate due at or before a bar's start, in parts per billion; NaN = unknown. */
export function fundingKnownAt(bars: BarSource, index: number): number {
  const [due, known] = [new Float64Array(1), new Float64Array(1)];
  bars.readFunding(index, 1, due, known);
  return known[0] ?? Number.NaN;
}

/** The rate due within a bar, in parts per billion; NaN = none. */
export function fundingDueAt(bars: BarSource, index: number): number {
  const [due, known] = [new Float64Array(1), new Float64Array(1)];
  bars.readFunding(index, 1, due, known);
  return due[0] ?? Number.NaN;
}

/**
 * The E features of docs/contracts/features.md for one bar, each a loop over the bars behind it:
 * slow, without state, and so the check on everything that rolls.
 */
export function naiveFeatures(
  columns: BarColumns,
  index: number,
  fundingKnown: number,
): NaiveFeatures {
  const log = (price: number): number => Math.floor(ln(price) * 2 ** 36 + 0.5);
  const close = (back: number): number => log(columns.close[index - back] ?? 0);
  const high = (back: number): number => log(columns.high[index - back] ?? 0);
  const low = (back: number): number => log(columns.low[index - back] ?? 0);
  const volume = (back: number): number => columns.volume[index - back] ?? 0;
  const sum = (bars: number, term: (back: number) => number): number => {
    let total = 0;
    for (let back = 0; back < bars; back += 1) total += term(back);
    return total;
  };
  const small = (difference: number): number =>
    Math.max(Math.min(Math.floor(difference / 4096 + 0.5), 4194304), -4194304);
  const move = (back: number): number => small(close(back) - close(back + 1));
  const mid = (back: number): number => (high(back) + low(back)) / 2;
  const deviation = (bars: number): number =>
    Math.sqrt(sum(bars, (back) => move(back) ** 2) / bars) / 16777216;

  const meanVolume = index >= 63 ? sum(64, volume) / 64 : 0;
  if (index < 64) return { values: Array.from({ length: 12 }, () => null), sigma: 0, meanVolume };

  const sigma = deviation(64);
  const slow = index >= 256 ? deviation(256) : 0;
  const ranges = sum(64, (back) => high(back) - low(back));
  const spread = sum(
    64,
    (back) => small(close(back + 1) - mid(back + 1)) * small(close(back + 1) - mid(back)),
  );
  const seen = Math.min(index + 1, 256);
  const highest = Math.max(...Array.from({ length: seen }, (_, back) => high(back)));
  const lowest = Math.min(...Array.from({ length: seen }, (_, back) => low(back)));
  const unit = 2 ** 36 * sigma * 4;
  const o = columns.open[index] ?? 0;
  const [h, l, c] = [columns.high[index] ?? 0, columns.low[index] ?? 0, columns.close[index] ?? 0];
  if (o < l || o > h) throw new Error(`bar ${index} does not hold its open`);

  const moving = sigma > 0;
  const values = [
    moving ? (close(0) - close(1)) / unit : null,
    moving ? (close(0) - close(4)) / (unit * 2) : null,
    moving ? (close(0) - close(16)) / (unit * 4) : null,
    moving ? (close(0) - close(64)) / (unit * 8) : null,
    ranges > 0 ? (((high(0) - low(0)) * 64) / ranges - 1) / 3 : null,
    h > l ? (2 * c - h - l) / (h - l) : null,
    volume(0) > 0 ? ln((volume(0) * 64) / sum(64, volume)) / 3 : null,
    moving && slow > 0 ? ln(sigma / slow) : null,
    moving ? Math.sqrt(Math.max(spread / 64, 0)) / (16777216 * sigma) : null,
    moving ? (close(0) - highest) / (unit * 8) : null,
    moving ? (close(0) - lowest) / (unit * 8) : null,
    Number.isNaN(fundingKnown) ? null : fundingKnown / 1000000,
  ];
  return {
    values: values.map((value) =>
      value === null ? null : Math.fround(Math.max(Math.min(value, 1), -1)),
    ),
    sigma,
    meanVolume,
  };
}
