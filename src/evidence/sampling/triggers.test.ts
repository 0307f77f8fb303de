import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExchangeApiCall } from "../artifacts/orders/exchange-api-calls.ts";
import type { ExecutionRawRecord } from "../artifacts/orders/raw-shards.ts";
import { createSelfTradeWatch, eventOfCall } from "./triggers.ts";

test("a call is kept whole for what went wrong with it", () => {
  const call: ExchangeApiCall = {
    run_id: "HF_0123456789abcdef",
    seq: 0,
    ts_utc: "2026-01-05T00:00:00.000Z",
    call_id: "c1",
    component: "broker",
    method: "POST",
    endpoint: "/api/v5/trade/order",
    operation: "place",
    attempt_id: "a1",
    clOrdId: "as1",
    ordId: "9",
    params: {},
    http_status: 200,
    http_status_reason: null,
    code: "0",
    msg: "",
    sCode: "0",
    sMsg: "",
    latency_ms: 1,
    latency_ms_reason: null,
    error_type: null,
    account_id_hash: "0".repeat(16),
  };
  assert.equal(eventOfCall(call), null);
  assert.equal(eventOfCall({ ...call, error_type: "timeout" }), "timeout");
  assert.equal(eventOfCall({ ...call, error_type: "http_error" }), "error");
  // The code of the order decides where it is there, whatever the envelope says.
  assert.equal(eventOfCall({ ...call, sCode: "51008" }), "reject");
  assert.equal(eventOfCall({ ...call, sCode: null, code: "1" }), "reject");
  assert.equal(eventOfCall({ ...call, operation: "query", code: "51603", sCode: null }), null);
});

test("two sides of one account that meet are suspected, two that cannot are not", () => {
  const watch = createSelfTradeWatch();
  const seen = (change: Partial<ExecutionRawRecord>): boolean => {
    return watch.suspect({ ...execution, ...change });
  };
  assert.equal(seen({ side: "buy", tradeId: "t1" }), false);
  assert.equal(seen({ side: "buy", tradeId: "t2" }), false, "the same side");
  assert.equal(seen({ side: "sell", px: "41000", tradeId: "t3" }), false, "another price");
  assert.equal(seen({ side: "sell", tradeId: "t4", account_id_hash: "1".repeat(16) }), false);
  assert.equal(seen({ side: "sell", tradeId: "t5", inst_id: "ETH-USDT-SWAP" }), false);
  assert.equal(seen({ side: "sell", tradeId: "t6" }), true, "the same price within a second");
  assert.equal(seen({ side: "sell", px: "1", tradeId: "t1" }), true, "the same trade");
  const later = { side: "sell", ts_utc: "2026-01-05T00:00:05.000Z" } as const;
  assert.equal(seen({ ...later, tradeId: "t7" }), false, "long after");
  assert.equal(seen({ ...later, side: "buy", kind: "order" }), false, "no execution");
});

const execution: ExecutionRawRecord = {
  run_id: "HF_0123456789abcdef",
  seq: 0,
  ts_utc: "2026-01-05T00:00:00.000Z",
  kind: "fill",
  account_id_hash: "0".repeat(16),
  agent_id_hash: null,
  inst_id: "BTC-USDT-SWAP",
  side: "buy",
  px: "42000",
  px_reason: null,
  sz: "1",
  ordId: "9",
  ordId_reason: null,
  clOrdId: "as1",
  clOrdId_reason: null,
  tradeId: "t1",
  tradeId_reason: null,
  exec_type: "T",
  exec_type_reason: null,
  stp_mode: null,
  stp_mode_reason: "venue_does_not_say",
  raw: {},
};
