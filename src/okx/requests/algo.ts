import type { Row } from "../fields.ts";

/** `POST /trade/order-algo`. An order price of "-1" sends a market order at the trigger. */
export const placeAlgoFields = {
  instId: "id",
  tdMode: "=cross|isolated|cash|spot_isolated",
  ccy: "?text",
  side: "=buy|sell",
  posSide: "?=long|short|net",
  ordType: "=conditional|oco|trigger|move_order_stop|twap|chase|iceberg",
  sz: "?decimal",
  tag: "?text",
  tgtCcy: "?=base_ccy|quote_ccy",
  algoClOrdId: "?text",
  closeFraction: "?decimal",
  tpTriggerPx: "?decimal",
  tpTriggerPxType: "?=last|index|mark",
  tpOrdPx: "?decimal",
  tpOrdKind: "?=condition|limit",
  slTriggerPx: "?decimal",
  slTriggerPxType: "?=last|index|mark",
  slOrdPx: "?decimal",
  cxlOnClosePos: "?truth",
  reduceOnly: "?truth",
  quickMgnType: "?text",
  triggerPx: "?decimal",
  orderPx: "?decimal",
  triggerPxType: "?=last|index|mark",
  callbackRatio: "?decimal",
  callbackSpread: "?decimal",
  activePx: "?decimal",
  attachAlgoOrds: "?list",
  tradeQuoteCcy: "?text",
} as const;
export type PlaceAlgo = Row<typeof placeAlgoFields>;

/** Entries of `POST /trade/cancel-algos`. */
export const cancelAlgoFields = { instId: "id", algoId: "?text", algoClOrdId: "?text" } as const;
export type CancelAlgo = Row<typeof cancelAlgoFields>;

export const amendAlgoFields = {
  instId: "id",
  algoId: "?text",
  algoClOrdId: "?text",
  cxlOnFail: "?truth",
  reqId: "?text",
  newSz: "?decimal",
  newTpTriggerPx: "?decimal",
  newTpOrdPx: "?decimal",
  newTpTriggerPxType: "?=last|index|mark",
  newSlTriggerPx: "?decimal",
  newSlOrdPx: "?decimal",
  newSlTriggerPxType: "?=last|index|mark",
  newTriggerPx: "?decimal",
  newOrdPx: "?decimal",
  newTriggerPxType: "?=last|index|mark",
} as const;
export type AmendAlgo = Row<typeof amendAlgoFields>;

export const algoQueryFields = { algoId: "?text", algoClOrdId: "?text" } as const;
export type AlgoQuery = Row<typeof algoQueryFields>;

/** `ordType` may name conditional and oco together, with a comma. The cursors are algo ids. */
export const pendingAlgosQueryFields = {
  ordType: "id",
  algoId: "?text",
  algoClOrdId: "?text",
  instType: "?=SPOT|MARGIN|SWAP|FUTURES",
  instId: "?text",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type PendingAlgosQuery = Row<typeof pendingAlgosQueryFields>;

/** One of `state` and `algoId` is required. */
export const algosHistoryQueryFields = {
  ordType: "id",
  state: "?=effective|canceled|order_failed",
  algoId: "?text",
  instType: "?=SPOT|MARGIN|SWAP|FUTURES",
  instId: "?text",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type AlgosHistoryQuery = Row<typeof algosHistoryQueryFields>;
