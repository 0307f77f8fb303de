import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { err, type Fault, isoFromMillis, ok } from "#base";
import type { Log, Metrics } from "#mesh";
import {
  type Heartbeat,
  heartbeatCodec,
  heartbeatSchema,
  type StreamState,
  type Tick,
  tickSchema,
} from "#protocol";
import { createIngester, type Ingester } from "./ingester.ts";
import type { QuoteStore, SymbolTicks } from "./quote-store.ts";

const start = 1_709_650_800_000;

const quiet: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => quiet,
};

const noMetrics: Metrics = {
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ observe: () => {} }),
  text: async () => "",
  contentType: "text/plain",
};

/** An ingester over a store in memory that can be told to fail. */
type Bench = Readonly<{
  ingester: Ingester;
  /** Ticks by symbol, as the store has them; only ever the newest. */
  stored: Map<string, Tick>;
  writes: { atMs: number; rows: number }[];
  beats: { heartbeat: Heartbeat; fresh: boolean; reason: string }[];
  fail: (isFailing: boolean) => void;
  /** Lets so many writes pass, and then fails. */
  failAfter: (writes: number) => void;
  /** Writes that were tried, whatever came of them. */
  attempts: () => number;
  pass: (ms: number) => Promise<void>;
  now: () => number;
}>;

const away: Fault = { code: "store_unavailable", message: "the store is away" };

function openBench(): Bench {
  let now = 0;
  let isFailing = false;
  let attempts = 0;
  let left = Number.POSITIVE_INFINITY;
  const stored = new Map<string, Tick>();
  const writes: Bench["writes"] = [];
  const beats: Bench["beats"] = [];
  const store: Pick<QuoteStore, "write" | "writeHeartbeat"> = {
    async write(ticks) {
      attempts += 1;
      left -= 1;
      if (isFailing || left < 0) return err(away);
      writes.push({ atMs: now, rows: ticks.length });
      const written = ticks.filter((one) => isNews(stored, one));
      for (const { symbol, quote } of written) if (quote !== null) stored.set(symbol, quote);
      return ok({ written, already: ticks.length - written.length });
    },
    async writeHeartbeat(heartbeat, { fresh, reason }) {
      if (isFailing) return err(away);
      assert.ok(heartbeatCodec.write(heartbeat).ok);
      beats.push({ heartbeat, fresh, reason });
      return ok(undefined);
    },
  };
  const clock = { nowMs: () => start + now, monotonicMs: () => now };
  const ingester = createIngester({
    ...{ store, clock, log: quiet, metrics: noMetrics, chance: () => 0.5 },
    ...{ bucket: { perSecond: 20, burst: 40 }, symbolIntervalMs: 1000, maxAgeMs: 60_000 },
  });
  return {
    ingester,
    stored,
    writes,
    beats,
    fail(next): void {
      isFailing = next;
    },
    failAfter(next): void {
      left = next;
    },
    attempts: () => attempts,
    async pass(ms): Promise<void> {
      const until = now + ms;
      while (now < until) {
        now = Math.min(now + 200, until);
        await ingester.flush();
      }
    },
    now: () => now,
  };
}

function isNews(stored: ReadonlyMap<string, Tick>, { symbol, quote }: SymbolTicks): boolean {
  const before = stored.get(symbol);
  return quote !== null && (before === undefined || quote.exchange_ts_ms > before.exchange_ts_ms);
}

function quote(symbol: string, ms: number): Tick {
  return {
    ...{ schema: tickSchema, symbol, kind: "quote", bid: "1", ask: "2", bid_size: "1" },
    ...{ ask_size: "1", price: null, size: null, exchange_ts_ms: start + ms },
    ...{ received_ts_ms: start + ms, source: "test", sequence: null },
  };
}

function upstream(state: StreamState, ms: number): Heartbeat {
  return {
    ...{ schema: heartbeatSchema, heartbeat_ts: isoFromMillis(start + ms), sequence: 1 },
    ...{ last_tick_ts: null, last_tick_symbol: null, tick_age_seconds: null },
    ...{ stream_state: state, status: "running" },
  };
}

/** Puts one tick; says how often it was acknowledged. */
function put(bench: Bench, tick: Tick): () => number {
  let acknowledged = 0;
  bench.ingester.put(tick, {
    acknowledge: () => {
      acknowledged += 1;
    },
    isOver: () => false,
  });
  return () => acknowledged;
}

test("of many ticks of a symbol the newest is written, and all are acknowledged then", async () => {
  const bench = openBench();
  const acknowledged = [];
  for (let ms = 0; ms < 10_000; ms += 100) {
    acknowledged.push(put(bench, quote("SPY", ms)));
    await bench.pass(100);
  }
  await bench.pass(1000);
  assert.equal(bench.stored.get("SPY")?.exchange_ts_ms, start + 9900);
  assert.ok(bench.writes.filter(({ rows }) => rows > 0).length <= 12);
  assert.ok(acknowledged.every((count) => count() === 1));
});

test("symbols are written within the burst and the rate, the longest waiting first", async () => {
  const bench = openBench();
  for (let index = 0; index < 200; index += 1) put(bench, quote(`S${index}`, 0));
  await bench.pass(200);
  assert.equal(bench.stored.size, 40, "the burst");
  await bench.pass(4800);
  assert.equal(bench.stored.size, 40 + 96, "and twenty a second");
  assert.ok(bench.stored.has("S0") && !bench.stored.has("S199"));
  await bench.pass(4000);
  assert.equal(bench.stored.size, 200);
});

test("while the store is away nothing is acknowledged and nothing is lost", async () => {
  const bench = openBench();
  bench.fail(true);
  const acknowledged = [];
  for (let ms = 0; ms < 120_000; ms += 1000) {
    acknowledged.push(put(bench, quote("SPY", ms)), put(bench, quote("QQQ", ms)));
    await bench.pass(1000);
  }
  assert.ok(acknowledged.every((count) => count() === 0));
  assert.ok(bench.attempts() > 5 && bench.attempts() < 15, `${bench.attempts()} attempts`);
  assert.equal(bench.ingester.waiting(), 2, "what waits is bounded by the symbols");
  assert.equal(bench.ingester.judge().reason, "store_failing");
  bench.fail(false);
  await bench.pass(61_000);
  assert.ok(acknowledged.every((count) => count() === 1));
  assert.equal(bench.stored.get("QQQ")?.exchange_ts_ms, start + 119_000);
});

test("in any order and with failures, each is acknowledged once and the newest kept", async () => {
  const op = fc.record({
    symbol: fc.constantFrom("A", "B", "C"),
    ms: fc.nat(30_000),
    wait: fc.nat(1500),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 60 }), async (ops) => {
      const bench = openBench();
      const newest = new Map<string, number>();
      const acknowledged = [];
      for (const { symbol, ms, wait, fails } of ops) {
        bench.fail(fails);
        acknowledged.push(put(bench, quote(symbol, ms)));
        newest.set(symbol, Math.max(newest.get(symbol) ?? 0, start + ms));
        await bench.pass(wait);
      }
      bench.fail(false);
      assert.ok(await bench.ingester.drain());
      assert.ok(acknowledged.every((count) => count() === 1));
      for (const [symbol, ms] of newest) assert.equal(bench.stored.get(symbol)?.exchange_ts_ms, ms);
    }),
    { seed: 20_240_305, numRuns: 60 },
  );
});

test("a drain that fails half way keeps what it did not write", async () => {
  const bench = openBench();
  const acknowledged = [];
  for (let index = 0; index < 150; index += 1) {
    acknowledged.push(put(bench, quote(`S${index}`, 0)));
  }
  bench.failAfter(1);
  assert.equal(await bench.ingester.drain(), false);
  assert.equal(bench.ingester.waiting(), 50);
  bench.failAfter(1);
  assert.equal(await bench.ingester.drain(), true);
  assert.ok(acknowledged.every((count) => count() === 1));
});

test("a tick that the bus took back is not acknowledged twice and does not pile up", async () => {
  const bench = openBench();
  bench.fail(true);
  let isOver = false;
  let late = 0;
  bench.ingester.put(quote("SPY", 0), { acknowledge: () => (late += 1), isOver: () => isOver });
  isOver = true;
  const again = put(bench, quote("SPY", 0));
  bench.fail(false);
  await bench.pass(1000);
  assert.deepEqual([late, again()], [0, 1]);
});

test("the heartbeat is anchored in stored ticks: writing it makes nothing fresh", async () => {
  const bench = openBench();
  bench.ingester.upstreamSaid(upstream("live", 0));
  put(bench, quote("SPY", 0));
  await bench.pass(200);
  await bench.ingester.beat();
  assert.deepEqual([bench.beats[0]?.fresh, bench.beats[0]?.heartbeat.status], [true, "running"]);
  for (let beat = 0; beat < 6; beat += 1) {
    await bench.pass(15_000);
    bench.ingester.upstreamSaid(upstream("live", bench.now()));
    await bench.ingester.beat();
  }
  const last = bench.beats.at(-1);
  assert.deepEqual([last?.fresh, last?.reason], [false, "tick_too_old"]);
  assert.equal(last?.heartbeat.last_tick_ts, isoFromMillis(start));
  assert.equal(last?.heartbeat.tick_age_seconds, 90.2);
  assert.equal(last?.heartbeat.stream_state, "stalled");
});

test("while the upstream is broken, silent or unknown the heartbeat is never fresh", async () => {
  const reasons: string[] = [];
  for (const state of [
    null,
    "connecting",
    "stalled",
    "reconnecting",
    "closed",
    "silent",
  ] as const) {
    const bench = openBench();
    if (state !== null)
      bench.ingester.upstreamSaid(upstream(state === "silent" ? "live" : state, 0));
    for (let ms = 0; ms < (state === "silent" ? 62_000 : 5000); ms += 1000) {
      put(bench, quote("SPY", ms));
      await bench.pass(1000);
    }
    const { fresh, reason } = bench.ingester.judge();
    assert.equal(fresh, false);
    reasons.push(reason);
  }
  const broken = "upstream_not_live";
  const expected = ["upstream_unknown", broken, broken, broken, broken, "upstream_silent"];
  assert.deepEqual(reasons, expected);
});

test("paused says paused, and is not fresh however young the ticks are", async () => {
  const bench = openBench();
  bench.ingester.upstreamSaid(upstream("live", 0));
  put(bench, quote("SPY", 0));
  await bench.pass(200);
  bench.ingester.setPaused(true);
  const heartbeat = await bench.ingester.beat();
  assert.equal(heartbeat.status, "paused");
  assert.equal(bench.beats[0]?.reason, "ingest_paused");
  assert.equal((await bench.ingester.beat(true)).status, "stopping");
});
