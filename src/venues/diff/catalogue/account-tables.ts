import { isRecord, listOf } from "../compare/read-path.ts";
import { fieldPlans, type RowTable } from "./row-table.ts";

const one = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value]);
const all = (data: readonly unknown[]): readonly unknown[] => data;
const equity = "I1 M3 M8 M11 C3";
const billWords = { 1: ["transfer"], 2: ["trade"], 8: ["fee"] } as const;
const sideWords = { net: ["long", "short"] } as const;
const position = "I1 I2 M8-M11 C1 C2";

export const configTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "uid", ccxt: "id" },
  fields: fieldPlans([
    ["uid", "uid", "id", "id"],
    ["acctLv", "acctLv", "type", "word"],
    ["posMode", "posMode", null, "word", "I2"],
    ["acctStpMode", "acctStpMode", null, "word"],
    ["permissions", "perm", null, "word"],
  ]),
};

/** The USDT of the account. */
export const balanceTable: RowTable = {
  okxRows: (data) =>
    data.flatMap((row) =>
      listOf(isRecord(row) ? row["details"] : undefined).filter(
        (detail) => isRecord(detail) && detail["ccy"] === "USDT",
      ),
    ),
  ccxtRows: (value) => one(isRecord(value) ? value["USDT"] : undefined),
  key: null,
  fields: fieldPlans([
    ["eq", "eq", "total", "decimal", equity],
    ["availEq", "availEq", "free", "decimal", equity],
    ["frozen", "frozenBal", "used", "decimal", equity],
    ["cashBal", "cashBal", null, "decimal", equity],
    ["upl", "upl", null, "decimal", "M11 C3"],
    ["maintenance", "mmr", null, "decimal", "M8 M9"],
    ["updatedMs", "uTime", null, "time"],
  ]),
};

export const positionTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "posId", ccxt: "id" },
  fields: fieldPlans([
    ["posId", "posId", "id", "id"],
    ["pos", "pos", "contracts", "decimal", position],
    ["posSide", "posSide", "side", "word", "I2 C2", sideWords],
    ["marginMode", "mgnMode", "marginMode", "word"],
    ["avgPx", "avgPx", "entryPrice", "decimal", "M11"],
    ["markPx", "markPx", "markPrice", "decimal", "M9 M11"],
    ["last", "last", "lastPrice", "decimal"],
    ["upl", "upl", "unrealizedPnl", "decimal", "M11 C3"],
    ["uplRatio", "uplRatio", "percentage", "decimal"],
    ["realizedPnl", "realizedPnl", "realizedPnl", "decimal", "C3"],
    ["lever", "lever", "leverage", "decimal", "I1 M8"],
    ["liqPx", "liqPx", "liquidationPrice", "decimal", "M9"],
    ["imr", "imr", "initialMargin", "decimal"],
    ["mmr", "mmr", "maintenanceMargin", "decimal", "M9"],
    ["marginRatio", "mgnRatio", "marginRatio", "decimal", "M9"],
    ["notionalUsd", "notionalUsd", "notional", "decimal", "I1"],
    ["fee", "fee", null, "decimal", "M7"],
    ["fundingFee", "fundingFee", null, "decimal", "E12"],
    ["liqPenalty", "liqPenalty", null, "decimal", "M9"],
    ["openedMs", "cTime", "timestamp", "time", "I3"],
    ["updatedMs", "uTime", "lastUpdateTimestamp", "time"],
  ]),
};

export const leverageTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["lever", "lever", "longLeverage", "decimal", "I1 M8"],
    ["marginMode", "mgnMode", "marginMode", "word"],
    ["posSide", "posSide", null, "word"],
  ]),
};

/** ccxt hands the answer of OKX on as it came. */
export const setLeverageTable: RowTable = {
  okxRows: all,
  ccxtRows: (value) => listOf(isRecord(value) ? value["data"] : undefined),
  key: null,
  fields: fieldPlans([
    ["lever", "lever", "lever", "decimal", "I1 M8"],
    ["marginMode", "mgnMode", "mgnMode", "word"],
    ["posSide", "posSide", "posSide", "word"],
  ]),
};

export const feeTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["maker", "makerU", "maker", "decimal", "M7"],
    ["taker", "takerU", "taker", "decimal", "M4 M7"],
    ["level", "level", null, "word"],
  ]),
};

export const billTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "billId", ccxt: "id" },
  fields: fieldPlans([
    ["billId", "billId", "id", "id"],
    ["type", "type", "type", "word", "", billWords],
    ["subType", "subType", null, "word"],
    ["ccy", "ccy", "currency", "word"],
    ["balChg", "balChg", "amount", "decimal", equity],
    ["bal", "bal", "after", "decimal", equity],
    ["fee", "fee", "fee.cost", "decimal", "M7"],
    ["pnl", "pnl", null, "decimal", "M11 C3"],
    ["ordId", "ordId", "referenceId", "id"],
    ["tradeId", "tradeId", null, "id"],
    ["instId", "instId", null, "id"],
    ["billedMs", "ts", "timestamp", "time"],
  ]),
};
