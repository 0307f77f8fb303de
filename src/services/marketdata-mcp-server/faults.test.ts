import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Bench, openBench, tuesdayMs } from "./desk-fixture.ts";
import { tradeTick } from "./feeds/bare-tick.ts";
import { type Failure, type FailureKind, failureKinds } from "./feeds/failure-plan.ts";
import { createSimulatorFeed } from "./feeds/simulator-feed.ts";

const minute = 60_000;
const begin = 30_000;

function simulate(failures: readonly Failure[], symbols: readonly string[] = ["SPY"]): Bench {
  return openBench({
    feed: (time) =>
      createSimulatorFeed({ seed: 7, symbols, stepMs: 1000, failures, time, chance: () => 0.5 }),
  });
}

function failing(kind: FailureKind, for_ms: number, by_ms?: number): Bench {
  return simulate([{ kind, from_ms: begin, for_ms, by_ms }]);
}

/** Fresh at first, stale within the maximal age of the failure's begin, fresh again after it. */
async function staleAndBack(
  bench: Bench,
  forMs: number,
  reasons: readonly string[],
  recoveryMs = 2000,
): Promise<void> {
  await bench.time.advance(begin - 500);
  assert.equal(await bench.health(), "200 fresh");
  await bench.time.advance(minute + 500);
  await bench.time.advance(1000);
  assert.ok(reasons.includes(await bench.health()), await bench.health());
  assert.equal(await bench.health("SPY"), await bench.health());
  await bench.time.advance(forMs - minute - 1000);
  await bench.time.advance(recoveryMs);
  assert.equal(await bench.health(), "200 fresh");
  await bench.stop();
}

test("a stalled feed is stale at the maximal age and fresh when ticks return", async () => {
  await staleAndBack(failing("stall", 5 * minute), 5 * minute, ["503 tick_too_old"]);
});

test("a frozen price over a live socket is stale, though its times are of now", async () => {
  await staleAndBack(failing("frozen", 5 * minute), 5 * minute, ["503 price_frozen"]);
});

test("old ticks in a new wrapper make nothing fresh", async () => {
  const bench = failing("replay_old", 5 * minute);
  await staleAndBack(bench, 5 * minute, ["503 tick_too_old"]);
  const refused = bench.desk.view.listing()[0]?.counts.tick_replayed ?? 0;
  assert.ok(refused > 100, `refused ${refused} replayed ticks`);
  const times = bench.events.flatMap(({ payload }) => {
    return JSON.stringify(payload).match(/"exchange_ts_ms":(\d+)/)?.[1] ?? [];
  });
  assert.deepEqual(times, times.toSorted(), "nothing old was published after something new");
});

test("an upstream closed for ten minutes is stale, and is asked until it opens", async () => {
  const bench = failing("closed", 10 * minute);
  const states: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    await bench.time.advance(minute);
    states.push(`${bench.desk.view.snapshot(null).stream_state} ${await bench.health()}`);
  }
  assert.equal(states[0], "reconnecting 200 fresh");
  assert.deepEqual(new Set(states.slice(1, 10)), new Set(["reconnecting 503 tick_too_old"]));
  assert.equal(states.at(-1), "live 200 fresh");
  assert.equal(bench.desk.feedState().state, "live", "the same feed, never started again");
  await bench.stop();
});

test("a wall clock set forward or back is stale until it is right again", async () => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const bench = simulate([]);
    await bench.time.advance(begin);
    assert.equal(await bench.health(), "200 fresh");
    bench.time.stepWall(stepMs);
    assert.match(await bench.health(), /^503 /, "at once");
    await bench.time.advance(5 * minute);
    assert.match(await bench.health(), /^503 /, "and as long as it is wrong");
    bench.time.stepWall(-stepMs);
    await bench.time.advance(2000);
    assert.equal(await bench.health(), "200 fresh");
    await bench.stop();
  }
});

test("an exchange whose clock is ahead is stale within the maximal age", async () => {
  await staleAndBack(failing("skew", 5 * minute, 3_600_000), 5 * minute, ["503 tick_in_future"]);
});

test("an exchange whose clock is behind is stale within the maximal age", async () => {
  await staleAndBack(failing("skew", 5 * minute, -3_600_000), 5 * minute, ["503 tick_too_old"]);
});

test("repeats and reordering on the way cost nothing but themselves", async () => {
  for (const kind of ["duplicate", "out_of_order", "reconnect"] as const) {
    const bench = failing(kind, 5 * minute);
    await bench.time.advance(begin + 4 * minute);
    assert.equal(await bench.health(), "200 fresh", kind);
    const counts = bench.desk.view.listing()[0]?.counts;
    if (kind === "duplicate") assert.ok((counts?.tick_duplicate ?? 0) > 100);
    if (kind === "out_of_order") assert.ok((counts?.tick_out_of_order ?? 0) > 100);
    const seen = bench.events.map(({ payload }) => JSON.stringify(payload));
    assert.equal(new Set(seen).size, seen.length, "no tick was published twice");
    await bench.stop();
  }
});

test("one symbol can be asked for: unseen is stale whatever the others do", async () => {
  const bench = simulate([], ["SPY", "QQQ"]);
  await bench.time.advance(begin);
  assert.equal(await bench.health("QQQ"), "200 fresh");
  assert.equal(await bench.health("IWM"), "503 tick_never_seen");
  assert.equal((await bench.app.request("/healthz?symbol=%00")).status, 400);
  await bench.stop();
});

test("a heartbeat names the last tick of the exchange, not the time of writing", async () => {
  const bench = failing("stall", 5 * minute);
  await bench.time.advance(begin + 3 * minute);
  const beat = bench.desk.view.heartbeat();
  assert.equal(beat.heartbeat_ts, new Date(tuesdayMs + begin + 3 * minute).toISOString());
  assert.equal(beat.last_tick_ts, new Date(tuesdayMs + begin - 1000).toISOString());
  assert.equal(beat.tick_age_seconds, 3 * 60 + 1);
  assert.equal(beat.stream_state, "stalled");
  assert.equal(beat.status, "degraded");
  await bench.stop();
});

const anyFailure: fc.Arbitrary<Failure> = fc.record({
  kind: fc.constantFrom(...failureKinds),
  from_ms: fc.integer({ min: 0, max: 300_000 }),
  for_ms: fc.integer({ min: 1000, max: 150_000 }),
  by_ms: fc.integer({ min: -120_000, max: 120_000 }),
});

test("under any plan of failures fresh means fresh, and its end is recovered from", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFailure, { minLength: 1, maxLength: 5 }), async (failures) => {
      const bench = simulate(failures);
      for (let at = 0; at < 480_000; at += 15_000) {
        await bench.time.advance(15_000);
        if ((await bench.health()) !== "200 fresh") continue;
        const prices = lastMoves(bench).filter((ms) => bench.time.nowMs() - ms <= minute);
        assert.ok(prices.length > 0, JSON.stringify(failures));
      }
      // A clock that was ahead is waited for, at most as long as it was ahead.
      await bench.time.advance(150_000);
      assert.equal(await bench.health(), "200 fresh", JSON.stringify(failures));
      await bench.stop();
    }),
    { seed: 20_240_305, numRuns: 6 },
  );
});

/** Exchange times of published ticks that differ in content from the one of their kind before. */
function lastMoves({ events }: Bench): readonly number[] {
  const before = new Map<string, string>();
  const moves: number[] = [];
  for (const { payload } of events.slice(-400)) {
    // The simulator's own ticks, and heartbeats, which have no kind.
    const tick = payload as Readonly<Record<string, unknown>>;
    if (tick["kind"] === undefined) continue;
    const content = [
      tick["bid"],
      tick["ask"],
      tick["bid_size"],
      tick["price"],
      tick["size"],
    ].join();
    const kind = JSON.stringify(tick["kind"]);
    if (before.get(kind) !== content) moves.push(Number(tick["exchange_ts_ms"]));
    before.set(kind, content);
  }
  return moves;
}

test("a drill is begun and ended by a file, and makes healthy data stale", async (context) => {
  const root = mkdtempSync(join(tmpdir(), "assay-drill-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const bench = openBench({
    root,
    feed: (time) =>
      createSimulatorFeed({
        ...{ seed: 7, symbols: ["SPY"], stepMs: 1000, failures: [], time, chance: () => 0.5 },
      }),
  });
  await bench.time.advance(begin);
  assert.equal(await bench.health(), "200 fresh");
  writeFileSync(bench.drillFile, "");
  assert.equal(await bench.health(), "503 forced_stale");
  rmSync(bench.drillFile);
  assert.equal(await bench.health(), "200 fresh");
  await bench.stop();
});

test("numbers may begin anew on a new connection, and only there", async () => {
  const say: { tick: (sequence: number) => void; live: () => void } = {
    tick: () => {},
    live: () => {},
  };
  const bench = openBench({
    feed: (time) => ({
      name: "by hand",
      sequences: "increasing",
      async start(onTick, onState, signal): Promise<void> {
        say.live = () => onState({ state: "live", reason: null });
        say.tick = (sequence) => {
          const last = { price: "10", size: "1" };
          const bare = tradeTick({ symbol: "SPY", last, exchangeMs: time.nowMs(), sequence });
          onTick({ ...bare, received_ts_ms: time.nowMs(), source: "test" });
        };
        await time.sleep(10 * minute, signal);
      },
    }),
  });
  const taken = (): number => bench.desk.view.listing()[0]?.counts.accepted ?? 0;
  await bench.time.advance(1000);
  say.live();
  for (const [sequence, expected] of [
    [9, 1],
    [3, 1],
    [10, 2],
  ] as const) {
    await bench.time.advance(1000);
    say.tick(sequence);
    assert.equal(taken(), expected);
  }
  say.live();
  await bench.time.advance(1000);
  say.tick(3);
  assert.equal(taken(), 3);
  await bench.stop();
});
