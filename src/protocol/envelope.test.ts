import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "#base";
import { createEvent, type EventDraft, eventIdOf, maxEventBytes, readEvent } from "./envelope.ts";
import { subjects } from "./subjects.ts";
import { type Tick, tickSchema } from "./tick.ts";

const tick: Tick = {
  schema: tickSchema,
  symbol: "SPY",
  kind: "trade",
  bid: null,
  ask: null,
  bid_size: null,
  ask_size: null,
  price: "450.25",
  size: "100",
  exchange_ts_ms: 1_700_000_000_000,
  received_ts_ms: 1_700_000_000_050,
  source: "replay",
  sequence: 7,
};

const draft: EventDraft = {
  event_id: "marketdata:7f00:1",
  subject: subjects.tick("SPY"),
  source: { agent_name: "marketdata-mcp-server", boot_id: "7f00aa11bb22cc33", version: "0.1.0" },
  ts_utc: "2023-11-14T22:13:20.050Z",
  seq: 1,
  correlation_id: null,
  payload: tick,
};

function codeOf(changes: Partial<EventDraft>): string {
  const made = createEvent({ ...draft, ...changes });
  return made.ok ? "ok" : made.fault.code;
}

test("an event carries the one payload of its subject", () => {
  const event = createEvent(draft);
  assert.ok(event.ok);
  assert.equal(event.value.event_type, "market_tick");
  assert.deepEqual(readEvent(event.value), { ok: true, value: event.value });
});

test("a payload of another subject, a stray field, an unknown subject: nothing is sent", () => {
  assert.equal(codeOf({ subject: subjects.heartbeat }), "message_schema_unsupported");
  assert.equal(codeOf({ payload: { ...tick, price: null } }), "message_malformed");
  assert.equal(codeOf({ payload: { ...tick, colour: "red" } }), "message_unknown_field");
  assert.equal(codeOf({ subject: "orders.live" }), "subject_unknown");
  assert.equal(codeOf({ event_id: "" }), "message_malformed");
  assert.equal(codeOf({ ts_utc: "2023-11-14 22:13" }), "message_malformed");
});

test("an event over the bound is refused before any bus sees it", () => {
  const line = "x".repeat(1900);
  const payload: Json = {
    schema: "assay.disclosure/1",
    disclosure_id: "a".repeat(64),
    politician: "Jane Roe",
    politician_id: "house:jane-roe",
    chamber: "house",
    party: null,
    state: null,
    district: null,
    owner: null,
    ticker: "SPY",
    asset_type: null,
    asset_description: line,
    transaction_type: "purchase",
    transaction_date: "2021-01-04",
    disclosure_date: "2021-01-05",
    lag_days: 1,
    amount_range: "$1,001 - $15,000",
    amount_min: "1001",
    amount_max: "15000",
    amount_midpoint: "8000.5",
    comment: line,
    filing_url: null,
    defects: [],
    source: { name: "a file", sha256: null, row: 1, read_at_utc: "2021-01-05T00:00:00Z" },
  };
  assert.equal(codeOf({ subject: subjects.disclosure, payload }), "ok");
  const defects = Array.from({ length: maxEventBytes / 20 }, () => "ticker_missing_again");
  const large = { ...payload, defects };
  assert.equal(codeOf({ subject: subjects.disclosure, payload: large }), "event_too_large");
});

test("whoever reads finds a type that is not the subject's, and a broken payload", () => {
  const event = createEvent(draft);
  assert.ok(event.ok);
  const other = readEvent({ ...event.value, event_type: "proposal" });
  assert.equal(other.ok ? "ok" : other.fault.code, "event_type_mismatch");
  const broken = readEvent({ ...event.value, payload: { ...tick, kind: "rumour" } });
  assert.equal(broken.ok ? "ok" : broken.fault.code, "message_malformed");
  assert.equal(readEvent(null).ok, false);
});

test("a minor version that says more in the payload is read as it was sent", () => {
  const event = createEvent(draft);
  assert.ok(event.ok);
  const newer = { ...event.value, payload: { ...tick, condition: "odd lot" } };
  assert.deepEqual(readEvent(newer), { ok: true, value: newer });
});

test("an id by content is the same for the same content on the same subject alone", () => {
  const one = eventIdOf("disclosure.congress", { a: 1, b: [2] });
  assert.match(one, /^[0-9a-f]{32}$/);
  assert.equal(eventIdOf("disclosure.congress", { b: [2], a: 1 }), one);
  assert.notEqual(eventIdOf("market.heartbeat", { a: 1, b: [2] }), one);
  assert.notEqual(eventIdOf("disclosure.congress", { a: 1, b: [3] }), one);
});
