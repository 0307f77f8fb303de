import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { sharedPath, withoutShared } from "#support";
import { parseAnswer } from "./answer.ts";
import { findEndpoint } from "./endpoints/table.ts";
import { parseRow } from "./parse-rows.ts";
import { balanceFields } from "./rows/account.ts";
import { fillFields } from "./rows/fill.ts";
import { orderAckFields } from "./rows/order.ts";
import { findChannel } from "./ws/channels.ts";
import { parseServerFrame, readServerFrame } from "./ws/server-frame.ts";

const fixtures = "data/okx-v5-fixtures";
const session = "data/okx-raw-session-2022-05-13";

test("every recorded REST answer is read by the shape of its endpoint", {
  skip: withoutShared(fixtures),
}, () => {
  const seen = { typed: 0, others: 0, rows: 0 };
  for (const { source, type, method, path, response } of lines("okx_net_rest_ws_examples")) {
    if (type !== "rest") continue;
    const endpoint = findEndpoint(text(method), text(path));
    if (endpoint === null) {
      // Not spoken here (transfers, loans, copy trading): the envelope is all there is to hold to.
      assert.ok(typeof object(response)["code"] === "string", text(source));
      seen.others += 1;
      continue;
    }
    const read = parseAnswer(endpoint.name, response);
    assert.ok(read.ok, read.ok ? "" : `${text(source)}: ${read.fault.message}`);
    assert.ok(read.value.rows.length > 0, text(source));
    seen.typed += 1;
    seen.rows += read.value.rows.length;
  }
  assert.deepEqual(seen, { typed: 53, others: 91, rows: 65 });
});

test("every recorded WebSocket exchange is read by the shape of its channel or operation", {
  skip: withoutShared(fixtures),
}, () => {
  const seen = { event: 0, push: 0, answer: 0, untyped: 0 };
  for (const { source, type, steps } of lines("okx_net_rest_ws_examples")) {
    if (type === "rest") continue;
    for (const step of list(steps).map(object)) {
      // Steps of the concurrency test are not messages: "1 {...}" with half a candle.
      if (step["dir"] !== "server" || step["json"] === undefined) continue;
      const read = readServerFrame(step["json"]);
      assert.ok(read.ok, read.ok ? "" : `${text(source)}: ${read.fault.message}`);
      if (read.value.type === "pong") assert.fail("no pong was recorded");
      if (read.value.type === "push" && read.value.family === null) seen.untyped += 1;
      else seen[read.value.type] += 1;
    }
  }
  assert.deepEqual(seen, { event: 43, push: 19, answer: 6, untyped: 7 });
});

test("the test data of another client library is read by the same shapes", {
  skip: withoutShared(fixtures),
}, () => {
  const seen = { answers: 0, pushes: 0, untyped: 0, rows: 0 };
  for (const { source, json } of lines("nautilus_okx_test_data")) {
    const name = text(source).replace(/^.*\//, "");
    if (name.startsWith("ws_")) {
      const frame = readServerFrame(json);
      if (Array.isArray(json)) {
        // Bare rows of option greeks, a channel that nothing here speaks.
        assert.ok(!frame.ok);
        continue;
      }
      assert.ok(frame.ok, frame.ok ? "" : `${name}: ${frame.fault.message}`);
      assert.ok(frame.value.type === "push");
      if (frame.value.family === null) seen.untyped += 1;
      else seen.pushes += 1;
      continue;
    }
    const path = pathByRecording[name];
    const bare = bareRows[name];
    if (path !== undefined) {
      const endpoint = findEndpoint(...path);
      assert.ok(endpoint !== null, name);
      const read = parseAnswer(endpoint.name, json);
      assert.ok(read.ok, read.ok ? "" : `${name}: ${read.fault.message}`);
      assert.ok(read.value.rows.length > 0, name);
      seen.answers += 1;
    } else if (bare !== undefined) {
      const read = bare(json);
      assert.ok(read.ok, read.ok ? "" : `${name}: ${read.fault.message}`);
      seen.rows += 1;
    } else {
      assert.ok(untypedRecordings.has(name), `${name} has no shape`);
      seen.untyped += 1;
    }
  }
  assert.deepEqual(seen, { answers: 28, pushes: 19, untyped: 6, rows: 5 });
});

test("every instrument of the recorded session is read, and every frame", {
  skip: withoutShared(session),
}, () => {
  let instruments = 0;
  for (const line of textLines(`${session}/OKX.0.txt.gz`)) {
    const at = line.indexOf(': {"code"');
    if (at < 0) continue; // The last line is a configuration of the recorder.
    const read = parseAnswer("instruments", JSON.parse(line.slice(at + 2)));
    assert.ok(read.ok, read.ok ? "" : read.fault.message);
    instruments += read.value.rows.length;
  }
  const seen = { event: 0, tickers: 0, trades: 0, books: 0 };
  for (const line of textLines(`${session}/OKX.ws.1.0.txt.gz`)) {
    const frame = /^[\d.]+: (\{.*)$/.exec(line)?.[1];
    if (frame === undefined) continue; // What the recorder itself sent.
    const read = parseServerFrame(frame);
    assert.ok(read.ok, read.ok ? "" : read.fault.message);
    if (read.value.type === "event") seen.event += 1;
    else if (read.value.type === "push" && isSeen(read.value.family)) seen[read.value.family] += 1;
    else assert.fail(frame);
  }
  assert.equal(instruments, 5 * (513 + 166 + 104 + 346 + 350));
  assert.deepEqual(seen, { event: 18, tickers: 28, trades: 74, books: 290 });
});

test("candle channels are known by their length", () => {
  assert.equal(findChannel("candle1m")?.family, "candle");
  assert.equal(findChannel("mark-price-candle1Dutc")?.family, "mark-price-candle");
  assert.equal(findChannel("candle7m"), null);
  assert.equal(findChannel("candle1mutc"), null);
  assert.equal(findChannel("candle"), null);
});

function isSeen(family: string | null): family is "tickers" | "trades" | "books" {
  return family === "tickers" || family === "trades" || family === "books";
}

const pathByRecording: Readonly<Record<string, readonly ["GET" | "POST", string]>> = {
  "http_cancel_algo_order_response.json": ["POST", "/api/v5/trade/cancel-algos"],
  "http_get_account_balance.json": ["GET", "/api/v5/account/balance"],
  "http_get_account_positions-history.json": ["GET", "/api/v5/account/positions-history"],
  "http_get_candlesticks.json": ["GET", "/api/v5/market/candles"],
  "http_get_candlesticks_full.json": ["GET", "/api/v5/market/candles"],
  "http_get_funding_rate_history.json": ["GET", "/api/v5/public/funding-rate-history"],
  "http_get_index_price.json": ["GET", "/api/v5/market/index-tickers"],
  "http_get_instruments_futures.json": ["GET", "/api/v5/public/instruments"],
  "http_get_instruments_margin.json": ["GET", "/api/v5/public/instruments"],
  "http_get_instruments_option.json": ["GET", "/api/v5/public/instruments"],
  "http_get_instruments_spot.json": ["GET", "/api/v5/public/instruments"],
  "http_get_instruments_swap.json": ["GET", "/api/v5/public/instruments"],
  "http_get_mark_price.json": ["GET", "/api/v5/public/mark-price"],
  "http_get_order_book.json": ["GET", "/api/v5/market/books"],
  "http_get_orders_algo_history.json": ["GET", "/api/v5/trade/orders-algo-history"],
  "http_get_orders_algo_pending.json": ["GET", "/api/v5/trade/orders-algo-pending"],
  "http_get_orders_algo_pending_attached_oco.json": ["GET", "/api/v5/trade/orders-algo-pending"],
  "http_get_orders_algo_pending_close_fraction.json": ["GET", "/api/v5/trade/orders-algo-pending"],
  "http_get_orders_history.json": ["GET", "/api/v5/trade/orders-history"],
  "http_get_orders_pending.json": ["GET", "/api/v5/trade/orders-pending"],
  "http_get_orders_pending_with_attached_tp_sl.json": ["GET", "/api/v5/trade/orders-pending"],
  "http_get_position_tiers.json": ["GET", "/api/v5/public/position-tiers"],
  "http_get_positions.json": ["GET", "/api/v5/account/positions"],
  "http_get_trade_fee_response.json": ["GET", "/api/v5/account/trade-fee"],
  "http_get_trades.json": ["GET", "/api/v5/market/trades"],
  "http_place_algo_order_rejected.json": ["POST", "/api/v5/trade/order-algo"],
  "http_place_algo_order_response.json": ["POST", "/api/v5/trade/order-algo"],
  "http_set_position_mode_response.json": ["POST", "/api/v5/account/set-position-mode"],
};

/** Recordings of one row without its envelope. */
const bareRows: Readonly<Record<string, (json: unknown) => ReturnType<typeof parseRow>>> = {
  "http_balance_detail_new_fields.json": (json) =>
    parseRow("detail", balanceFields.details.rows, json),
  "http_balance_detail_old_fields.json": (json) =>
    parseRow("detail", balanceFields.details.rows, json),
  "http_place_order_response.json": (json) => parseRow("ack", orderAckFields, json),
  "http_transaction_detail.json": (json) => parseRow("fill", fillFields, json),
  "http_transaction_detail_empty_fee.json": (json) => parseRow("fill", fillFields, json),
};

/** Spreads, option greeks and a test of numbers: nothing here speaks of them. */
const untypedRecordings: ReadonlySet<string> = new Set([
  "common_optional_string_to_u64.json",
  "http_get_option_summary.json",
  "http_get_spread_orders.json",
  "http_get_spread_trades.json",
  "http_get_spreads.json",
]);

type Line = Readonly<Record<string, unknown>>;

function lines(name: string): Line[] {
  return textLines(`${fixtures}/${name}.jsonl.gz`).map((line) => object(JSON.parse(line)));
}

function textLines(path: string): string[] {
  return gunzipSync(readFileSync(sharedPath(path)))
    .toString("utf8")
    .trimEnd()
    .split("\n");
}

function object(value: unknown): Line {
  assert.ok(typeof value === "object" && value !== null);
  return value as Line;
}

function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value));
  return value;
}

function text(value: unknown): string {
  assert.ok(typeof value === "string");
  return value;
}
