import assert from "node:assert/strict";
import { test } from "node:test";
import { errorInUlps, exactLn, worstError } from "#support";
import { createStream } from "../rng/stream.ts";
import { exp } from "./exp.ts";
import { ln } from "./ln.ts";

const draw = createStream({ seed: 101, stream: "sample", id: 0 });

test("ln is within 0.8 ulp of the truth over all positive numbers", (t) => {
  const points = [2, 10, Math.E, Math.SQRT2, Math.SQRT1_2, 5e-324, 2 ** -1022, Number.MAX_VALUE];
  for (let index = 0; index < 3000; index++) {
    points.push(exp((draw.uniform() - 0.5) * 1418)); // All magnitudes.
    points.push(0.5 + 1.5 * draw.uniform()); // One whole reduction interval.
    points.push(1 + (draw.uniform() - 0.5) * 2 ** -draw.below(52)); // Around its zero.
    points.push(draw.u32() * 5e-324); // Subnormal.
  }
  const worst = worstError(points, (x) => errorInUlps(ln(x), exactLn(x)));
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 0.8, `${worst.ulps} ulp at ${worst.at}`);
});

test("ln of the special values", () => {
  assert.equal(ln(1), 0);
  assert.equal(ln(0), -Infinity);
  assert.equal(ln(-0), -Infinity);
  assert.equal(ln(Infinity), Infinity);
  for (const x of [-1, -5e-324, -Infinity, NaN]) assert.equal(ln(x), NaN);
});

test("ln of a power of two is correctly rounded", () => {
  for (let n = -1074; n <= 1023; n++) {
    assert.ok(errorInUlps(ln(2 ** n), exactLn(2 ** n)) <= 0.5, `n = ${n}`);
  }
});

test("ln never falls between neighbours", () => {
  for (let index = 0; index < 5000; index++) {
    const x = exp((draw.uniform() - 0.5) * 20);
    assert.ok(ln(x) <= ln(x * (1 + 2 ** -52)), `${x}`);
  }
});
