import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { orderLineText } from "#evidence";
import { benchRunId } from "#support";
import type { CallRecord } from "../port.ts";
import { callLine } from "./call-line.ts";
import { createCallRecorder } from "./call-recorder.ts";
import { openOrderSink } from "./order-sink.ts";
import { createRedactor } from "./redact.ts";

const secrets = ["b71c9a0e-secret-key", 'pass"phrase/42', "TheVerySecret=="];
const redactor = createRedactor(secrets);
const context = { accountIdHash: "abcdef0123456789", redactor };

const call: CallRecord = {
  method: "POST",
  endpoint: "/api/v5/trade/order",
  params: { instId: "BTC-USDT-SWAP", sz: "1" },
  sentMs: 5,
  latencyMs: 1.25,
  httpStatus: 200,
  code: "0",
  msg: "",
  sCode: "0",
  sMsg: "",
  errorType: null,
  raw: { data: [{ ordId: "1" }] },
};

const purpose = {
  callId: "c00000001",
  component: "broker",
  operation: "place",
  attemptId: "at0000000001",
  clOrdId: "a1",
  ordId: "1",
} as const;

test("a planted secret lands nowhere, however it got into a call", () => {
  for (const secret of secrets) {
    const planted: CallRecord = {
      ...call,
      endpoint: `/api/v5/x?key=${encodeURIComponent(secret)}`,
      params: {
        headers: { "OK-ACCESS-KEY": "short", "OK-ACCESS-SIGN": "abc", Authorization: "Bearer 1" },
        note: `before ${secret} after`,
        [secret]: 1,
        nested: [{ deep: [secret, { passphrase: 5, apiKey: ["x"], secretKey: null }] }],
        json: JSON.stringify({ a: secret }),
      },
      msg: `wrong key ${secret}`,
      sMsg: `sign ${secret}`,
      raw: { echo: secret, set_cookie: "session" },
    };
    const text = orderLineText("exchange_api_calls", {
      ...{ run_id: benchRunId, seq: 0, ts_utc: "2026-01-02T12:00:00.000Z" },
      ...callLine(planted, purpose, context),
    });
    const raw = JSON.stringify(redactor.value(planted.raw));
    for (const written of [text, raw]) {
      assert.ok(!written.includes(secret));
      assert.ok(!written.includes(JSON.stringify(secret).slice(1, -1)));
      assert.ok(!written.includes(encodeURIComponent(secret)));
    }
    for (const value of ["short", "abc", "Bearer 1"]) assert.ok(!text.includes(`"${value}"`));
    assert.ok(!raw.includes("session"));
    assert.match(text, /before \[redacted\] after/);
  }
});

test("no value of any shape carries a secret through", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(...secrets), (value, secret) => {
      const clean = JSON.stringify(redactor.value(planted(value, secret)));
      assert.ok(!clean.includes(JSON.stringify(secret).slice(1, -1)));
    }),
    { seed: 605, numRuns: 300 },
  );
});

/** The secret in every text and in every name. */
function planted(value: unknown, secret: string): unknown {
  if (typeof value === "string") return `${value}${secret}${value}`;
  if (Array.isArray(value)) return value.map((item) => planted(item, secret));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, item]) => [name + secret, planted(item, secret)]));
}

test("what is not JSON, too deep or too large becomes a line that its schema takes", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  for (const params of [
    cycle,
    { list: Array.from({ length: 10_000 }, (_, at) => at) },
    { undefined: undefined, nan: Number.NaN, big: 5n, act: () => 1, lone: "\ud800" },
    { text: "x".repeat(100_000) },
  ]) {
    const line = callLine({ ...call, params }, purpose, context);
    const head = { run_id: benchRunId, seq: 0, ts_utc: "2026-01-02T12:00:00.000Z" };
    assert.ok(orderLineText("exchange_api_calls", { ...head, ...line }).length < 200_000);
  }
});

test("a call without an answer says why instead of the numbers that it lacks", () => {
  const lost = { ...call, httpStatus: null, latencyMs: Number.NaN, code: null, sCode: "" };
  const line = callLine({ ...lost, errorType: "timeout" }, purpose, context);
  assert.deepEqual(
    [line.http_status_reason, line.latency_ms, line.latency_ms_reason, line.sCode],
    ["timeout", null, "timeout", null],
  );
});

test("lines are durable in their order, and a new process goes on with them", async () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-sink-"));
  try {
    let now = 1000;
    const clock = { nowMillis: (): number => now };
    const first = openOrderSink({ directory, runId: benchRunId, clock });
    assert.ok(first.ok);
    const recorder = createCallRecorder({
      ...{ sink: first.value, redactor, accountIdHash: "abcdef0123456789", callsBefore: 0 },
    });
    await Promise.all([recorder.query(call), recorder.query(call), recorder.query(call)]);
    now = 500;
    const third = await recorder.query(call);
    assert.ok((await first.value.close()).ok);
    const path = join(directory, "exchange_api_calls.jsonl");
    appendFileSync(path, '{"torn');
    const second = openOrderSink({ directory, runId: benchRunId, clock });
    assert.ok(second.ok);
    assert.equal(second.value.lines("exchange_api_calls"), 4);
    const line = callLine(call, purpose, context);
    const landed = await second.value.append("exchange_api_calls", line);
    assert.ok(landed.ok && third.landed.ok);
    assert.deepEqual([third.landed.value.line, landed.value.line], [4, 5]);
    const lines = readFileSync(path, "utf8").trim().split("\n");
    const records = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.deepEqual(
      records.map(({ seq }) => seq),
      [0, 1, 2, 3, 4],
    );
    const times = records.map(({ ts_utc }) => String(ts_utc));
    assert.deepEqual(times, times.toSorted());
    assert.deepEqual(
      records.slice(0, 4).map(({ call_id }) => call_id),
      ["c00000001", "c00000002", "c00000003", "c00000004"],
    );
    await second.value.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a noted line lies among the durable ones, and a process that ends leaves it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-sink-"));
  try {
    const clock = { nowMillis: (): number => 0 };
    const left = openOrderSink({ directory, runId: benchRunId, clock });
    assert.ok(left.ok);
    const line = callLine(call, purpose, context);
    const both = [
      left.value.append("exchange_api_calls", line),
      left.value.note("exchange_api_calls", line),
    ];
    for (const landed of await Promise.all(both)) assert.ok(landed.ok);
    const last = await left.value.note("exchange_api_calls", line);
    assert.ok(last.ok);
    assert.equal(last.value.line, 3);
    // Not closed: the process ended here.
    const next = openOrderSink({ directory, runId: benchRunId, clock });
    assert.ok(next.ok);
    assert.equal(next.value.lines("exchange_api_calls"), 3);
    assert.ok((await next.value.close()).ok);
    assert.ok((await left.value.close()).ok);
    const noted = await left.value.note("exchange_api_calls", line);
    assert.equal(noted.ok, false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a sink that cannot be opened, or has another writer, says so and takes nothing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-sink-"));
  try {
    const clock = { nowMillis: (): number => 0 };
    symlinkSync("elsewhere", join(directory, "order_attempts.jsonl"));
    const linked = openOrderSink({ directory, runId: benchRunId, clock });
    assert.equal(linked.ok ? null : linked.fault.code, "sink_unavailable");
    rmSync(join(directory, "order_attempts.jsonl"));
    const without = openOrderSink({
      directory,
      runId: benchRunId,
      clock,
      without: ["order_status_samples"],
    });
    assert.ok(without.ok);
    const refused = await without.value.append("order_status_samples", {} as never);
    assert.equal(refused.ok ? null : refused.fault.code, "sink_unavailable");
    await without.value.close();
    const closed = await without.value.append(
      "exchange_api_calls",
      callLine(call, purpose, context),
    );
    assert.equal(closed.ok, false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
