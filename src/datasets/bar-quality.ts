import { isoFromMillis, ln } from "#base";
import type { BarGrid } from "#market";
import type { BarRow } from "./bar-rows.ts";
import { createOutlierTracker, type OutlierReport } from "./outliers.ts";
import { createTopList } from "./top-list.ts";

/** What is true of the accepted bars: landed with the dataset, refusing nothing. */
export type BarQuality = Readonly<{
  /** Expected bars that are not there, by calendar and interval. */
  gaps: Readonly<{
    count: number;
    missing_bars: number;
    longest: readonly Readonly<{ after_utc: string; before_utc: string; missing_bars: number }>[];
  }>;
  /** Runs of bars in which nothing traded: outages, mostly. */
  zero_volume: Readonly<{
    bars: number;
    runs: number;
    longest: readonly Readonly<{ from_utc: string; bars: number }>[];
  }>;
  /** Bars that overlap no session of the calendar. */
  outside_session: Readonly<{ bars: number; first_utc: string | null }>;
  outliers: readonly OutlierReport[];
  rounding: BarRounding;
}>;

/** What it cost to write prices as whole ticks and volumes as whole lots. */
export type BarRounding = Readonly<{
  rounded_prices: number;
  bars_with_rounded_prices: number;
  largest_price_error_ticks: number;
  bars_over_tenth_tick: number;
  bars_with_rounded_volume: number;
  largest_volume_error_lots: number;
  /** Bars whose volume was below half a lot and is now zero. */
  volumes_rounded_to_zero: number;
}>;

export type BarQualityTracker = Readonly<{ add: (row: BarRow) => void; report: () => BarQuality }>;

/** A rounding beyond this share of a tick is no floating artefact. */
export const artefactTicks = 0.1;
const listed = 10;

/** Watches accepted bars in order; memory does not grow with them. */
export function createBarQuality(grid: BarGrid): BarQualityTracker {
  const gaps = trackGaps(grid);
  const zeroVolume = trackZeroVolume();
  const rounding = trackRounding();
  const returns = createOutlierTracker("close_return");
  const wicks = createOutlierTracker("wick");
  const outside: { bars: number; first_utc: string | null } = { bars: 0, first_utc: null };
  let previousClose = 0;

  return {
    add(row): void {
      const utc = (): string => isoFromMillis(row.ts_ms);
      gaps.add(row);
      zeroVolume.add(row);
      rounding.add(row);
      if (!grid.isInSession(row.ts_ms)) {
        outside.first_utc ??= utc();
        outside.bars += 1;
      }
      if (previousClose > 0) returns.add(utc, sizeOf(ln(row.close / previousClose)));
      previousClose = row.close;
      const above = row.high / Math.max(row.open, row.close);
      const below = Math.min(row.open, row.close) / row.low;
      wicks.add(utc, ln(Math.max(above, below)));
    },
    report: () => ({
      gaps: gaps.report(),
      zero_volume: zeroVolume.report(),
      outside_session: { ...outside },
      outliers: [returns.report(), wicks.report()],
      rounding: rounding.report(),
    }),
  };
}

type Tracker<T> = Readonly<{ add: (row: BarRow) => void; report: () => T }>;

function trackGaps(grid: BarGrid): Tracker<BarQuality["gaps"]> {
  const longest = createTopList<BarQuality["gaps"]["longest"][number]>(listed);
  let previous: number | null = null;
  let count = 0;
  let total = 0;
  return {
    add({ ts_ms }): void {
      const missing = previous === null ? 0 : grid.missingBetween(previous, ts_ms);
      if (missing > 0 && previous !== null) {
        count += 1;
        total += missing;
        const after_utc = isoFromMillis(previous);
        const before_utc = isoFromMillis(ts_ms);
        longest.add(missing, { after_utc, before_utc, missing_bars: missing });
      }
      previous = ts_ms;
    },
    report: () => ({ count, missing_bars: total, longest: longest.items() }),
  };
}

function trackZeroVolume(): Tracker<BarQuality["zero_volume"]> {
  const longest = createTopList<BarQuality["zero_volume"]["longest"][number]>(listed);
  let bars = 0;
  let runs = 0;
  let from = 0;
  let length = 0;
  function endRun(): void {
    if (length > 0) longest.add(length, { from_utc: isoFromMillis(from), bars: length });
    length = 0;
  }
  return {
    add({ ts_ms, volume }): void {
      if (volume > 0) return endRun();
      if (length === 0) {
        from = ts_ms;
        runs += 1;
      }
      bars += 1;
      length += 1;
    },
    report(): BarQuality["zero_volume"] {
      endRun();
      return { bars, runs, longest: longest.items() };
    },
  };
}

function trackRounding(): Tracker<BarRounding> {
  let prices = 0;
  let priceBars = 0;
  let largestPrice = 0;
  let overTenth = 0;
  let volumeBars = 0;
  let largestVolume = 0;
  let toZero = 0;
  return {
    add(row): void {
      if (row.rounded_prices > 0) {
        prices += row.rounded_prices;
        priceBars += 1;
        largestPrice = Math.max(largestPrice, row.price_residue);
        if (row.price_residue > artefactTicks) overTenth += 1;
      }
      if (row.volume_residue > 0) {
        volumeBars += 1;
        largestVolume = Math.max(largestVolume, row.volume_residue);
        if (row.volume === 0) toZero += 1;
      }
    },
    report: () => ({
      rounded_prices: prices,
      bars_with_rounded_prices: priceBars,
      largest_price_error_ticks: largestPrice,
      bars_over_tenth_tick: overTenth,
      bars_with_rounded_volume: volumeBars,
      largest_volume_error_lots: largestVolume,
      volumes_rounded_to_zero: toZero,
    }),
  };
}

function sizeOf(move: number): number {
  return move < 0 ? -move : move;
}
