import type { Row } from "../fields.ts";

/**
 * An order as the queries give it (`GET /trade/order`, `orders-pending`, `orders-history`,
 * `orders-history-archive`). `sz` is in contracts, or in `tgtCcy` for spot; `fee` is negative when
 * paid; `fillPx`, `fillSz`, `fillTime`, `tradeId` tell of the last fill only. Newest first.
 */
export const orderFields = {
  instType: "text",
  instId: "id",
  tgtCcy: "text",
  ccy: "text",
  ordId: "id",
  clOrdId: "text",
  tag: "text",
  px: "decimal~",
  pxUsd: "?decimal~",
  pxVol: "?decimal~",
  pxType: "?text",
  sz: "decimal",
  pnl: "decimal~",
  ordType: "id",
  side: "=buy|sell",
  posSide: "=long|short|net|",
  tdMode: "id",
  accFillSz: "decimal~",
  fillPx: "decimal~",
  tradeId: "text",
  fillSz: "decimal~",
  fillTime: "whole~",
  avgPx: "decimal~",
  state: "=live|partially_filled|filled|canceled|mmp_canceled",
  stpId: "?text",
  stpMode: "?text",
  lever: "decimal~",
  attachAlgoClOrdId: "?text",
  tpTriggerPx: "decimal~",
  tpTriggerPxType: "text",
  tpOrdPx: "decimal~",
  slTriggerPx: "decimal~",
  slTriggerPxType: "text",
  slOrdPx: "decimal~",
  attachAlgoOrds: "?list",
  linkedAlgoOrd: "?record",
  feeCcy: "text",
  fee: "decimal~",
  rebateCcy: "text",
  rebate: "decimal~",
  source: "text",
  category: "text",
  reduceOnly: "flag",
  isTpLimit: "?flag",
  cancelSource: "?text",
  cancelSourceReason: "?text",
  quickMgnType: "?text",
  algoClOrdId: "?text",
  algoId: "?text",
  tradeQuoteCcy: "?text",
  uTime: "ms",
  cTime: "ms",
} as const;
export type OrderRow = Row<typeof orderFields>;

/** Channel `orders`: the order after each change, with the fill that caused it. */
export const orderUpdateFields = {
  instType: "text",
  instId: "id",
  tgtCcy: "text",
  ccy: "text",
  ordId: "id",
  clOrdId: "text",
  tag: "text",
  px: "decimal~",
  pxUsd: "?decimal~",
  pxVol: "?decimal~",
  pxType: "?text",
  sz: "decimal",
  notionalUsd: "?decimal~",
  ordType: "id",
  side: "=buy|sell",
  posSide: "=long|short|net|",
  tdMode: "id",
  fillPx: "decimal~",
  tradeId: "text",
  fillSz: "decimal~",
  fillPnl: "?decimal~",
  fillTime: "whole~",
  fillFee: "?decimal~",
  fillFeeCcy: "?text",
  fillPxVol: "?decimal~",
  fillPxUsd: "?decimal~",
  fillMarkVol: "?decimal~",
  fillFwdPx: "?decimal~",
  fillMarkPx: "?decimal~",
  fillIdxPx: "?decimal~",
  fillNotionalUsd: "?decimal~",
  execType: "=T|M|",
  accFillSz: "decimal~",
  avgPx: "decimal~",
  state: "=live|partially_filled|filled|canceled|mmp_canceled",
  stpId: "?text",
  stpMode: "?text",
  lever: "decimal~",
  attachAlgoClOrdId: "?text",
  tpTriggerPx: "decimal~",
  tpTriggerPxType: "text",
  tpOrdPx: "decimal~",
  slTriggerPx: "decimal~",
  slTriggerPxType: "text",
  slOrdPx: "decimal~",
  attachAlgoOrds: "?list",
  linkedAlgoOrd: "?record",
  feeCcy: "text",
  fee: "decimal~",
  rebateCcy: "text",
  rebate: "decimal~",
  pnl: "decimal~",
  source: "text",
  cancelSource: "text",
  cancelSourceReason: "?text",
  amendSource: "?text",
  category: "text",
  reduceOnly: "flag",
  isTpLimit: "?flag",
  quickMgnType: "?text",
  algoClOrdId: "?text",
  algoId: "?text",
  reqId: "?text",
  amendResult: "?text",
  lastPx: "?decimal~",
  code: "?text",
  msg: "?text",
  tradeQuoteCcy: "?text",
  uTime: "ms",
  cTime: "ms",
} as const;
export type OrderUpdateRow = Row<typeof orderUpdateFields>;

/**
 * What place, cancel and amend answer for each order. `sCode` "0" says that the venue took the
 * request, nothing about a fill; `ts` is when the gateway did.
 */
export const orderAckFields = {
  ordId: "text",
  clOrdId: "text",
  tag: "?text",
  reqId: "?text",
  ts: "?ms",
  sCode: "whole",
  sMsg: "text",
  subCode: "?text",
} as const;
export type OrderAckRow = Row<typeof orderAckFields>;

/** `POST /trade/close-position`. */
export const closeAckFields = {
  instId: "id",
  posSide: "=long|short|net",
  clOrdId: "text",
  tag: "text",
} as const;
export type CloseAckRow = Row<typeof closeAckFields>;

/** `POST /trade/cancel-all-after`: `triggerTime` is "0" when the timer was switched off. */
export const cancelAfterFields = { triggerTime: "whole", tag: "?text", ts: "whole" } as const;
export type CancelAfterRow = Row<typeof cancelAfterFields>;

/** `GET /trade/account-rate-limit`. */
export const accountRateLimitFields = {
  fillRatio: "decimal~",
  mainFillRatio: "decimal~",
  accRateLimit: "decimal~",
  nextAccRateLimit: "decimal~",
  ts: "ms",
} as const;
export type AccountRateLimitRow = Row<typeof accountRateLimitFields>;
