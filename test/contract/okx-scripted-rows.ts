/** Answers of every endpoint that the port asks, as a venue writes them. */
export const scriptedAnswers: Readonly<Record<string, readonly unknown[]>> = {
  "/api/v5/public/time": [{ ts: "1700000000123" }],
  "/api/v5/public/instruments": [
    {
      ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", uly: "BTC-USDT", category: "1" },
      ...{ baseCcy: "", quoteCcy: "", settleCcy: "USDT", ctVal: "0.01", ctMult: "1" },
      ...{ ctValCcy: "BTC", ctType: "linear", optType: "", stk: "", expTime: "", alias: "" },
      ...{ listTime: "1600000000000", lever: "100", tickSz: "0.1", lotSz: "0.01", minSz: "0.01" },
      ...{ state: "live", maxLmtSz: "100000000", maxMktSz: "12000", maxTwapSz: "100000000" },
      ...{ maxIcebergSz: "100000000", maxTriggerSz: "100000000", maxStopSz: "12000" },
      ...{ instFamily: "BTC-USDT", ruleType: "normal", aFieldOfTomorrow: ["x"] },
    },
  ],
  "/api/v5/market/ticker": [
    {
      ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", last: "30000.1", lastSz: "0.5" },
      ...{ askPx: "30000.2", askSz: "11", bidPx: "30000.10", bidSz: "5.00" },
      ...{ open24h: "29000", high24h: "31000", low24h: "28888.8", volCcy24h: "2222" },
      ...{ vol24h: "222200", sodUtc0: "29000", sodUtc8: "29001", ts: "1700000000123" },
    },
  ],
  "/api/v5/market/books": [
    {
      asks: [
        ["30000.2", "1.50", "0", "3"],
        ["30000.3", "2", "0", "1"],
      ],
      bids: [["30000.1", "0.01", "0", "1"]],
      ts: "1700000000123",
    },
  ],
  "/api/v5/market/candles": [
    ["1700000060000", "2", "4", "1", "3", "10.50", "0.105", "3150", "0"],
    ["1700000000000", "1", "3", "1", "2", "8", "0.08", "2400", "1"],
  ],
  "/api/v5/public/mark-price": [
    { instType: "SWAP", instId: "BTC-USDT-SWAP", markPx: "30000.15", ts: "1700000000123" },
  ],
  "/api/v5/market/index-tickers": [
    {
      ...{ instId: "BTC-USDT", idxPx: "29999.95", high24h: "31000", low24h: "29000" },
      ...{ open24h: "30500", sodUtc0: "30400", sodUtc8: "30450", ts: "1700000000123" },
    },
  ],
  "/api/v5/system/status": [
    {
      ...{ title: "Upgrade of trading", state: "ongoing", begin: "1700000000000", end: "" },
      ...{ href: "", serviceType: "5", system: "unified", scheDesc: "", env: "2" },
    },
  ],
  "/api/v5/public/funding-rate": [
    {
      ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", fundingRate: "0.0000792386885340" },
      ...{ fundingTime: "1700006400000", nextFundingTime: "1700035200000", ts: "1700000000123" },
    },
  ],
  "/api/v5/account/config": [
    {
      ...{ uid: "44705892343619584", acctLv: "2", posMode: "net_mode", perm: "read_only,trade" },
      ...{ acctStpMode: "cancel_maker", autoLoan: false, label: "v5 test" },
    },
  ],
  "/api/v5/account/positions": [positionRow("cross", "-1.50"), positionRow("cash", "1")],
  "/api/v5/account/leverage-info": [
    { instId: "BTC-USDT-SWAP", mgnMode: "cross", posSide: "net", lever: "10" },
  ],
  "/api/v5/account/trade-fee": [
    {
      ...{
        category: "1",
        instType: "SWAP",
        level: "Lv1",
        maker: "",
        taker: "",
        ts: "1700000000123",
      },
      ...{ makerU: "-0.0002", takerU: "-0.0005", delivery: "", exercise: "" },
    },
  ],
  "/api/v5/trade/order-algo": [{ algoId: "1", sCode: "0", sMsg: "" }],
  "/api/v5/trade/orders-pending": [orderRow("901", "live")],
  "/api/v5/trade/order": [orderRow("900", "filled")],
  "/api/v5/trade/orders-history": [orderRow("900", "filled"), orderRow("899", "canceled")],
  "/api/v5/trade/fills-history": [
    {
      ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", tradeId: "77", ordId: "900", billId: "5001" },
      ...{ clOrdId: "a1", tag: "", fillPx: "30000.2", fillSz: "0.50", side: "buy", posSide: "net" },
      ...{ execType: "T", feeCcy: "USDT", fee: "-0.07500050", ts: "1700000000222" },
      ...{ fillTime: "1700000000221" },
    },
  ],
  "/api/v5/account/bills": [
    {
      ...{ billId: "5001", instType: "SWAP", instId: "BTC-USDT-SWAP", ccy: "USDT", type: "2" },
      ...{ subType: "1", ts: "1700000000222", balChg: "-0.07500050", posBalChg: "0.5", bal: "9.9" },
      ...{ posBal: "0.5", sz: "0.5", px: "30000.2", pnl: "0", fee: "-0.07500050", interest: "0" },
      ...{ mgnMode: "cross", ordId: "900", clOrdId: "a1", tradeId: "77", execType: "T", tag: "" },
      ...{ fillTime: "1700000000221", from: "", to: "", notes: "" },
    },
  ],
  "/api/v5/trade/orders-algo-pending": [
    {
      ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", ordId: "", clOrdId: "", algoId: "71" },
      ...{ algoClOrdId: "", sz: "1", ordType: "trigger", side: "buy", posSide: "net" },
      ...{ tdMode: "cross", state: "live", actualSz: "", actualPx: "", triggerTime: "", tag: "" },
      ...{ cTime: "1700000000000", triggerPx: "25000", ordPx: "-1" },
    },
  ],
  "/api/v5/account/balance": [
    {
      ...{ uTime: "1700000000123", totalEq: "10012.34", isoEq: "0", adjEq: "", ordFroz: "" },
      ...{ imr: "", mmr: "", borrowFroz: "", mgnRatio: "", notionalUsd: "", upl: "" },
      details: [
        {
          ...{ ccy: "USDT", eq: "10012.340000010", cashBal: "10000", uTime: "1700000000123" },
          ...{ isoEq: "0", availEq: "9000.5", disEq: "10012", availBal: "9000.5" },
          ...{ frozenBal: "999.5", ordFrozen: "0", upl: "12.34", eqUsd: "10012.34" },
        },
      ],
    },
  ],
};

export function orderRow(ordId: string, state: string): Readonly<Record<string, unknown>> {
  return {
    ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", tgtCcy: "", ccy: "", ordId, clOrdId: "a1" },
    ...{ tag: "", px: "30000.2", sz: "1.00", pnl: "0", ordType: "limit", side: "buy" },
    ...{ posSide: "net", tdMode: "cross", accFillSz: "0.50", fillPx: "30000.2", tradeId: "77" },
    ...{ fillSz: "0.50", fillTime: "1700000000221", avgPx: "30000.2", state, lever: "10" },
    ...{ tpTriggerPx: "", tpTriggerPxType: "", tpOrdPx: "", slTriggerPx: "", slOrdPx: "" },
    ...{ slTriggerPxType: "", feeCcy: "USDT", fee: "-0.0750005", rebateCcy: "USDT", rebate: "0" },
    ...{ source: "", category: "normal", reduceOnly: "true", stpMode: "cancel_maker" },
    ...{ cancelSource: state === "canceled" ? "32" : "" },
    ...{ cTime: "1700000000100", uTime: "1700000000222" },
  };
}

function positionRow(mgnMode: string, pos: string): Readonly<Record<string, unknown>> {
  return {
    ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", mgnMode, posId: "31", posSide: "net", pos },
    ...{ availPos: "", avgPx: "30000.2", markPx: "30000.15", upl: "0.00075", uplRatio: "0.1" },
    ...{
      lever: "10",
      liqPx: "",
      margin: "",
      mgnRatio: "50",
      mmr: "1",
      interest: "0",
      tradeId: "77",
    },
    ...{ notionalUsd: "450", adl: "1", ccy: "USDT", last: "30000.1" },
    ...{ cTime: "1700000000100", uTime: "1700000000222" },
  };
}
