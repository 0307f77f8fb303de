import type { Row } from "../fields.ts";

/** `ccy` may name up to 20 currencies, separated by commas. */
export const currencyQueryFields = { ccy: "?text" } as const;
export type CurrencyQuery = Row<typeof currencyQueryFields>;

export const positionsQueryFields = {
  instType: "?=MARGIN|SWAP|FUTURES|OPTION",
  instId: "?text",
  posId: "?text",
} as const;
export type PositionsQuery = Row<typeof positionsQueryFields>;

/** The cursors are update times. */
export const positionsHistoryQueryFields = {
  instType: "?=MARGIN|SWAP|FUTURES|OPTION",
  instId: "?text",
  mgnMode: "?=cross|isolated",
  type: "?whole",
  posId: "?text",
  after: "?whole",
  before: "?whole",
  limit: "?whole",
} as const;
export type PositionsHistoryQuery = Row<typeof positionsHistoryQueryFields>;

/** The cursors are bill ids; `begin` and `end` are times, both inclusive. */
export const billsQueryFields = {
  instType: "?=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  instId: "?text",
  ccy: "?text",
  mgnMode: "?=cross|isolated",
  ctType: "?=linear|inverse",
  type: "?whole",
  subType: "?whole",
  after: "?whole",
  before: "?whole",
  begin: "?whole",
  end: "?whole",
  limit: "?whole",
} as const;
export type BillsQuery = Row<typeof billsQueryFields>;

/** `instId` may name up to 20 instruments, separated by commas. */
export const leverageInfoQueryFields = {
  instId: "?text",
  ccy: "?text",
  mgnMode: "=cross|isolated",
} as const;
export type LeverageInfoQuery = Row<typeof leverageInfoQueryFields>;

/** `posSide` is required for isolated margin in long_short_mode. */
export const setLeverageFields = {
  instId: "?text",
  ccy: "?text",
  lever: "decimal",
  mgnMode: "=cross|isolated",
  posSide: "?=long|short|net",
} as const;
export type SetLeverage = Row<typeof setLeverageFields>;

export const setPositionModeFields = { posMode: "=long_short_mode|net_mode" } as const;
export type SetPositionMode = Row<typeof setPositionModeFields>;

export const tradeFeeQueryFields = {
  instType: "=SPOT|MARGIN|SWAP|FUTURES|OPTION",
  instId: "?text",
  uly: "?text",
  instFamily: "?text",
  groupId: "?text",
  ruleType: "?text",
} as const;
export type TradeFeeQuery = Row<typeof tradeFeeQueryFields>;

/** `instId` may name up to 5 instruments of one type, separated by commas. */
export const maxSizeQueryFields = {
  instId: "id",
  tdMode: "=cross|isolated|cash|spot_isolated",
  ccy: "?text",
  px: "?decimal",
  leverage: "?decimal",
  tradeQuoteCcy: "?text",
} as const;
export type MaxSizeQuery = Row<typeof maxSizeQueryFields>;

export const maxAvailableQueryFields = {
  instId: "id",
  tdMode: "=cross|isolated|cash|spot_isolated",
  ccy: "?text",
  reduceOnly: "?truth",
  px: "?decimal",
  tradeQuoteCcy: "?text",
} as const;
export type MaxAvailableQuery = Row<typeof maxAvailableQueryFields>;
