import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judgeFreshness, maxFutureMs, noTicks, observeTick, type TickWatch } from "./freshness.ts";
import type { Moment } from "./moment.ts";

const limits = { maxAgeMs: 60_000, forcedStale: false };
const start = 1_700_000_000_000;

function moment(afterMs: number, steppedMs = 0): Moment {
  return { wallMs: start + afterMs + steppedMs, monoMs: afterMs };
}

function reason(watch: TickWatch, now: Moment): string {
  return judgeFreshness(watch, limits, now).reason;
}

const seen = observeTick(noTicks, start, moment(0));

test("nothing seen yet is stale, and a tick is fresh until it is older than the limit", () => {
  assert.equal(reason(noTicks, moment(0)), "tick_never_seen");
  assert.equal(reason(seen, moment(0)), "fresh");
  assert.equal(reason(seen, moment(60_000)), "fresh");
  assert.equal(reason(seen, moment(60_001)), "tick_too_old");
  assert.deepEqual(judgeFreshness(seen, limits, moment(1500)), {
    fresh: true,
    reason: "fresh",
    lastTickMs: start,
    ageMs: 1500,
  });
});

test("the age is that of the exchange's tick, not of its arrival", () => {
  const late = observeTick(noTicks, start - 50_000, moment(0));
  assert.equal(reason(late, moment(10_000)), "fresh");
  assert.equal(reason(late, moment(10_001)), "tick_too_old");
});

test("repeats and replays of old ticks refresh nothing", () => {
  let watch = seen;
  for (let at = 0; at <= 70_000; at += 1000) {
    watch = observeTick(watch, start, moment(at));
    watch = observeTick(watch, start - 5000, moment(at));
  }
  assert.equal(reason(watch, moment(70_000)), "tick_too_old");
  assert.equal(reason(observeTick(watch, start + 70_000, moment(70_000)), moment(70_000)), "fresh");
});

test("a tick from the future is stale until a sound one comes", () => {
  const edge = observeTick(noTicks, start + maxFutureMs, moment(0));
  assert.equal(reason(edge, moment(0)), "fresh");
  const beyond = observeTick(seen, start + maxFutureMs + 1, moment(0));
  assert.equal(reason(beyond, moment(1)), "tick_in_future");
  assert.equal(reason(observeTick(beyond, start + 5, moment(5)), moment(5)), "fresh");
  const only = observeTick(noTicks, start + 3_600_000, moment(0));
  assert.equal(reason(only, moment(1)), "tick_in_future");
});

test("a clock set back is stale until a newer tick comes, a clock set forward is too", () => {
  assert.equal(reason(seen, moment(10, -11)), "clock_stepped_back");
  assert.equal(reason(seen, moment(10, -3_600_000)), "clock_stepped_back");
  assert.equal(reason(seen, moment(10, 3_600_000)), "tick_too_old");
  const slow = observeTick(seen, start + 1000, moment(1000, -500));
  assert.equal(reason(slow, moment(1001, -500)), "fresh");
  const hour = observeTick(seen, start + 1000, moment(1000, -3_600_000));
  assert.equal(reason(hour, moment(1001, -3_600_000)), "tick_in_future", "the clock is wrong");
});

test("a clock that was set back a little cannot make an old tick young", () => {
  const watch = observeTick(noTicks, start, moment(0));
  assert.equal(reason(watch, moment(60_001, -2000)), "tick_too_old");
});

test("forced stale is stale whatever comes in, and numbers that are none are stale", () => {
  const forced = { ...limits, forcedStale: true };
  assert.equal(judgeFreshness(seen, forced, moment(0)).reason, "forced_stale");
  assert.equal(judgeFreshness(seen, { ...limits, maxAgeMs: Number.NaN }, moment(0)).fresh, false);
  assert.equal(reason(observeTick(noTicks, Number.NaN, moment(0)), moment(0)), "tick_never_seen");
  assert.equal(judgeFreshness(seen, limits, { wallMs: Number.NaN, monoMs: 0 }).fresh, false);
});

test("fresh always means: a tick of the last minute by both clocks, not from the future", () => {
  const step = fc.record({
    tick: fc.integer({ min: -200_000, max: 200_000 }),
    wait: fc.integer({ min: 0, max: 90_000 }),
    stepped: fc.constantFrom(0, 0, 0, -3_600_000, -2000, 2000, 3_600_000),
    forward: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let watch: TickWatch = noTicks;
      let [mono, offset] = [0, 0];
      for (const { tick, wait, stepped, forward } of steps) {
        mono += wait;
        offset += stepped;
        const now = moment(mono, offset);
        watch = observeTick(watch, forward ? now.wallMs : now.wallMs + tick, now);
        const verdict = judgeFreshness(watch, limits, now);
        if (!verdict.fresh) continue;
        assert.ok(watch.receivedAt !== null && watch.lastTickMs !== null);
        assert.ok(now.wallMs - watch.lastTickMs <= limits.maxAgeMs);
        assert.ok(now.wallMs - watch.lastTickMs >= -maxFutureMs);
        assert.ok(now.monoMs - watch.receivedAt.monoMs <= limits.maxAgeMs);
      }
    }),
    { seed: 503, numRuns: 1000 },
  );
});
