import type { Row } from "../fields.ts";

/** `GET /public/instruments`, `GET /account/instruments`, channel `instruments`. */
export const instrumentFields = {
  instType: "=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  instId: "id",
  instFamily: "?text",
  uly: "text",
  category: "text",
  baseCcy: "text",
  quoteCcy: "text",
  settleCcy: "text",
  ctVal: "decimal~",
  ctMult: "decimal~",
  ctValCcy: "text",
  ctType: "=linear|inverse|",
  optType: "=C|P|",
  stk: "decimal~",
  listTime: "ms~",
  expTime: "ms~",
  lever: "decimal~",
  tickSz: "decimal",
  lotSz: "decimal",
  minSz: "decimal",
  alias: "text",
  state: "id",
  ruleType: "?text",
  auctionEndTime: "?ms~",
  contTdSwTime: "?ms~",
  openType: "?text",
  maxLmtSz: "decimal~",
  maxMktSz: "decimal~",
  maxTwapSz: "decimal~",
  maxIcebergSz: "decimal~",
  maxTriggerSz: "decimal~",
  maxStopSz: "decimal~",
  maxLmtAmt: "?decimal~",
  maxMktAmt: "?decimal~",
  futureSettlement: "?bool",
  instIdCode: "?number",
  posLmtAmt: "?decimal~",
  posLmtPct: "?decimal~",
  maxPlatOILmt: "?decimal~",
  tradeQuoteCcyList: "?texts",
} as const;
export type InstrumentRow = Row<typeof instrumentFields>;

/** `GET /public/position-tiers`. */
export const positionTierFields = {
  uly: "text",
  instFamily: "text",
  instId: "text",
  tier: "whole",
  minSz: "decimal",
  maxSz: "decimal",
  mmr: "decimal",
  imr: "decimal",
  maxLever: "decimal",
  optMgnFactor: "decimal~",
  quoteMaxLoan: "decimal~",
  baseMaxLoan: "decimal~",
} as const;
export type PositionTierRow = Row<typeof positionTierFields>;

/** `GET /public/price-limit`, channel `price-limit`. */
export const priceLimitFields = {
  instType: "?text",
  instId: "id",
  buyLmt: "decimal~",
  sellLmt: "decimal~",
  ts: "ms",
  enabled: "?bool",
} as const;
export type PriceLimitRow = Row<typeof priceLimitFields>;
