import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cosFixed,
  errorInUlps,
  exactErf,
  exactErfc,
  exactNormalCdf,
  fixedMultiply,
  fixedOf,
  nearestFloat,
  one,
  piFixed,
  scaledErfc,
  worstError,
} from "#support";
import { createStream } from "../rng/stream.ts";
import { complementSeries, erf, erfc, normalCdf } from "./erf.ts";

const draw = createStream({ seed: 104, stream: "sample", id: 0 });

test("erf is within 2 ulp of the truth", (t) => {
  const points = [0.5, -0.5, 6, 5.999, 1e-300, 2 ** -60];
  for (let index = 0; index < 2000; index++) {
    points.push((draw.uniform() - 0.5) * 3);
    points.push((draw.uniform() - 0.5) * 13);
  }
  const worst = worstError(points, (x) => errorInUlps(erf(x), exactErf(x)));
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 2, `${worst.ulps} ulp at ${worst.at}`);
});

test("erfc is within 4 ulp of the truth, far into its tail", (t) => {
  const points = [0.5, -0.5, -6, 26.5, 0, 1e-20];
  for (let index = 0; index < 2000; index++) {
    points.push(-6 + draw.uniform() * 12);
    points.push(draw.uniform() * 26.5);
  }
  const worst = worstError(points, (x) => errorInUlps(erfc(x), exactErfc(x)));
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 4, `${worst.ulps} ulp at ${worst.at}`);
});

test("the normal distribution function is within 4 ulp of the truth in both tails", (t) => {
  const points = [0, 0.7071067811865475, -0.7071067811865476, -37.5, 8.3];
  for (let index = 0; index < 2000; index++) {
    points.push((draw.uniform() - 0.5) * 18);
    points.push(-draw.uniform() * 37.5);
  }
  const worst = worstError(points, (x) => errorInUlps(normalCdf(x), exactNormalCdf(x)));
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 4, `${worst.ulps} ulp at ${worst.at}`);
});

test("subnormal tails are within one unit of the truth and end in 0", () => {
  for (let x = 26.55; x < 28.5; x += 0.01) assert.ok(errorInUlps(erfc(x), exactErfc(x)) <= 1);
  for (let x = -37.55; x > -39.5; x -= 0.01) {
    assert.ok(errorInUlps(normalCdf(x), exactNormalCdf(x)) <= 1, `${x}`);
  }
  assert.equal(erfc(1e300), 0);
  assert.equal(normalCdf(-1e300), 0);
});

test("the special values", () => {
  assert.equal(erf(-0), -0);
  assert.equal(erf(Infinity), 1);
  assert.equal(erf(-Infinity), -1);
  assert.equal(erfc(0), 1);
  assert.equal(erfc(Infinity), 0);
  assert.equal(erfc(-Infinity), 2);
  assert.equal(normalCdf(0), 0.5);
  assert.equal(normalCdf(Infinity), 1);
  assert.equal(normalCdf(-Infinity), 0);
  for (const own of [erf, erfc, normalCdf]) assert.equal(own(NaN), NaN);
});

test("the distribution function rises, also where its method changes", () => {
  let before = normalCdf(-9);
  for (let step = 1; step <= 18_000; step++) {
    const value = normalCdf(-9 + step / 1000);
    assert.ok(value >= before, `at ${-9 + step / 1000}`);
    before = value;
  }
});

test("the series of the scaled complement is the one its docstring names", () => {
  const nodes = 48;
  const values: bigint[] = [];
  const angles: bigint[] = [];
  for (let j = 0; j < nodes; j++) {
    const angle = (piFixed * BigInt(2 * j + 1)) / BigInt(2 * nodes);
    const t = cosFixed(angle);
    const x = one / 2n + (3n * (one + t) * one) / (one - t);
    angles.push(angle);
    values.push(fixedMultiply(one + 2n * x, scaledErfc(x)));
  }
  complementSeries.forEach((coefficient, k) => {
    let sum = 0n;
    values.forEach((value, j) => {
      sum += fixedMultiply(value, cosFixed((angles[j] ?? 0n) * BigInt(k)));
    });
    const exact = (k === 0 ? sum : 2n * sum) / BigInt(nodes);
    assert.equal(coefficient, nearestFloat(exact), `coefficient ${k}`);
  });
  assert.equal(fixedOf(0.5), one / 2n);
});
