import type { Millis } from "#base";
import type { OutsideLevel, Side } from "../api/command.ts";
import { levelsAround, type SyntheticBook } from "./depth.ts";
import { type Feed, feedOf } from "./feed.ts";

/** Best bid and ask; 0 lots: that side is empty. */
export type FeedQuote = Readonly<{
  timeMs: Millis;
  bidTicks: number;
  bidLots: number;
  askTicks: number;
  askLots: number;
}>;

export type FeedTrade = Readonly<{
  timeMs: Millis;
  /** Of the aggressor. */
  side: Side;
  priceTicks: number;
  lots: number;
}>;

export type FeedDepth = Readonly<{
  timeMs: Millis;
  snapshot: boolean;
  levels: readonly OutsideLevel[];
}>;

/** Each quote is the whole outside market: a level on each side. */
export function createQuoteFeed(instrument: number, quotes: Iterable<FeedQuote>): Feed {
  return feedOf(quotes, ({ timeMs, bidTicks, bidLots, askTicks, askLots }) => {
    const levels: OutsideLevel[] = [];
    if (bidLots > 0) levels.push({ side: "buy", priceTicks: bidTicks, lots: bidLots });
    if (askLots > 0) levels.push({ side: "sell", priceTicks: askTicks, lots: askLots });
    return [{ type: "set_outside", timeMs, instrument, snapshot: true, levels }];
  });
}

/**
 * Each trade is a print. With a `book` the outside market then stands around its price, its depth
 * by the size of the trade; without, another feed says what stands there.
 */
export function createTradeFeed(
  instrument: number,
  trades: Iterable<FeedTrade>,
  book: SyntheticBook | null,
): Feed {
  return feedOf(trades, ({ timeMs, side, priceTicks, lots }) => {
    const print = { type: "outside_print", timeMs, instrument, side, priceTicks, lots } as const;
    if (book === null) return [print];
    const levels = levelsAround(book, priceTicks, lots);
    return [print, { type: "set_outside", timeMs, instrument, snapshot: true, levels }];
  });
}

/** Recorded depth: snapshots, and the levels that change. */
export function createDepthFeed(instrument: number, updates: Iterable<FeedDepth>): Feed {
  return feedOf(updates, (update) => [{ type: "set_outside", instrument, ...update }]);
}

export function createMarkFeed(
  instrument: number,
  marks: Iterable<Readonly<{ timeMs: Millis; priceTicks: number }>>,
): Feed {
  return feedOf(marks, (mark) => [{ type: "set_mark", instrument, ...mark }]);
}

/** Rates in 10^-12, settled at their times. */
export function createFundingFeed(
  instrument: number,
  rates: Iterable<Readonly<{ timeMs: Millis; rateE12: number }>>,
): Feed {
  return feedOf(rates, (rate) => [{ type: "settle_funding", instrument, ...rate }]);
}
