import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { History, RollingMax, RollingSum } from "./rolling.ts";

const values = fc.array(fc.integer({ min: -(2 ** 44), max: 2 ** 44 }), { maxLength: 60 });
const size = fc.integer({ min: 1, max: 12 });
const options = { seed: 20261121, numRuns: 300 };

test("a rolling sum is the sum of the last values, whatever came before", () => {
  fc.assert(
    fc.property(values, size, (list, width) => {
      const rolling = new RollingSum(width);
      for (const [index, value] of list.entries()) {
        rolling.push(value);
        const recent = list.slice(Math.max(index + 1 - width, 0), index + 1);
        assert.equal(
          rolling.sum,
          recent.reduce((a, b) => a + b, 0),
        );
        assert.equal(rolling.filled, recent.length);
        assert.equal(rolling.full, recent.length === width);
      }
    }),
    options,
  );
});

test("a rolling maximum is the largest of the last values, equal ones and falling ones too", () => {
  const few = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(few, size, (list, width) => {
      const rolling = new RollingMax(width);
      for (const [index, value] of list.entries()) {
        rolling.push(value);
        assert.equal(
          rolling.max,
          Math.max(...list.slice(Math.max(index + 1 - width, 0), index + 1)),
        );
      }
    }),
    options,
  );
});

test("a rolling maximum survives more falling values than it has room for", () => {
  const rolling = new RollingMax(4);
  for (let value = 100; value > 0; value -= 1) {
    rolling.push(value);
    assert.equal(rolling.max, Math.min(value + 3, 100));
  }
});

test("a history gives back what was pushed so many pushes ago", () => {
  fc.assert(
    fc.property(values, size, (list, width) => {
      const history = new History(width);
      for (const [index, value] of list.entries()) {
        history.push(value);
        for (let distance = 0; distance < Math.min(width, index + 1); distance += 1) {
          assert.equal(history.back(distance), list[index - distance]);
        }
      }
      assert.equal(history.count, list.length);
    }),
    options,
  );
});

test("after clear nothing is remembered", () => {
  const [sum, max, history] = [new RollingSum(3), new RollingMax(3), new History(3)];
  for (const window of [sum, max, history]) {
    for (const value of [9, 8, 7, 6]) window.push(value);
    window.clear();
    window.push(1);
  }
  assert.deepEqual([sum.sum, sum.filled, max.max], [1, 1, 1]);
  assert.deepEqual([history.count, history.back(0)], [1, 1]);
});
