import assert from "node:assert/strict";
import { test } from "node:test";
import { crossingPoint, signChanges } from "./sign-change.ts";

const at = (...values: readonly number[]) => values.map((y, x) => ({ x, y }));
const zeros = (...values: readonly number[]) => signChanges(at(...values)).map(crossingPoint);

test("a change of sign lies on the line between its two points", () => {
  assert.deepEqual(zeros(-1, 1), [0.5]);
  assert.deepEqual(zeros(3, -1, -2, 6), [0.75, 2.25]);
});

test("a zero has no side: it is passed, and alone it is no change", () => {
  assert.deepEqual(zeros(1, 0, 2, 0), []);
  assert.deepEqual(zeros(-1, 0, 1), [1]);
  assert.deepEqual(zeros(0, 0), []);
  assert.deepEqual(zeros(), []);
});
