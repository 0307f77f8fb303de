import assert from "node:assert/strict";
import { test } from "node:test";
import { quantileErrorInUlps, worstError } from "#support";
import { createStream } from "../rng/stream.ts";
import { normalCdf } from "./erf.ts";
import { exp } from "./exp.ts";
import { normalInverse } from "./normal-inverse.ts";

const draw = createStream({ seed: 106, stream: "sample", id: 0 });
const errorAt = (p: number): number => quantileErrorInUlps(normalInverse(p), p);

test("the published check values of AS 241", () => {
  assert.equal(normalInverse(0.25), -0.6744897501960817);
  assert.equal(normalInverse(0.001), -3.090232306167813);
  // The true value is ...798409: the sum of the rounding errors is 2 units here.
  assert.ok(errorAt(1e-20) < 3);
});

test("the normal quantile is within 5 ulp where streams draw, 7 ulp everywhere", (t) => {
  const drawn: number[] = [2 ** -33, 1 - 2 ** -33, 0.075, 0.925];
  for (let index = 0; index < 3000; index++) {
    drawn.push(draw.uniform());
    drawn.push(draw.uniform() * 0.08);
  }
  const worst = worstError(drawn, errorAt);
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 5, `${worst.ulps} ulp at ${worst.at}`);

  const tails = Array.from({ length: 2000 }, () => exp(-draw.uniform() * 708));
  const worstTail = worstError([...tails, 2 ** -1022, 1 - 2 ** -53], errorAt);
  t.diagnostic(`far tails: worst ${worstTail.ulps} ulp at ${worstTail.at}`);
  assert.ok(worstTail.ulps < 7, `${worstTail.ulps} ulp at ${worstTail.at}`);
});

test("the special values", () => {
  assert.equal(normalInverse(0.5), 0);
  assert.equal(normalInverse(0), -Infinity);
  assert.equal(normalInverse(1), Infinity);
  for (const p of [-0.1, 1.1, NaN, -Infinity, Infinity]) assert.equal(normalInverse(p), NaN);
});

test("the quantile undoes the distribution function", () => {
  for (let z = -8; z < 5; z += 0.01) {
    const back = normalInverse(normalCdf(z));
    // Near 1 the distribution function itself keeps fewer digits.
    const lost = z > 0 ? (2 ** -53 * 2.51) / exp((-z * z) / 2) : 0;
    assert.ok(Math.abs(back - z) < 4e-15 + lost, `${z} came back as ${back}`);
  }
});

test("the quantile never falls from one drawable point to the next", () => {
  for (let index = 0; index < 5000; index++) {
    const word = draw.below(2 ** 32 - 1);
    const [low, high] = [(word + 0.5) / 2 ** 32, (word + 1.5) / 2 ** 32];
    assert.ok(normalInverse(low) <= normalInverse(high), `${word}`);
  }
});
