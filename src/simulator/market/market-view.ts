import type { RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";

/** The last 24 hours of an instrument, and its days; prices in ticks, volume in lots. */
export type DayFigures = Readonly<{
  openTicks: number | null;
  highTicks: number | null;
  lowTicks: number | null;
  volumeLots: number;
  /** Volume in base currency (contracts of a swap counted as coins), decimal text. */
  baseVolume: string;
  /** Open of the day by UTC, and by Hong Kong time. */
  utcOpenTicks: number | null;
  hongKongOpenTicks: number | null;
}>;

/** What is paid at the next funding, and before it. Rates in 10^-12; positive: longs pay. */
export type FundingView = Readonly<{
  rateE12: number;
  dueMs: number;
  nextDueMs: number;
  lastRateE12: number | null;
}>;

export type FundingPaid = Readonly<{ rateE12: number; timeMs: number }>;

/** Which candles, newest first; bounds are exclusive. */
export type CandleQuery = Readonly<{
  bar: string;
  olderThanMs: number | null;
  newerThanMs: number | null;
  limit: number;
}>;

/** What the market around the engine says; the engine itself knows books, trades and marks. */
export type MarketView = Readonly<{
  indexTicks: (listing: Listing) => number | null;
  day: (listing: Listing) => DayFigures;
  /** Null: this venue keeps no candle of that length. */
  candles: (listing: Listing, query: CandleQuery) => readonly RowByEndpoint["candles"][] | null;
  funding: (listing: Listing) => FundingView | null;
  /** Newest first. */
  fundingPaid: (listing: Listing) => readonly FundingPaid[];
}>;
