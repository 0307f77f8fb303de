import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson, type Json } from "#base";
import type { Codec } from "./codec.ts";
import { disclosureCodec, transactionTypes } from "./disclosure.ts";
import { eventCodec } from "./envelope.ts";
import { executionStateCodec } from "./execution-state.ts";
import { healthCodec } from "./health-body.ts";
import { heartbeatCodec, heartbeatStatuses, streamStates } from "./heartbeat.ts";
import { intentCodec } from "./intent.ts";
import { opsStates, serviceKinds } from "./ops-facts.ts";
import { opsStatusCodec } from "./ops-status.ts";
import { proposalCodec, proposalStatuses, sides, timesInForce } from "./proposal.ts";
import { refusalCodec, refusalCodes } from "./refusal.ts";
import { subjects } from "./subjects.ts";
import { switchCodec } from "./switch-reading.ts";
import { tickCodec } from "./tick.ts";

const runs = { seed: 20_261_121, numRuns: 60 };

/* Arbitrary values of every shape. Null comes up wherever it may. */

const line = fc.stringMatching(/^[A-Za-z0-9 ,.:()-]{1,40}$/);
const name = fc.constantFrom("gamma-strategy", "whale-strategy", "okx_demo");
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{7,40}$/);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const symbol = fc.constantFrom("SPY", "BRK.B", "BTC-USDT-SWAP", "BTC/USDT");
const ms = fc.integer({ min: 0, max: 4_102_444_800_000 });
const utc = ms.map((at) => new Date(at).toISOString());
const day = utc.map((text) => text.slice(0, 10));
const count = fc.integer({ min: 0, max: 1_000_000_000 });
const size = fc.stringMatching(/^[1-9]\d{0,8}(\.\d{1,8})?$/);
const decimal = fc.stringMatching(/^-?[1-9]\d{0,8}(\.\d{1,8})?$/);
const seconds = fc.integer({ min: 0, max: 1_000_000 }).map((whole) => whole / 8);
const code = fc.constantFrom("marketdata_stale", "halted", "source_unavailable");
const mode = fc.constantFrom("OFF", "OBSERVE", "PAPER", "LIVE");
const gate = fc.constantFrom("INIT", "READY", "DEGRADED", "HALTED", "ERROR");

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null, freq: 2 });
}

const halted = { value: fc.constant("halted"), reason: fc.constant("switch_absent") };
const off = { value: fc.constant("off"), reason: fc.constant("switch_off") };
const readRest = { source: maybe(line), read_at: utc };
const reading = fc.oneof(fc.record({ ...halted, ...readRest }), fc.record({ ...off, ...readRest }));
const input = fc.record({ name: line, sha256: hash, as_of_utc: utc });

const tickRest = {
  schema: fc.constant(tickCodec.schema),
  symbol,
  exchange_ts_ms: ms,
  received_ts_ms: ms,
  source: name,
  sequence: maybe(count),
};
const nothing = fc.constant(null);
const quote = fc.record({
  ...tickRest,
  kind: fc.constant("quote"),
  bid: size,
  bid_size: size,
  ask: nothing,
  ask_size: nothing,
  price: nothing,
  size: nothing,
});
const trade = fc.record({
  ...tickRest,
  kind: fc.constant("trade"),
  bid: nothing,
  bid_size: nothing,
  ask: nothing,
  ask_size: nothing,
  price: size,
  size,
});

const beatRest = {
  schema: fc.constant(heartbeatCodec.schema),
  heartbeat_ts: utc,
  stream_state: fc.constantFrom(...streamStates),
  status: fc.constantFrom(...heartbeatStatuses),
  sequence: count,
};
const heartbeat = fc.oneof(
  fc.record({
    ...beatRest,
    last_tick_ts: nothing,
    last_tick_symbol: nothing,
    tick_age_seconds: nothing,
  }),
  fc.record({
    ...beatRest,
    last_tick_ts: utc,
    last_tick_symbol: symbol,
    tick_age_seconds: maybe(seconds),
  }),
);

const contract = fc.record({
  expiration: day,
  right: fc.constantFrom("CALL", "PUT"),
  strike: size,
  contract_symbol: fc.stringMatching(/^[A-Z]{1,6}\d{6}[CP]\d{8}$/),
});
const assets = fc.oneof(
  fc.record({ asset_type: fc.constant("OPTION"), option: contract }),
  fc.record({ asset_type: fc.constantFrom("EQUITY", "SWAP", "SPOT"), option: nothing }),
);
const indicator = fc.oneof(count, fc.boolean(), line, nothing);

const proposal = fc
  .record({
    schema: fc.constant(proposalCodec.schema),
    proposal_id: hash,
    created_at_utc: utc,
    strategy_name: name,
    strategy_version: fc.constant("1.2.0"),
    correlation_id: maybe(id),
    symbol,
    side: fc.constantFrom(...sides),
    quantity: size,
    limit_price: maybe(size),
    time_in_force: fc.constantFrom(...timesInForce),
    rationale: fc.record({
      short_reason: line,
      indicators: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/), indicator),
    }),
    risk: fc.record({
      max_loss_usd: maybe(size),
      notional_usd: maybe(size),
      stop_loss: maybe(decimal),
      take_profit: maybe(decimal),
    }),
    constraints: fc.record({ valid_until_utc: utc, requires_human_approval: fc.constant(true) }),
    inputs: fc.array(input, { minLength: 1, maxLength: 3 }),
    heartbeat_age_ms: count,
    switch: reading,
    genome: maybe(
      fc.record({
        run_id: id,
        agent_id: line,
        gene_id: fc.stringMatching(/^[0-9a-f]{16}$/),
        promotion_id: id,
      }),
    ),
    status: fc.constantFrom(...proposalStatuses),
  })
  .chain((rest) => assets.map((asset) => ({ ...rest, ...asset })));

const refusal = fc.record({
  schema: fc.constant(refusalCodec.schema),
  refusal_id: hash,
  refused_at_utc: utc,
  strategy_name: name,
  strategy_version: fc.constant("1.2.0"),
  correlation_id: maybe(id),
  symbol: maybe(symbol),
  reason_code: fc.constantFrom(...refusalCodes),
  detail: line,
  inputs: fc.array(input, { maxLength: 3 }),
  heartbeat_age_ms: maybe(count),
  switch: reading,
});

const intent = fc
  .record({
    schema: fc.constant(intentCodec.schema),
    intent_id: id,
    proposal_id: maybe(hash),
    correlation_id: maybe(id),
    created_at_utc: utc,
    valid_until_utc: utc,
    venue: name,
    symbol,
    asset_type: fc.constantFrom("EQUITY", "SWAP"),
    side: fc.constantFrom(...sides),
    quantity: size,
    time_in_force: fc.constantFrom(...timesInForce),
    reduce_only: fc.boolean(),
    approval: maybe(fc.record({ change_id: id, record_sha256: hash })),
  })
  .chain((rest) =>
    maybe(size).map((limit_price) => {
      return { ...rest, limit_price, order_type: limit_price === null ? "MARKET" : "LIMIT" };
    }),
  );

const disclosure = fc.record({
  schema: fc.constant(disclosureCodec.schema),
  disclosure_id: hash,
  politician: line,
  politician_id: line,
  chamber: fc.constantFrom("house", "senate"),
  party: maybe(line),
  state: maybe(line),
  district: maybe(line),
  owner: maybe(fc.constantFrom("self", "spouse", "joint", "dependent")),
  ticker: maybe(line),
  asset_type: maybe(line),
  asset_description: maybe(line),
  transaction_type: fc.constantFrom(...transactionTypes),
  transaction_date: day,
  disclosure_date: day,
  lag_days: count,
  amount_range: line,
  amount_min: size,
  amount_max: maybe(size),
  amount_midpoint: maybe(size),
  comment: maybe(line),
  filing_url: maybe(line),
  defects: fc.array(code, { maxLength: 3 }),
  source: fc.record({
    name: line,
    sha256: maybe(hash),
    row: maybe(count),
    read_at_utc: utc,
  }),
});

const health = fc.record({
  service: line,
  last_tick_epoch_seconds: maybe(seconds),
  age_seconds: maybe(seconds),
  max_age_seconds: seconds,
  ok: fc.boolean(),
  forced_stale: fc.boolean(),
  market: fc.constantFrom("open", "closed"),
  expected_fresh: fc.boolean(),
  reason: code,
});

const opsStatus = fc.record({
  schema: fc.constant(opsStatusCodec.schema),
  service_name: line,
  service_kind: fc.constantFrom(...serviceKinds),
  repo_id: line,
  git_sha: maybe(line),
  build_id: line,
  agent_identity: fc.record({ agent_name: line, agent_role: line, agent_mode: mode }),
  uptime_seconds: seconds,
  status: fc.record({
    state: fc.constantFrom(...opsStates),
    summary: line,
    reason_codes: fc.array(code, { maxLength: 2 }),
    last_updated_utc: utc,
  }),
  heartbeat: fc.record({
    last_heartbeat_utc: maybe(utc),
    age_seconds: maybe(seconds),
    ttl_seconds: seconds,
  }),
  marketdata: fc.record({
    last_tick_utc: maybe(utc),
    last_bar_utc: maybe(utc),
    stale_threshold_seconds: seconds,
    is_fresh: maybe(fc.boolean()),
  }),
  safety: fc.record({
    kill_switch: maybe(reading),
    safe_to_run_strategies: fc.boolean(),
    safe_to_execute_orders: fc.constant(false),
    gating_reasons: fc.array(code, { maxLength: 2 }),
  }),
  endpoints: fc.record({ healthz: maybe(line), heartbeat: maybe(line), metrics: maybe(line) }),
});

const transition = fc.record({ from: gate, to: gate, trigger: line, reason: line, at_utc: utc });
const executionState = fc
  .record({
    schema: fc.constant(executionStateCodec.schema),
    agent_name: name,
    boot_id: id,
    mode,
    state: gate,
    since_utc: utc,
    reason: line,
    error_count: count,
    not_before_utc: maybe(utc),
    gates: fc.record({
      switch: reading,
      latch: fc.record({
        state: fc.constantFrom("clear", "latched", "released"),
        since_utc: maybe(utc),
        source: maybe(line),
        reason: maybe(line),
      }),
      marketdata: fc.record({ fresh: fc.boolean(), reason: code, age_ms: maybe(count) }),
      armed: fc.record({ held: fc.boolean(), until_utc: maybe(utc) }),
    }),
    refusals: fc.array(code, { maxLength: 2 }),
    transitions: fc.array(transition, { maxLength: 2 }),
  })
  .map((rest) => ({ ...rest, may_execute: rest.refusals.length === 0 }));

const event = fc.record({
  schema: fc.constant(eventCodec.schema),
  event_id: id,
  subject: fc.constantFrom(subjects.heartbeat, subjects.tick("BRK.B"), subjects.disclosure),
  event_type: fc.constantFrom("market_heartbeat", "market_tick", "disclosure"),
  source: fc.record({ agent_name: name, boot_id: id, version: fc.constant("0.1.0") }),
  ts_utc: utc,
  seq: count,
  correlation_id: maybe(id),
  payload: fc.constantFrom<Json>("any JSON at all", 7, null, [1, 2]),
});

const switchEvent = reading.map((read) => ({ schema: switchCodec.schema, ...read }));

type Case = Readonly<{ what: string; codec: Codec<unknown>; messages: fc.Arbitrary<object> }>;

/** What each codec sends is typed; here they all are put to whatever comes. */
function aCase<T>(codec: Codec<T>, messages: fc.Arbitrary<object>): Case {
  const plain = messages.map((message) => structuredClone(message));
  return { what: codec.schema, codec, messages: plain };
}

const cases: readonly Case[] = [
  aCase(tickCodec, fc.oneof(quote, trade)),
  aCase(heartbeatCodec, heartbeat),
  aCase(healthCodec, health),
  aCase(proposalCodec, proposal),
  aCase(refusalCodec, refusal),
  aCase(intentCodec, intent),
  aCase(disclosureCodec, disclosure),
  aCase(opsStatusCodec, opsStatus),
  aCase(executionStateCodec, executionState),
  aCase(switchCodec, switchEvent),
  aCase(eventCodec, event),
];

/** Paths of every member of every record, but those whose names are data. */
function memberPaths(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => memberPaths(item, [...at, String(index)]));
  }
  if (typeof value !== "object" || value === null || at.at(-1) === "indicators") return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const path = [...at, key];
    return [path, ...memberPaths(item, path)];
  });
}

/** A copy in which `change` was done to the record that holds the member at `path`. */
function edited(
  message: object,
  path: readonly string[],
  change: (record: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(message);
  let record = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) record = record[key] as Record<string, unknown>;
  change(record, path.at(-1) ?? "");
  return copy;
}

for (const { what, codec, messages } of cases) {
  test(`${what}: what is written reads back the same, as value and as text`, () => {
    fc.assert(
      fc.property(messages, (message) => {
        const written = codec.write(message);
        assert.ok(written.ok, JSON.stringify(written));
        assert.deepEqual(codec.read(written.value), { ok: true, value: message });
        const text = codec.writeText(message);
        assert.ok(text.ok);
        assert.equal(text.value, canonicalJson(message as Json));
        assert.deepEqual(codec.readText(text.value), { ok: true, value: message });
      }),
      runs,
    );
  });

  test(`${what}: every member that is missing is refused by both sides`, () => {
    let removed = 0;
    fc.assert(
      fc.property(messages, (message) => {
        for (const path of memberPaths(message)) {
          // Any JSON may be the payload of an envelope; its own codec looks after it.
          const less = edited(message, path, (record, key) => delete record[key]);
          assert.equal(codec.read(less).ok, false, `without ${path.join(".")}`);
          assert.equal(codec.write(less).ok, false, `without ${path.join(".")}`);
          removed += 1;
        }
      }),
      { ...runs, numRuns: 15 },
    );
    assert.ok(removed > 50);
  });

  test(`${what}: an unknown member is passed over by who reads and refused by who writes`, () => {
    fc.assert(
      fc.property(messages, (message) => {
        for (const path of memberPaths(message)) {
          const more = edited(message, path, (record) => (record["of_a_newer_version"] = 1));
          assert.deepEqual(codec.read(more), { ok: true, value: message });
          const written = codec.write(more);
          assert.ok(!written.ok);
          assert.equal(written.fault.code, "message_unknown_field");
          assert.match(written.fault.at ?? "", /of_a_newer_version$/);
        }
      }),
      { ...runs, numRuns: 15 },
    );
  });

  test(`${what}: a member of another type is refused, and nothing is ever thrown`, () => {
    fc.assert(
      fc.property(messages, fc.anything(), (message, anything) => {
        for (const path of memberPaths(message)) {
          const wrong = edited(message, path, (record, key) => (record[key] = Symbol.for("x")));
          assert.equal(codec.read(wrong).ok, false, path.join("."));
        }
        assert.equal(codec.read(anything).ok, false);
      }),
      { ...runs, numRuns: 15 },
    );
  });
}

test("a message of another version, of no version and of another kind is named as such", () => {
  const beat = { schema: "assay.heartbeat/2" };
  const newer = heartbeatCodec.read(beat);
  assert.ok(!newer.ok);
  assert.equal(newer.fault.code, "message_schema_unsupported");
  assert.match(newer.fault.message, /assay\.heartbeat\/2.*assay\.heartbeat\/1/);
  assert.equal(heartbeatCodec.read({}).ok, false);
  assert.equal(heartbeatCodec.readText("{").ok, false);
  const odd = heartbeatCodec.read({ schema: 7 });
  assert.equal(odd.ok ? "" : odd.fault.code, "message_schema_unsupported");
});
