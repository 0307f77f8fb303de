import type { Row } from "../fields.ts";

/** `GET /account/config`. */
export const accountConfigFields = {
  uid: "id",
  mainUid: "?text",
  acctLv: "=1|2|3|4",
  posMode: "=long_short_mode|net_mode",
  acctStpMode: "?=cancel_maker|cancel_taker|cancel_both",
  autoLoan: "?bool",
  ctIsoMode: "?text",
  mgnIsoMode: "?text",
  greeksType: "?text",
  feeType: "?text",
  level: "?text",
  levelTmp: "?text",
  spotOffsetType: "?text",
  stgyType: "?text",
  label: "?text",
  roleType: "?text",
  traderInsts: "?list",
  spotRoleType: "?text",
  spotTraderInsts: "?list",
  opAuth: "?text",
  kycLv: "?text",
  ip: "?text",
  perm: "?text",
  type: "?text",
  enableSpotBorrow: "?bool",
  spotBorrowAutoRepay: "?bool",
  liquidationGear: "?text",
  discountType: "?text",
  settleCcy: "?text",
  settleCcyList: "?list",
} as const;
export type AccountConfigRow = Row<typeof accountConfigFields>;

/** `GET /account/balance`, channel `account`: one row for the account, one detail per currency. */
export const balanceFields = {
  uTime: "ms~",
  totalEq: "decimal~",
  isoEq: "decimal~",
  adjEq: "decimal~",
  availEq: "?decimal~",
  ordFroz: "decimal~",
  imr: "decimal~",
  mmr: "decimal~",
  borrowFroz: "decimal~",
  mgnRatio: "decimal~",
  notionalUsd: "decimal~",
  notionalUsdForBorrow: "?decimal~",
  notionalUsdForSwap: "?decimal~",
  notionalUsdForFutures: "?decimal~",
  notionalUsdForOption: "?decimal~",
  upl: "decimal~",
  delta: "?decimal~",
  details: {
    rows: {
      ccy: "id",
      eq: "decimal~",
      cashBal: "decimal~",
      uTime: "whole~",
      isoEq: "decimal~",
      availEq: "decimal~",
      disEq: "decimal~",
      fixedBal: "?decimal~",
      availBal: "decimal~",
      frozenBal: "decimal~",
      ordFrozen: "decimal~",
      liab: "?decimal~",
      upl: "decimal~",
      uplLiab: "?decimal~",
      crossLiab: "?decimal~",
      isoLiab: "?decimal~",
      rewardBal: "?decimal~",
      mgnRatio: "?decimal~",
      imr: "?decimal~",
      mmr: "?decimal~",
      interest: "?decimal~",
      twap: "?decimal~",
      maxLoan: "?decimal~",
      eqUsd: "decimal~",
      borrowFroz: "?decimal~",
      notionalLever: "?decimal~",
      stgyEq: "?decimal~",
      isoUpl: "?decimal~",
      spotInUseAmt: "?decimal~",
      clSpotInUseAmt: "?decimal~",
      maxSpotInUseAmt: "?decimal~",
      spotIsoBal: "?decimal~",
      smtSyncEq: "?decimal~",
      spotCopyTradingEq: "?decimal~",
      spotBal: "?decimal~",
      openAvgPx: "?decimal~",
      accAvgPx: "?decimal~",
      spotUpl: "?decimal~",
      spotUplRatio: "?decimal~",
      totalPnl: "?decimal~",
      totalPnlRatio: "?decimal~",
    },
  },
} as const;
export type BalanceRow = Row<typeof balanceFields>;
export type BalanceDetailRow = BalanceRow["details"][number];

/** `GET /account/leverage-info`, `POST /account/set-leverage`. */
export const leverageFields = {
  instId: "text",
  ccy: "?text",
  mgnMode: "=cross|isolated",
  posSide: "=long|short|net|",
  lever: "decimal",
} as const;
export type LeverageInfoRow = Row<typeof leverageFields>;

/** `POST /account/set-position-mode`. */
export const positionModeFields = { posMode: "=long_short_mode|net_mode" } as const;
export type PositionModeRow = Row<typeof positionModeFields>;

/** `GET /account/trade-fee`: negative is a fee, positive a rebate; `*U` is for USDT contracts. */
export const tradeFeeFields = {
  category: "text",
  instType: "text",
  level: "text",
  maker: "decimal~",
  taker: "decimal~",
  makerU: "decimal~",
  takerU: "decimal~",
  makerUSDC: "?decimal~",
  takerUSDC: "?decimal~",
  delivery: "decimal~",
  exercise: "decimal~",
  ruleType: "?text",
  fiat: "?list",
  feeGroup: "?list",
  settle: "?decimal~",
  ts: "ms",
} as const;
export type TradeFeeRow = Row<typeof tradeFeeFields>;

/** `GET /account/max-size`. */
export const maxSizeFields = {
  instId: "id",
  ccy: "text",
  maxBuy: "decimal~",
  maxSell: "decimal~",
} as const;
export type MaxSizeRow = Row<typeof maxSizeFields>;

/** `GET /account/max-avail-size`. */
export const maxAvailableFields = {
  instId: "id",
  availBuy: "decimal~",
  availSell: "decimal~",
} as const;
export type MaxAvailableRow = Row<typeof maxAvailableFields>;
