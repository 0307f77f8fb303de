import type * as Okx from "#okx";
import type {
  AccountConfig,
  AlgoRow,
  Balance,
  BillRow,
  FeeRates,
  FillRow,
  LeverageRow,
  OrderRow,
  Position,
  PositionSide,
} from "../port.ts";
import { orNull } from "./market-rows.ts";

/**
 * Rows of our account in the words of the port. `demo`: that the venue accepted the key in the demo
 * environment (or outside it) is the proof of where the account is.
 */
export function accountConfigOf(row: Okx.AccountConfigRow, demo: boolean): AccountConfig {
  return {
    uid: row.uid,
    posMode: row.posMode,
    acctLv: row.acctLv,
    acctStpMode: row.acctStpMode ?? "unknown",
    permissions: (row.perm ?? "").split(",").filter((each) => each !== ""),
    demo,
  };
}

export function balanceOf(row: Okx.BalanceRow, detail: Okx.BalanceDetailRow): Balance {
  const { ccy, eq, cashBal, availEq } = detail;
  return { ccy, eq, cashBal, availEq, totalEqUsd: row.totalEq };
}

/** Null for rows that are no position of a contract. */
export function positionOf(row: Okx.PositionRow): Position | null {
  if (row.mgnMode !== "cross" && row.mgnMode !== "isolated") return null;
  const { instId, posSide, pos, avgPx, markPx, upl, lever, posId } = row;
  const amounts = { pos, avgPx, markPx, upl, lever, liqPx: orNull(row.liqPx) };
  return { instId, posSide, marginMode: row.mgnMode, ...amounts, posId };
}

export function leverageOf(row: Okx.LeverageInfoRow): LeverageRow {
  const { instId, mgnMode, posSide, lever } = row;
  return { instId, marginMode: mgnMode, posSide: sideOf(posSide), lever };
}

/** Contracts settled in USDT have rates of their own. As OKX writes them: negative is a fee. */
export function feeRatesOf(instId: string, row: Okx.TradeFeeRow): FeeRates {
  const isUsdtContract = instId.split("-").length > 2 && instId.split("-")[1] === "USDT";
  const maker = isUsdtContract ? (orNull(row.makerU) ?? row.maker) : row.maker;
  const taker = isUsdtContract ? (orNull(row.takerU) ?? row.taker) : row.taker;
  return { maker, taker };
}

export function orderOf(row: Okx.OrderRow): OrderRow {
  return {
    instId: row.instId,
    ordId: row.ordId,
    clOrdId: orNull(row.clOrdId),
    tdMode: row.tdMode,
    side: row.side,
    posSide: sideOf(row.posSide),
    ordType: row.ordType,
    sz: row.sz,
    px: orNull(row.px),
    fillSz: orNull(row.fillSz) ?? "0",
    accFillSz: orNull(row.accFillSz) ?? "0",
    avgPx: orNull(row.avgPx),
    state: row.state,
    fee: orNull(row.fee) ?? "0",
    feeCcy: row.feeCcy,
    reduceOnly: row.reduceOnly === "true",
    stpMode: orNull(row.stpMode),
    cancelSource: orNull(row.cancelSource),
    createdMs: Number(row.cTime),
    updatedMs: Number(row.uTime),
  };
}

export function fillOf(row: Okx.FillRow): FillRow {
  return {
    instId: row.instId,
    ordId: row.ordId,
    clOrdId: orNull(row.clOrdId),
    tradeId: row.tradeId,
    billId: row.billId,
    side: row.side,
    posSide: sideOf(row.posSide),
    fillPx: row.fillPx,
    fillSz: row.fillSz,
    fee: orNull(row.fee) ?? "0",
    feeCcy: row.feeCcy,
    execType: row.execType === "M" ? "maker" : "taker",
    filledMs: Number(orNull(row.fillTime) ?? row.ts),
  };
}

export function billOf(row: Okx.BillRow): BillRow {
  return {
    billId: row.billId,
    ordId: orNull(row.ordId),
    tradeId: orNull(row.tradeId),
    clOrdId: orNull(row.clOrdId),
    instId: orNull(row.instId),
    type: row.type,
    subType: row.subType,
    ccy: row.ccy,
    balChg: row.balChg,
    bal: row.bal,
    fee: orNull(row.fee) ?? "0",
    pnl: orNull(row.pnl) ?? "0",
    billedMs: Number(row.ts),
  };
}

export function algoOf(row: Okx.AlgoRow): AlgoRow {
  return { instId: row.instId, algoId: row.algoId, ordType: row.ordType, state: row.state };
}

function sideOf(posSide: PositionSide | "" | undefined): PositionSide {
  return posSide === undefined || posSide === "" ? "net" : posSide;
}
