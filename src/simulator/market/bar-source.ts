/** One bar of the market around an instrument: prices in ticks, volume in lots. */
export type MarketBar = Readonly<{
  startMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}>;

/** Bars by number, ascending in time; times are the venue's. */
export type BarSource = Readonly<{
  intervalMs: number;
  /** The first bar that starts at `ms` or later; null beyond the end. */
  indexAtOrAfter: (ms: number) => number | null;
  /** Null before the first and after the last. */
  bar: (index: number) => MarketBar | null;
  /** Recorded funding with fromMs <= time < toMs; null: none was recorded, ever. */
  fundingBetween: (fromMs: number, toMs: number) => readonly FundingRow[] | null;
  /** Says where the bars come from, for people. */
  label: string;
}>;

export type FundingRow = Readonly<{ timeMs: number; rateE12: number }>;

/** Bars from `firstIndex` on, until the source ends. */
export function* barsFrom(
  source: BarSource,
  firstIndex: number,
): Generator<Readonly<{ bar: MarketBar; index: number }>> {
  for (let index = firstIndex; ; index += 1) {
    const bar = source.bar(index);
    if (bar === null) return;
    yield { bar, index };
  }
}
