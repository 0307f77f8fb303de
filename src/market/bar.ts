/**
 * One bar in integers: prices in ticks, volume in lots of its instrument. `ts_ms` is the start of
 * the bar, so what it says is known at `ts_ms` plus the bar interval and not before.
 */
export type Bar = Readonly<{
  ts_ms: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}>;

/** Bars as columns of whole numbers (exact below 2^53): what the engine reads. */
export type BarColumns = Readonly<{
  ts_ms: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
}>;

/** Room for `length` bars, all zero. */
export function createBarColumns(length: number): BarColumns {
  return {
    ts_ms: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  };
}

/** The order of a bar's fields wherever bars are stored or listed. */
export const barFields: readonly (keyof BarColumns)[] = [
  "ts_ms",
  "open",
  "high",
  "low",
  "close",
  "volume",
];
