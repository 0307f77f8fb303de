import { isRecord, listOf } from "../compare/read-path.ts";
import { fieldPlans, type RowTable } from "./row-table.ts";

const one = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value]);
const all = (data: readonly unknown[]): readonly unknown[] => data;

const listed = { live: [true], suspend: [false], preopen: [false] } as const;
const prices = "E1-E6 E8-E11";

export const instrumentTable: RowTable = {
  okxRows: all,
  ccxtRows: (value, symbol) => one(isRecord(value) ? value[symbol] : undefined),
  key: { okx: "instId", ccxt: "id" },
  fields: fieldPlans([
    ["instId", "instId", "id", "id"],
    ["state", "state", "active", "word", "", listed],
    ["tickSz", "tickSz", "precision.price", "decimal", prices],
    ["lotSz", "lotSz", "precision.amount", "decimal", "I1 M3"],
    ["minSz", "minSz", "limits.amount.min", "decimal", "I1 M3"],
    ["ctVal", "ctVal", "contractSize", "decimal", "I1 M3 M8 M9"],
    ["settleCcy", "settleCcy", "settle", "word"],
    ["maxLever", "lever", "limits.leverage.max", "decimal", "I1"],
    ["maxLimitSz", "maxLmtSz", "limits.amount.max", "decimal"],
    ["maxMarketSz", "maxMktSz", null, "decimal"],
    ["maxLimitUsd", "maxLmtAmt", null, "decimal"],
    ["ruleType", "ruleType", null, "word"],
    ["listedMs", "listTime", "created", "time"],
  ]),
};

export const tickerTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["last", "last", "last", "decimal", "E1"],
    ["lastSz", "lastSz", null, "decimal"],
    ["bidPx", "bidPx", "bid", "decimal", "M5"],
    ["bidSz", "bidSz", "bidVolume", "decimal", "M3"],
    ["askPx", "askPx", "ask", "decimal", "M5"],
    ["askSz", "askSz", "askVolume", "decimal", "M3"],
    ["open24h", "open24h", "open", "decimal"],
    ["high24h", "high24h", "high", "decimal"],
    ["low24h", "low24h", "low", "decimal"],
    ["baseVolume24h", "volCcy24h", "baseVolume", "decimal", "E7 M3"],
    ["contracts24h", "vol24h", null, "decimal", "E7 M3"],
    ["tsMs", "ts", "timestamp", "time"],
  ]),
};

/** Both sides, level by level, in one row. */
export const bookTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["bidPx", "bids.0.0", "bids.0.0", "decimal", "M5 M6"],
    ["bidSz", "bids.0.1", "bids.0.1", "decimal", "M3 M6"],
    ["bidOrders", "bids.0.3", "bids.0.3", "decimal"],
    ["askPx", "asks.0.0", "asks.0.0", "decimal", "M5 M6"],
    ["askSz", "asks.0.1", "asks.0.1", "decimal", "M3 M6"],
    ["seqId", "seqId", "nonce", "id"],
    ["tsMs", "ts", "timestamp", "time"],
  ]),
};

export const candleTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "0", ccxt: "0" },
  fields: fieldPlans([
    ["tsMs", "0", "0", "time", "E1-E11"],
    ["open", "1", "1", "decimal", prices],
    ["high", "2", "2", "decimal", prices],
    ["low", "3", "3", "decimal", prices],
    ["close", "4", "4", "decimal", prices],
    ["volume", "5", null, "decimal", "E7 M3"],
    ["baseVolume", "6", "5", "decimal", "E7 M3"],
    ["closed", "8", null, "word", "E1-E11"],
  ]),
};

export const markTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["px", "markPx", "markPrice", "decimal", "M9 M11"],
    ["tsMs", "ts", "timestamp", "time"],
  ]),
};

export const fundingTable: RowTable = {
  okxRows: all,
  ccxtRows: one,
  key: null,
  fields: fieldPlans([
    ["rate", "fundingRate", "fundingRate", "decimal", "E12"],
    ["fundingMs", "fundingTime", "fundingTimestamp", "time", "E12"],
    ["nextFundingMs", "nextFundingTime", "nextFundingTimestamp", "time"],
    ["interestRate", "interestRate", "interestRate", "decimal"],
    ["settledRate", "settFundingRate", null, "decimal", "E12"],
    ["settState", "settState", null, "word", "E12"],
    ["tsMs", "ts", "timestamp", "time"],
  ]),
};

export const fundingHistoryTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "fundingTime", ccxt: "timestamp" },
  fields: fieldPlans([
    ["fundingMs", "fundingTime", "timestamp", "time", "E12"],
    ["realizedRate", "realizedRate", "fundingRate", "decimal", "E12"],
    ["forecastRate", "fundingRate", null, "decimal"],
  ]),
};

export const tradeTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "tradeId", ccxt: "id" },
  fields: fieldPlans([
    ["tradeId", "tradeId", "id", "id"],
    ["px", "px", "price", "decimal"],
    ["sz", "sz", "amount", "decimal"],
    ["side", "side", "side", "word"],
    ["tsMs", "ts", "timestamp", "time"],
    ["source", "source", null, "word"],
  ]),
};

export const timeTable: RowTable = {
  okxRows: all,
  ccxtRows: (value) => [[value]],
  key: null,
  fields: fieldPlans([["tsMs", "ts", "0", "time", "E1-E12"]]),
};
