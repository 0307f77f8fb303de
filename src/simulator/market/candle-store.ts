import { findBar, type RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { baseVolumeText } from "../rows/market-rows.ts";
import { moneyText } from "../text/decimal-text.ts";
import { createBarHistory, type SeenBar } from "./bar-history.ts";
import type { BarSource, MarketBar } from "./bar-source.ts";
import type { CandleQuery, DayFigures } from "./market-view.ts";

export type CandleRow = RowByEndpoint["candles"];

/** Candles of one instrument: what is over, and what is still open. */
export type CandleStore = Readonly<{
  move: (atMs: number, ticks: number, lots: number) => void;
  close: (recorded: MarketBar) => void;
  closeAsSeen: (startMs: number) => void;
  /** Newest first; null for a length that is not kept. */
  rows: (query: CandleQuery, nowMs: number) => readonly CandleRow[] | null;
  /** The newest candle of this length; null while nothing happened. */
  latest: (bar: string, nowMs: number) => CandleRow | null;
  day: (nowMs: number) => DayFigures;
}>;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const hongKongMs = 8 * 3_600_000;

export function createCandleStore(
  listing: Listing,
  source: BarSource,
  openedMs: number,
): CandleStore {
  const history = createBarHistory(source, openedMs);
  /** Figures of the day are the same until the market moves or the minute ends. */
  let figures: Readonly<{ minute: number; day: DayFigures }> | null = null;

  function rows(query: CandleQuery, nowMs: number): readonly CandleRow[] | null {
    const length = findBar(query.bar);
    // Months have no fixed length, seconds are shorter than what is kept.
    if (length === null || length.lengthMs === null || length.lengthMs < minuteMs) return null;
    const { lengthMs } = length;
    const offsetMs = length.opensAt === "hong_kong" ? hongKongMs : 0;
    const isFine = lengthMs % source.intervalMs !== 0;
    const bars = isFine ? history.minutesBack(nowMs) : history.back(nowMs);
    return select(grouped(bars, { lengthMs, offsetMs, nowMs }), query, listing);
  }

  return {
    move: (atMs, ticks, lots) => {
      figures = null;
      history.move(atMs, ticks, lots);
    },
    close: (recorded) => {
      figures = null;
      history.close(recorded);
    },
    closeAsSeen: (startMs) => {
      figures = null;
      history.closeAsSeen(startMs);
    },
    rows,
    latest: (bar, nowMs) => {
      const query = { bar, olderThanMs: null, newerThanMs: null, limit: 1 };
      return rows(query, nowMs)?.[0] ?? null;
    },
    day: (nowMs) => {
      const minute = Math.floor(nowMs / minuteMs);
      if (figures?.minute === minute) return figures.day;
      const day = dayFigures(history.back(nowMs), nowMs, listing);
      figures = { minute, day };
      return day;
    },
  };
}

function select(
  bars: Iterable<SeenBar>,
  { olderThanMs, newerThanMs, limit }: CandleQuery,
  listing: Listing,
): readonly CandleRow[] {
  const found: CandleRow[] = [];
  for (const { bar, isOpen } of bars) {
    if (newerThanMs !== null && bar.startMs <= newerThanMs) break;
    if (olderThanMs !== null && bar.startMs >= olderThanMs) continue;
    found.push(candleRow(bar, isOpen, listing));
    if (found.length === limit) break;
  }
  return found;
}

/** Bars of one length as bars of a longer one, newest first. */
function* grouped(
  bars: Iterable<SeenBar>,
  { lengthMs, offsetMs, nowMs }: Readonly<{ lengthMs: number; offsetMs: number; nowMs: number }>,
): Generator<SeenBar> {
  let group: MarketBar | null = null;
  for (const { bar } of bars) {
    const startMs = Math.floor((bar.startMs + offsetMs) / lengthMs) * lengthMs - offsetMs;
    if (group !== null && group.startMs !== startMs) {
      yield { bar: group, isOpen: group.startMs + lengthMs > nowMs };
      group = null;
    }
    group = group === null ? { ...bar, startMs } : joined(bar, group);
  }
  if (group !== null) yield { bar: group, isOpen: group.startMs + lengthMs > nowMs };
}

/** An earlier bar put before what came after it. */
function joined(earlier: MarketBar, group: MarketBar): MarketBar {
  return {
    ...group,
    open: earlier.open,
    high: Math.max(group.high, earlier.high),
    low: Math.min(group.low, earlier.low),
    volume: group.volume + earlier.volume,
  };
}

function candleRow(bar: MarketBar, isOpen: boolean, listing: Listing): CandleRow {
  const { priceText, sizeText, valueUnits } = listing;
  // The value of what traded, at the middle of the bar's four prices.
  const middle = Math.floor((bar.open + bar.high + bar.low + bar.close) / 4);
  return [
    String(bar.startMs),
    priceText(bar.open),
    priceText(bar.high),
    priceText(bar.low),
    priceText(bar.close),
    sizeText(bar.volume),
    baseVolumeText(bar.volume, listing),
    moneyText(valueUnits(bar.volume, middle)),
    isOpen ? "0" : "1",
  ];
}

function dayFigures(bars: Iterable<SeenBar>, nowMs: number, listing: Listing): DayFigures {
  const utcMs = Math.floor(nowMs / dayMs) * dayMs;
  const hongKong = Math.floor((nowMs + hongKongMs) / dayMs) * dayMs - hongKongMs;
  let whole: MarketBar | null = null;
  let utcOpenTicks: number | null = null;
  let hongKongOpenTicks: number | null = null;
  for (const { bar } of bars) {
    if (bar.startMs < nowMs - dayMs) break;
    whole = whole === null ? bar : joined(bar, whole);
    if (bar.startMs >= utcMs) utcOpenTicks = bar.open;
    if (bar.startMs >= hongKong) hongKongOpenTicks = bar.open;
  }
  const volumeLots = whole?.volume ?? 0;
  return {
    openTicks: whole?.open ?? null,
    highTicks: whole?.high ?? null,
    lowTicks: whole?.low ?? null,
    volumeLots,
    baseVolume: baseVolumeText(volumeLots, listing),
    utcOpenTicks,
    hongKongOpenTicks,
  };
}
