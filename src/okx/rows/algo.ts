import type { Row } from "../fields.ts";

/**
 * `GET /trade/order-algo`, `orders-algo-pending`, `orders-algo-history`, channel `orders-algo`.
 * `ordType` conditional, oco, trigger or move_order_stop; `state` live, pause, effective,
 * partially_effective, canceled, order_failed, partially_failed; an order price of "-1" is a market
 * order.
 */
export const algoFields = {
  instType: "text",
  instId: "id",
  ordId: "text",
  ordIdList: "?texts",
  ccy: "?text",
  clOrdId: "text",
  algoId: "id",
  algoClOrdId: "text",
  attachAlgoOrds: "?list",
  linkedOrd: "?record",
  sz: "decimal~",
  closeFraction: "?decimal~",
  ordType: "id",
  side: "=buy|sell",
  posSide: "=long|short|net|",
  tdMode: "id",
  tgtCcy: "?text",
  state: "id",
  lever: "?decimal~",
  tpTriggerPx: "?decimal~",
  tpTriggerPxType: "?text",
  tpOrdPx: "?decimal~",
  slTriggerPx: "?decimal~",
  slTriggerPxType: "?text",
  slOrdPx: "?decimal~",
  triggerPx: "?decimal~",
  triggerPxType: "?text",
  ordPx: "?decimal~",
  actualSz: "decimal~",
  actualPx: "decimal~",
  actualSide: "?text",
  notionalUsd: "?decimal~",
  triggerTime: "whole~",
  pxVar: "?decimal~",
  pxSpread: "?decimal~",
  szLimit: "?decimal~",
  pxLimit: "?decimal~",
  timeInterval: "?text",
  activePx: "?decimal~",
  moveTriggerPx: "?decimal~",
  callbackRatio: "?decimal~",
  callbackSpread: "?decimal~",
  tag: "text",
  last: "?decimal~",
  failCode: "?text",
  amendPxOnTriggerType: "?text",
  amendResult: "?text",
  reqId: "?text",
  quickMgnType: "?text",
  reduceOnly: "?flag~",
  tradeQuoteCcy: "?text",
  cTime: "ms",
  uTime: "?ms~",
} as const;
export type AlgoRow = Row<typeof algoFields>;

/** What placing, cancelling and amending an algo order answers. */
export const algoAckFields = {
  algoId: "text",
  algoClOrdId: "?text",
  clOrdId: "?text",
  reqId: "?text",
  tag: "?text",
  sCode: "whole",
  sMsg: "text",
} as const;
export type AlgoAckRow = Row<typeof algoAckFields>;
