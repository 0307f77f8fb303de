import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { barPath } from "./bar-path.ts";

const bars = fc
  .tuple(fc.integer({ min: 9, max: 999 }), fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(9999))
  .chain(([low, up, a, b, volume]) => {
    const high = low + up;
    const within = (part: number): number => low + Math.min(part, up);
    return fc.constant({ startMs: 0, open: within(a), close: within(b), low, high, volume });
  });

test("a path runs from open to close, touches both extremes and trades it all", () => {
  fc.assert(
    fc.property(bars, fc.integer({ min: 4, max: 60 }), (bar, steps) => {
      const path = barPath(bar, 60_000, steps);
      const ticks = path.map((point) => point.ticks);
      assert.equal(path.length, steps);
      assert.equal(ticks[0], bar.open);
      assert.equal(ticks.at(-1), bar.close);
      assert.equal(Math.max(...ticks), bar.high);
      assert.equal(Math.min(...ticks), bar.low);
      assert.equal(
        path.reduce((sum, { lots }) => sum + lots, 0),
        bar.volume,
      );
      assert.ok(path.every(({ lots, offsetMs }) => lots >= 0 && offsetMs < 60_000));
    }),
    { seed: 11 },
  );
});

test("a falling bar goes up first, a rising one down", () => {
  const rising = { startMs: 0, open: 100, high: 120, low: 90, close: 110, volume: 60 };
  const ticks = barPath(rising, 60_000, 7).map((point) => point.ticks);
  assert.deepEqual(ticks, [100, 95, 90, 105, 120, 115, 110]);
  const falling = { ...rising, open: 110, close: 100 };
  assert.deepEqual(
    barPath(falling, 60_000, 7).map((point) => point.ticks),
    [110, 115, 120, 105, 90, 95, 100],
  );
});
