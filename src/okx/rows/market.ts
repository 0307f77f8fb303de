import type { Row } from "../fields.ts";

/** `GET /market/ticker(s)`, channel `tickers`. */
export const tickerFields = {
  instType: "text",
  instId: "id",
  last: "decimal~",
  lastSz: "decimal~",
  askPx: "decimal~",
  askSz: "decimal~",
  bidPx: "decimal~",
  bidSz: "decimal~",
  open24h: "decimal~",
  high24h: "decimal~",
  low24h: "decimal~",
  volCcy24h: "decimal~",
  vol24h: "decimal~",
  sodUtc0: "decimal~",
  sodUtc8: "decimal~",
  ts: "ms",
} as const;
export type TickerRow = Row<typeof tickerFields>;

/** `GET /market/books`: one row; asks ascend, bids descend. */
export const bookFields = { asks: "levels", bids: "levels", ts: "ms" } as const;
export type BookRow = Row<typeof bookFields>;

/**
 * Channels `books`, `books5`, `bbo-tbt`: in an update a size of "0" deletes the level. The first
 * message has prevSeqId -1; recordings before 2023 carry no sequence, books5 and bbo-tbt no sum.
 */
export const bookUpdateFields = {
  asks: "levels",
  bids: "levels",
  ts: "ms",
  checksum: "?number",
  prevSeqId: "?number",
  seqId: "?number",
  instId: "?id",
} as const;
export type BookUpdateRow = Row<typeof bookUpdateFields>;

/**
 * `GET /market/candles`, `/market/history-candles`, channels `candle*`: open time in ms, open,
 * high, low, close, volume (contracts, or base currency for spot), volume in base currency, volume
 * in quote currency, "1" once closed. Newest first.
 */
export const candleColumns = [
  "ms",
  "decimal",
  "decimal",
  "decimal",
  "decimal",
  "decimal",
  "decimal",
  "decimal",
  "=0|1",
] as const;
export type CandleRow = readonly [
  ts: string,
  open: string,
  high: string,
  low: string,
  close: string,
  vol: string,
  volCcy: string,
  volCcyQuote: string,
  confirm: string,
];

/** Candles of the mark price and of indexes have no volume. */
export const priceCandleColumns = [
  "ms",
  "decimal",
  "decimal",
  "decimal",
  "decimal",
  "=0|1",
] as const;
export type PriceCandleRow = readonly [
  ts: string,
  open: string,
  high: string,
  low: string,
  close: string,
  confirm: string,
];

/** `GET /market/trades`, `/market/history-trades`, channel `trades`. `side` is the taker's. */
export const tradeFields = {
  instId: "id",
  tradeId: "id",
  px: "decimal",
  sz: "decimal",
  side: "=buy|sell",
  ts: "ms",
  count: "?whole",
  source: "?text",
  seqId: "?number",
} as const;
export type TradeRow = Row<typeof tradeFields>;

/** `GET /public/mark-price`, channel `mark-price`. */
export const markPriceFields = {
  instType: "text",
  instId: "id",
  markPx: "decimal",
  ts: "ms",
} as const;
export type MarkPriceRow = Row<typeof markPriceFields>;

/** `GET /market/index-tickers`, channel `index-tickers`; `instId` is the index: BTC-USDT. */
export const indexTickerFields = {
  instId: "id",
  idxPx: "decimal",
  high24h: "decimal~",
  low24h: "decimal~",
  open24h: "decimal~",
  sodUtc0: "decimal~",
  sodUtc8: "decimal~",
  ts: "ms",
} as const;
export type IndexTickerRow = Row<typeof indexTickerFields>;

/** `GET /public/funding-rate`, channel `funding-rate`. `fundingTime` is the next payment. */
export const fundingRateFields = {
  instType: "?text",
  instId: "id",
  method: "?text",
  formulaType: "?text",
  fundingRate: "decimal",
  nextFundingRate: "?decimal~",
  fundingTime: "ms",
  nextFundingTime: "ms~",
  minFundingRate: "?decimal~",
  maxFundingRate: "?decimal~",
  interestRate: "?decimal~",
  impactValue: "?decimal~",
  settState: "?text",
  settFundingRate: "?decimal~",
  premium: "?decimal~",
  ts: "ms",
} as const;
export type FundingRateRow = Row<typeof fundingRateFields>;

/** `GET /public/funding-rate-history`: `realizedRate` is what was paid. Newest first. */
export const fundingHistoryFields = {
  instType: "text",
  instId: "id",
  formulaType: "?text",
  fundingRate: "decimal",
  realizedRate: "decimal",
  fundingTime: "ms",
  method: "?text",
} as const;
export type FundingHistoryRow = Row<typeof fundingHistoryFields>;

/** `GET /public/open-interest`, channel `open-interest`. */
export const openInterestFields = {
  instType: "text",
  instId: "id",
  oi: "decimal",
  oiCcy: "decimal",
  oiUsd: "?decimal~",
  ts: "ms",
} as const;
export type OpenInterestRow = Row<typeof openInterestFields>;

/** `GET /public/time`. */
export const timeFields = { ts: "ms" } as const;
export type TimeRow = Row<typeof timeFields>;

/** `GET /system/status`, channel `status`: announced and running maintenance. */
export const statusFields = {
  title: "text",
  state: "=scheduled|ongoing|pre_open|completed|canceled",
  begin: "ms~",
  end: "ms~",
  preOpenBegin: "?ms~",
  href: "text",
  serviceType: "text",
  system: "text",
  scheDesc: "text",
  maintType: "?text",
  env: "?text",
  ts: "?ms",
} as const;
export type StatusRow = Row<typeof statusFields>;
