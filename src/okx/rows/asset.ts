import type { Row } from "../fields.ts";

/** `GET /asset/balances`: the funding account. */
export const assetBalanceFields = {
  ccy: "id",
  bal: "decimal",
  frozenBal: "decimal",
  availBal: "decimal",
} as const;
export type AssetBalanceRow = Row<typeof assetBalanceFields>;

/** `GET /asset/currencies`: one row per currency and chain. */
export const currencyFields = {
  ccy: "id",
  name: "text",
  chain: "text",
  logoLink: "?text",
  mainNet: "bool",
  canDep: "bool",
  canWd: "bool",
  canInternal: "bool",
  needTag: "?bool",
  minDep: "decimal~",
  minDepArrivalConfirm: "whole~",
  minWdUnlockConfirm: "whole~",
  minWd: "decimal~",
  maxWd: "decimal~",
  wdTickSz: "text",
  wdQuota: "decimal~",
  usedWdQuota: "decimal~",
  fee: "?decimal~",
  minFee: "?decimal~",
  maxFee: "?decimal~",
  minFeeForCtAddr: "?decimal~",
  maxFeeForCtAddr: "?decimal~",
  burningFeeRate: "?decimal~",
  ctAddr: "?text",
  depQuotaFixed: "text",
  usedDepQuotaFixed: "text",
  depQuoteDailyLayer2: "text",
} as const;
export type CurrencyRow = Row<typeof currencyFields>;
