import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertSafe, floorDiv, mulSafe, roundHalfEven } from "./integer.ts";

const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -100, max: 100 }));

test("ties round to the even neighbour", () => {
  const vectors = [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [4503599627370495.5, 4503599627370496],
    [-0, 0],
    [-0.2, 0],
    [2 ** 60, 2 ** 60],
  ] as const;
  for (const [x, rounded] of vectors) assert.equal(roundHalfEven(x), rounded);
  for (const x of [NaN, Infinity, -Infinity]) assert.equal(roundHalfEven(x), x);
});

test("rounding to even is symmetric and never more than a half away", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (x) => {
      const rounded = roundHalfEven(x);
      assert.ok(Number.isInteger(rounded) && Math.abs(x - rounded) <= 0.5);
      assert.equal(roundHalfEven(-x), 0 - rounded);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test("floorDiv equals exact division of any two safe integers", () => {
  assert.equal(floorDiv(-7, 2), -4);
  assert.equal(floorDiv(7, -2), -4);
  assert.equal(Object.is(floorDiv(-0, 5), 0), true);
  // 9007199254740991 / 0.99... rounds up: the naive floor is one too high.
  assert.equal(floorDiv(9007199254740991, 2), 4503599627370495);
  fc.assert(
    fc.property(safe, safe, (a, b) => {
      fc.pre(b !== 0);
      const [top, bottom] = [BigInt(a), BigInt(b)];
      const rest = ((top % bottom) + bottom) % bottom;
      assert.equal(floorDiv(a, b), Number((top - rest) / bottom));
    }),
    { seed: 8, numRuns: 3000 },
  );
  assert.throws(() => floorDiv(1, 0), /division by zero/);
  assert.throws(() => floorDiv(0.5, 1), { name: "Defect" });
});

test("mulSafe gives the exact product or a defect that names it", () => {
  const factor = fc.oneof(safe, fc.integer({ min: -(2 ** 28), max: 2 ** 28 }));
  fc.assert(
    fc.property(factor, factor, (a, b) => {
      const exact = BigInt(a) * BigInt(b);
      const fits = exact <= 2n ** 53n - 1n && exact >= 1n - 2n ** 53n;
      if (fits) assert.equal(mulSafe(a, b, "fee"), Number(exact));
      else assert.throws(() => mulSafe(a, b, "fee"), /fee is not a safe integer/);
    }),
    { seed: 9, numRuns: 2000 },
  );
});

test("assertSafe refuses fractions, huge numbers and what is not a number", () => {
  assert.equal(assertSafe(2 ** 53 - 1, "equity"), undefined);
  for (const wrong of [0.5, 2 ** 53, NaN, Infinity]) {
    assert.throws(() => assertSafe(wrong, "equity"), {
      name: "Defect",
      message: `equity is not a safe integer: ${wrong}`,
    });
  }
});
