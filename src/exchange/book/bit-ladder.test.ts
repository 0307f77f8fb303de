import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BitLadder } from "./bit-ladder.ts";

test("neighbours are found across words, layers and growth", () => {
  const ladder = new BitLadder(10);
  const far = 134_217_727;
  for (const tick of [0, 31, 32, 1023, 1024, 32_768, 1_048_576]) {
    ladder.reserve(tick);
    ladder.set(tick);
  }
  assert.equal(ladder.above(-1), 0);
  assert.equal(ladder.above(32_768), 1_048_576);
  assert.equal(ladder.above(1_048_576), -1);
  assert.equal(ladder.below(far), 1_048_576);
  assert.equal(ladder.below(1024), 1023);
  assert.equal(ladder.below(0), -1);
  ladder.reserve(far);
  ladder.set(far);
  assert.equal(ladder.above(1_048_576), far);
  assert.equal(ladder.below(far), 1_048_576);
  assert.equal(ladder.has(far), true);
});

test("it finds what a sorted list finds", () => {
  const tick = fc.oneof(
    fc.nat(200),
    fc.nat(70_000),
    fc.nat(134_217_727),
    fc.nat(63).map((step) => step * 32_768),
  );
  const act = fc.record({ add: fc.boolean(), tick });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), tick, (acts, probe) => {
      const ladder = new BitLadder(0);
      const members = new Set<number>();
      for (const { add, tick: at } of acts) {
        ladder.reserve(at);
        if (add) ladder.set(at);
        else ladder.clear(at);
        if (add) members.add(at);
        else members.delete(at);
      }
      for (const at of [probe, ...members]) {
        const over = [...members].filter((member) => member > at);
        const under = [...members].filter((member) => member < at);
        assert.equal(ladder.above(at), over.length === 0 ? -1 : Math.min(...over));
        assert.equal(ladder.below(at), under.length === 0 ? -1 : Math.max(...under));
        assert.equal(ladder.has(at), members.has(at));
      }
    }),
    { seed: 4, numRuns: 400 },
  );
});
