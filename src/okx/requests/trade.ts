import type { Row } from "../fields.ts";

/**
 * `POST /trade/order`, each entry of `/trade/batch-orders`, op `order`. `px` for every type but
 * market; `posSide` is required in long_short_mode; `tgtCcy` says what `sz` counts in a spot market
 * order (quote_ccy when absent and buying).
 */
export const placeOrderFields = {
  instId: "id",
  tdMode: "=cross|isolated|cash|spot_isolated",
  ccy: "?text",
  clOrdId: "?text",
  tag: "?text",
  side: "=buy|sell",
  posSide: "?=long|short|net",
  ordType: "=market|limit|post_only|fok|ioc|optimal_limit_ioc|mmp|mmp_and_post_only|elp",
  sz: "decimal",
  px: "?decimal",
  pxUsd: "?decimal",
  pxVol: "?decimal",
  reduceOnly: "?truth",
  tgtCcy: "?=base_ccy|quote_ccy",
  banAmend: "?truth",
  pxAmendType: "?=0|1",
  tradeQuoteCcy: "?text",
  stpId: "?text",
  stpMode: "?=cancel_maker|cancel_taker|cancel_both",
  quickMgnType: "?text",
  attachAlgoOrds: {
    optional: true,
    rows: {
      attachAlgoClOrdId: "?text",
      tpTriggerPx: "?decimal",
      tpOrdPx: "?decimal",
      tpOrdKind: "?=condition|limit",
      tpTriggerPxType: "?=last|index|mark",
      slTriggerPx: "?decimal",
      slOrdPx: "?decimal",
      slTriggerPxType: "?=last|index|mark",
      sz: "?decimal",
      amendPxOnTriggerType: "?=0|1",
    },
  },
} as const;
export type PlaceOrder = Row<typeof placeOrderFields>;

/** One of the two ids is required; `ordId` wins. Also the query of `GET /trade/order`. */
export const orderKeyFields = { instId: "id", ordId: "?text", clOrdId: "?text" } as const;
export type OrderKeyRequest = Row<typeof orderKeyFields>;

/** `newSz` includes what has been filled. At least one of the two changes is required. */
export const amendOrderFields = {
  instId: "id",
  cxlOnFail: "?truth",
  ordId: "?text",
  clOrdId: "?text",
  reqId: "?text",
  newSz: "?decimal",
  newPx: "?decimal",
  newPxUsd: "?decimal",
  newPxVol: "?decimal",
  pxAmendType: "?=0|1",
  attachAlgoOrds: "?list",
} as const;
export type AmendOrder = Row<typeof amendOrderFields>;

export const closePositionFields = {
  instId: "id",
  posSide: "?=long|short|net",
  mgnMode: "=cross|isolated",
  ccy: "?text",
  autoCxl: "?truth",
  clOrdId: "?text",
  tag: "?text",
} as const;
export type ClosePosition = Row<typeof closePositionFields>;

/** The cursors are order ids. */
export const pendingOrdersQueryFields = {
  instType: "?=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
  ordType: "?text",
  state: "?=live|partially_filled",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type PendingOrdersQuery = Row<typeof pendingOrdersQueryFields>;

/** The cursors are order ids; `begin` and `end` are creation times, both inclusive. */
export const ordersHistoryQueryFields = {
  instType: "=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
  ordType: "?text",
  state: "?=canceled|filled|mmp_canceled",
  category: "?text",
  after: "?whole",
  before: "?whole",
  begin: "?whole",
  end: "?whole",
  limit: "?whole",
} as const;
export type OrdersHistoryQuery = Row<typeof ordersHistoryQueryFields>;

/** The cursors are bill ids; `begin` and `end` are times, both inclusive. */
export const fillsQueryFields = {
  instType: "?=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
  ordId: "?text",
  subType: "?text",
  after: "?whole",
  before: "?whole",
  begin: "?whole",
  end: "?whole",
  limit: "?whole",
} as const;
export type FillsQuery = Row<typeof fillsQueryFields>;

export const fillsHistoryQueryFields = {
  instType: "=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  uly: "?text",
  instFamily: "?text",
  instId: "?text",
  ordId: "?text",
  subType: "?text",
  after: "?whole",
  before: "?whole",
  begin: "?whole",
  end: "?whole",
  limit: "?whole",
} as const;
export type FillsHistoryQuery = Row<typeof fillsHistoryQueryFields>;

/** "0" switches the timer off, else 10 to 120 seconds. */
export const cancelAllAfterFields = { timeOut: "whole", tag: "?text" } as const;
export type CancelAllAfter = Row<typeof cancelAllAfterFields>;
