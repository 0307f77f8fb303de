import type { Row } from "../fields.ts";

/**
 * `GET /trade/fills` (three days), `/trade/fills-history` (three months). One row per trade of an
 * order; `fee` negative when paid. Newest first, paged by `billId`.
 */
export const fillFields = {
  instType: "text",
  instId: "id",
  tradeId: "id",
  ordId: "id",
  clOrdId: "text",
  billId: "id",
  subType: "?whole",
  tag: "?text",
  fillPx: "decimal",
  fillSz: "decimal",
  fillIdxPx: "?decimal~",
  fillPnl: "?decimal~",
  fillPxVol: "?decimal~",
  fillPxUsd: "?decimal~",
  fillMarkVol: "?decimal~",
  fillFwdPx: "?decimal~",
  fillMarkPx: "?decimal~",
  side: "=buy|sell",
  posSide: "?=long|short|net|",
  execType: "=T|M|",
  feeCcy: "text",
  fee: "decimal~",
  feeRate: "?decimal~",
  tradeQuoteCcy: "?text",
  ts: "ms",
  fillTime: "?ms~",
} as const;
export type FillRow = Row<typeof fillFields>;

/** Channel `fills`: one message per trade, without fee. */
export const fillUpdateFields = {
  instId: "id",
  fillSz: "decimal",
  fillPx: "decimal",
  side: "=buy|sell",
  ts: "ms",
  ordId: "id",
  clOrdId: "?text",
  tradeId: "id",
  execType: "=T|M|",
  count: "whole",
} as const;
export type FillUpdateRow = Row<typeof fillUpdateFields>;
