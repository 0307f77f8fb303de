/** Which member of OKX's answer each field of the port is read from, by endpoint. */
export type EndpointFields = Readonly<{
  operation: string;
  /** E market, I own state, M friction, C colony: what a wrong field would spoil. */
  impact: "E" | "I" | "M" | "C";
  /** Port field and venue field; a number is a place in a row that has no names. */
  fields: readonly (readonly [string, string])[];
}>;

export const fieldsByEndpoint: Readonly<Record<string, EndpointFields>> = {
  "/api/v5/public/time": { operation: "server_time", impact: "E", fields: [["serverMs", "ts"]] },
  "/api/v5/public/instruments": {
    operation: "instrument",
    impact: "M",
    fields: [
      ["tickSz", "tickSz"],
      ["lotSz", "lotSz"],
      ["minSz", "minSz"],
      ["ctVal", "ctVal"],
      ["settleCcy", "settleCcy"],
      ["state", "state"],
    ],
  },
  "/api/v5/market/ticker": {
    operation: "ticker",
    impact: "E",
    fields: [
      ["last", "last"],
      ["bidPx", "bidPx"],
      ["askPx", "askPx"],
      ["tsMs", "ts"],
    ],
  },
  "/api/v5/market/books": {
    operation: "book",
    impact: "M",
    fields: [
      ["bids", "bids"],
      ["asks", "asks"],
      ["tsMs", "ts"],
    ],
  },
  "/api/v5/market/candles": {
    operation: "candles",
    impact: "E",
    fields: [
      ["tsMs", "0"],
      ["open", "1"],
      ["high", "2"],
      ["low", "3"],
      ["close", "4"],
      ["volume", "5"],
      ["closed", "8"],
    ],
  },
  "/api/v5/public/mark-price": {
    operation: "mark_price",
    impact: "E",
    fields: [
      ["px", "markPx"],
      ["tsMs", "ts"],
    ],
  },
  "/api/v5/public/funding-rate": {
    operation: "funding_rate",
    impact: "E",
    fields: [
      ["rate", "fundingRate"],
      ["fundingMs", "fundingTime"],
    ],
  },
  "/api/v5/account/config": {
    operation: "account_config",
    impact: "I",
    fields: [
      ["uid", "uid"],
      ["posMode", "posMode"],
      ["acctLv", "acctLv"],
      ["permissions", "perm"],
    ],
  },
  "/api/v5/account/balance": {
    operation: "balance",
    impact: "I",
    fields: [
      ["eq", "details.eq"],
      ["cashBal", "details.cashBal"],
      ["availEq", "details.availEq"],
      ["totalEqUsd", "totalEq"],
    ],
  },
  "/api/v5/account/positions": {
    operation: "positions",
    impact: "I",
    fields: [
      ["pos", "pos"],
      ["posSide", "posSide"],
      ["avgPx", "avgPx"],
      ["markPx", "markPx"],
      ["upl", "upl"],
    ],
  },
  "/api/v5/trade/order": {
    operation: "order",
    impact: "M",
    fields: [
      ["ordId", "ordId"],
      ["clOrdId", "clOrdId"],
    ],
  },
  "/api/v5/trade/orders-history": {
    operation: "orders_history",
    impact: "M",
    fields: [
      ["ordId", "ordId"],
      ["clOrdId", "clOrdId"],
      ["state", "state"],
      ["accFillSz", "accFillSz"],
      ["avgPx", "avgPx"],
    ],
  },
  "/api/v5/trade/fills-history": {
    operation: "fills",
    impact: "M",
    fields: [
      ["tradeId", "tradeId"],
      ["fillPx", "fillPx"],
      ["fillSz", "fillSz"],
      ["fee", "fee"],
      ["execType", "execType"],
    ],
  },
  "/api/v5/account/bills": {
    operation: "bills",
    impact: "M",
    fields: [
      ["billId", "billId"],
      ["type", "type"],
      ["balChg", "balChg"],
      ["pnl", "pnl"],
      ["fee", "fee"],
    ],
  },
};
