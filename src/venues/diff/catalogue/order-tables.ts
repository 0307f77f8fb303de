import { isRecord, listOf } from "../compare/read-path.ts";
import { fieldPlans, type RowTable } from "./row-table.ts";

const all = (data: readonly unknown[]): readonly unknown[] => data;
/** One structure, or a list of them. */
const many = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const stateWords = {
  live: ["open"],
  partially_filled: ["open"],
  filled: ["closed"],
} as const;
const typeWords = { post_only: ["limit"], fok: ["limit"], ioc: ["limit"] } as const;

/** What the venue says when it took an order, a change or a cancellation. */
export const ackTable: RowTable = {
  okxRows: all,
  ccxtRows: many,
  key: { okx: "ordId", ccxt: "id" },
  fields: fieldPlans([
    ["ordId", "ordId", "id", "id"],
    ["clOrdId", "clOrdId", "clientOrderId", "id"],
    ["tag", "tag", null, "id"],
    ["sCode", "sCode", null, "word"],
    ["sMsg", "sMsg", null, "word"],
    ["tsMs", "ts", "timestamp", "time"],
  ]),
};

/** The same for lists: an entry that was refused has no id yet, only our name. */
export const batchTable: RowTable = {
  ...ackTable,
  key: { okx: "clOrdId", ccxt: "clientOrderId" },
};

export const orderTable: RowTable = {
  okxRows: all,
  ccxtRows: many,
  key: { okx: "ordId", ccxt: "id" },
  fields: fieldPlans([
    ["ordId", "ordId", "id", "id"],
    ["clOrdId", "clOrdId", "clientOrderId", "id"],
    ["side", "side", "side", "word", "I2"],
    ["posSide", "posSide", null, "word", "I2"],
    ["tdMode", "tdMode", null, "word"],
    ["ordType", "ordType", "type", "word", "", typeWords],
    ["sz", "sz", "amount", "decimal", "M1"],
    ["px", "px", "price", "decimal"],
    ["accFillSz", "accFillSz", "filled", "decimal", "M1 M2 I1"],
    ["lastFillSz", "fillSz", null, "decimal"],
    ["avgPx", "avgPx", "average", "decimal", "M5 M6 M11"],
    ["state", "state", "status", "word", "M1 M2", stateWords],
    ["fee", "fee", "fee.cost", "decimal", "M7"],
    ["feeCcy", "feeCcy", "fee.currency", "word"],
    ["pnl", "pnl", null, "decimal", "M11"],
    ["lever", "lever", null, "decimal"],
    ["reduceOnly", "reduceOnly", "reduceOnly", "flag"],
    ["stpMode", "stpMode", null, "word"],
    ["cancelSource", "cancelSource", null, "word", "M2"],
    ["tag", "tag", null, "id"],
    ["createdMs", "cTime", "timestamp", "time"],
    ["updatedMs", "uTime", "lastUpdateTimestamp", "time"],
    ["lastFillMs", "fillTime", "lastTradeTimestamp", "time"],
  ]),
};

export const fillTable: RowTable = {
  okxRows: all,
  ccxtRows: listOf,
  key: { okx: "tradeId", ccxt: "id" },
  fields: fieldPlans([
    ["tradeId", "tradeId", "id", "id"],
    ["ordId", "ordId", "order", "id"],
    ["clOrdId", "clOrdId", null, "id"],
    ["billId", "billId", null, "id"],
    ["side", "side", "side", "word", "I2"],
    ["posSide", "posSide", null, "word", "I2"],
    ["fillPx", "fillPx", "price", "decimal", "M5 M6 M11"],
    ["fillSz", "fillSz", "amount", "decimal", "M1 I1"],
    ["fee", "fee", "fee.cost", "decimal", "M7"],
    ["feeCcy", "feeCcy", "fee.currency", "word"],
    ["feeRate", "feeRate", null, "decimal", "M7"],
    ["pnl", "fillPnl", null, "decimal", "M11"],
    ["execType", "execType", "takerOrMaker", "word", "M7", { T: ["taker"], M: ["maker"] }],
    ["filledMs", "fillTime", "timestamp", "time"],
  ]),
};

/** The name of our making is `algoClOrdId`; ccxt calls stop-losses by what triggers them. */
export const algoTable: RowTable = {
  okxRows: all,
  ccxtRows: many,
  key: { okx: "algoId", ccxt: "id" },
  fields: fieldPlans([
    ["algoId", "algoId", "id", "id"],
    ["algoClOrdId", "algoClOrdId", "clientOrderId", "id"],
    ["ordType", "ordType", "type", "word"],
    ["side", "side", "side", "word", "I2"],
    ["sz", "sz", "amount", "decimal", "M1"],
    ["state", "state", "status", "word", "", stateWords],
    ["slTriggerPx", "slTriggerPx", "stopLossPrice", "decimal", "M9"],
    ["slOrdPx", "slOrdPx", null, "decimal"],
    ["reduceOnly", "reduceOnly", "reduceOnly", "flag"],
    ["createdMs", "cTime", "timestamp", "time"],
  ]),
};

export const algoAckTable: RowTable = {
  okxRows: all,
  ccxtRows: many,
  key: { okx: "algoId", ccxt: "id" },
  fields: fieldPlans([
    ["algoId", "algoId", "id", "id"],
    ["algoClOrdId", "algoClOrdId", "clientOrderId", "id"],
    ["sCode", "sCode", null, "word"],
  ]),
};

/** ccxt hands the answer on as it came. */
export const timerTable: RowTable = {
  okxRows: all,
  ccxtRows: (value) => listOf(isRecord(value) ? value["data"] : undefined),
  key: null,
  fields: fieldPlans([
    ["triggerMs", "triggerTime", "triggerTime", "time"],
    ["tag", "tag", "tag", "id"],
  ]),
};
