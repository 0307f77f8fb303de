import type { Row } from "../fields.ts";

export const noQueryFields = {} as const;
export type NoQuery = Row<typeof noQueryFields>;

export const instrumentsQueryFields = {
  instType: "=SPOT|MARGIN|SWAP|FUTURES|OPTION|EVENTS",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
} as const;
export type InstrumentsQuery = Row<typeof instrumentsQueryFields>;

export const tickersQueryFields = {
  instType: "=SPOT|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
} as const;
export type TickersQuery = Row<typeof tickersQueryFields>;

export const instIdQueryFields = { instId: "id" } as const;
export type InstIdQuery = Row<typeof instIdQueryFields>;

/** `sz`: levels of each side, at most 400; 1 when absent. */
export const booksQueryFields = { instId: "id", sz: "?whole" } as const;
export type BooksQuery = Row<typeof booksQueryFields>;

/** `bar` 1m when absent. `after` and `before` are times: rows older or newer than that. */
export const candlesQueryFields = {
  instId: "id",
  bar: "?id",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type CandlesQuery = Row<typeof candlesQueryFields>;

export const tradesQueryFields = { instId: "id", limit: "?whole" } as const;
export type TradesQuery = Row<typeof tradesQueryFields>;

/** `type` 1 (when absent): the cursors are trade ids; 2: times. */
export const historyTradesQueryFields = {
  instId: "id",
  type: "?=1|2",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type HistoryTradesQuery = Row<typeof historyTradesQueryFields>;

export const markPriceQueryFields = {
  instType: "=MARGIN|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
} as const;
export type MarkPriceQuery = Row<typeof markPriceQueryFields>;

/** One of the two is required. */
export const indexTickersQueryFields = { quoteCcy: "?text", instId: "?text" } as const;
export type IndexTickersQuery = Row<typeof indexTickersQueryFields>;

/** The cursors are funding times. */
export const fundingHistoryQueryFields = {
  instId: "id",
  before: "?whole",
  after: "?whole",
  limit: "?whole",
} as const;
export type FundingHistoryQuery = Row<typeof fundingHistoryQueryFields>;

export const openInterestQueryFields = {
  instType: "=SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
} as const;
export type OpenInterestQuery = Row<typeof openInterestQueryFields>;

export const positionTiersQueryFields = {
  instType: "=MARGIN|SWAP|FUTURES|OPTION",
  tdMode: "=cross|isolated",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
  ccy: "?text",
  tier: "?whole",
} as const;
export type PositionTiersQuery = Row<typeof positionTiersQueryFields>;

export const statusQueryFields = {
  state: "?=scheduled|ongoing|pre_open|completed|canceled",
} as const;
export type StatusQuery = Row<typeof statusQueryFields>;
