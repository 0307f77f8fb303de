import assert from "node:assert/strict";
import { test } from "node:test";
import { createTokenBuckets } from "./token-buckets.ts";

const limit = { count: 60, perMs: 2000 };

test("a burst up to the limit passes, the next one waits for its share of the time", () => {
  let now = 0;
  const buckets = createTokenBuckets(() => now);
  const taken = Array.from({ length: 61 }, () => buckets.take("a", limit, 1));
  assert.equal(taken.filter(Boolean).length, 60);
  assert.equal(taken.at(-1), false);
  now = 33;
  assert.equal(buckets.take("a", limit, 1), false);
  now = 34;
  assert.equal(buckets.take("a", limit, 1), true);
  now = 10_000;
  assert.equal(buckets.left("a", limit), 60);
});

test("keys do not share, and a batch takes all of its tokens or none", () => {
  const buckets = createTokenBuckets(() => 0);
  assert.equal(buckets.take("a", limit, 50), true);
  assert.equal(buckets.take("a", limit, 20), false);
  assert.equal(buckets.left("a", limit), 10);
  assert.equal(buckets.take("b", limit, 60), true);
});

test("a clock that goes back gives nothing", () => {
  let now = 5000;
  const buckets = createTokenBuckets(() => now);
  assert.equal(buckets.take("a", limit, 60), true);
  now = 1000;
  assert.equal(buckets.take("a", limit, 1), false);
});
