import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type HealthProbe, judgeHealthBody, judgeHealthProbe } from "./judge-health-body.ts";

const nowMs = 1_700_000_000_000;
const limits = { maxAgeMs: 60_000 };

function body(changes: object = {}): object {
  return {
    service: "marketdata-mcp-server",
    last_tick_epoch_seconds: (nowMs - 1500) / 1000,
    age_seconds: 1.5,
    max_age_seconds: 60,
    ok: true,
    forced_stale: false,
    market: "open",
    expected_fresh: true,
    reason: "fresh",
    ...changes,
  };
}

function answered(text: string, status: number = 200): HealthProbe {
  return { state: "answered", status, text };
}

test("a fresh tick behind a 200 is fresh, by the age that the consumer computes", () => {
  const verdict = judgeHealthProbe(answered(JSON.stringify(body())), nowMs, limits);
  assert.deepEqual(verdict, {
    fresh: true,
    reason: "fresh",
    refusal: null,
    lastTickMs: nowMs - 1500,
    ageMs: 1500,
  });
});

test("whatever cannot be established is stale, with the reason", () => {
  const rows: readonly (readonly [HealthProbe, string, string])[] = [
    [{ state: "timed_out" }, "health_timed_out", "marketdata_unreachable"],
    [{ state: "unreachable" }, "health_unreachable", "marketdata_unreachable"],
    [answered(JSON.stringify(body()), 503), "health_status_not_200", "marketdata_stale"],
    [answered(JSON.stringify(body()), 204), "health_status_not_200", "marketdata_stale"],
    [answered("ok"), "health_body_malformed", "marketdata_stale"],
    [answered(""), "health_body_malformed", "marketdata_stale"],
    [answered("null"), "health_body_malformed", "marketdata_stale"],
    [answered('{"ok":true}'), "health_body_malformed", "marketdata_stale"],
  ];
  for (const [probe, reason, refusal] of rows) {
    const verdict = judgeHealthProbe(probe, nowMs, limits);
    assert.deepEqual([verdict.fresh, verdict.reason, verdict.refusal], [false, reason, refusal]);
  }
});

test("what the body claims of itself is not believed", () => {
  const rows: readonly (readonly [object, string])[] = [
    [{ last_tick_epoch_seconds: null }, "tick_never_seen"],
    [{ last_tick_epoch_seconds: 0 }, "tick_never_seen"],
    [{ last_tick_epoch_seconds: -1 }, "tick_never_seen"],
    [{ last_tick_epoch_seconds: (nowMs - 60_001) / 1000, age_seconds: 0 }, "tick_too_old"],
    [{ last_tick_epoch_seconds: (nowMs + 5001) / 1000, age_seconds: 0 }, "tick_in_future"],
    [{ max_age_seconds: 1 }, "tick_too_old"],
    [{ forced_stale: true }, "health_forced_stale"],
    [{ ok: false }, "health_not_ok"],
    [{ ok: "true" }, "health_body_malformed"],
    [{ forced_stale: undefined }, "health_body_malformed"],
    [{ last_tick_epoch_seconds: String(nowMs / 1000) }, "health_body_malformed"],
    [{ max_age_seconds: Number.NaN }, "health_body_malformed"],
  ];
  for (const [changes, reason] of rows) {
    const verdict = judgeHealthBody(body(changes), nowMs, limits);
    assert.deepEqual([verdict.fresh, verdict.reason], [false, reason], JSON.stringify(changes));
  }
});

test("a tick up to five seconds ahead is fresh with an age of zero", () => {
  const ahead = body({ last_tick_epoch_seconds: (nowMs + 5000) / 1000 });
  const verdict = judgeHealthBody(ahead, nowMs, limits);
  assert.deepEqual([verdict.fresh, verdict.ageMs], [true, 0]);
});

test("a 503 still says when the last tick was", () => {
  const verdict = judgeHealthProbe(answered(JSON.stringify(body()), 503), nowMs, limits);
  assert.deepEqual([verdict.lastTickMs, verdict.ageMs], [nowMs - 1500, 1500]);
});

test("a limit that is no number leaves nothing fresh", () => {
  assert.equal(judgeHealthBody(body(), nowMs, { maxAgeMs: Number.NaN }).fresh, false);
  assert.equal(judgeHealthBody(body(), Number.NaN, limits).fresh, false);
});

test("nothing that an answer can hold is fresh unless its tick is within both limits", () => {
  const seconds = fc.oneof(
    fc.double({ min: (nowMs - 200_000) / 1000, max: (nowMs + 20_000) / 1000, noNaN: true }),
    fc.constant(null),
    fc.double(),
  );
  fc.assert(
    fc.property(seconds, fc.nat(200), fc.boolean(), fc.boolean(), (tick, max, ok, forced) => {
      const said = body({
        last_tick_epoch_seconds: tick,
        max_age_seconds: max,
        ok,
        forced_stale: forced,
      });
      const verdict = judgeHealthBody(said, nowMs, limits);
      const ageMs = tick === null ? Number.NaN : nowMs - Math.floor(tick * 1000);
      const within = ageMs <= Math.min(60_000, max * 1000) && ageMs >= -5000;
      assert.equal(verdict.fresh, ok && !forced && within && (tick ?? 0) > 0);
      assert.equal(verdict.refusal === null, verdict.fresh);
    }),
    { seed: 9, numRuns: 1000 },
  );
});
