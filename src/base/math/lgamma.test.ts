import assert from "node:assert/strict";
import { test } from "node:test";
import {
  errorInUlps,
  eulerGammaFixed,
  exactLgamma,
  nearestFloat,
  one,
  worstError,
  zetaFixed,
} from "#support";
import { createStream } from "../rng/stream.ts";
import { exp } from "./exp.ts";
import { lgamma, zetaSeries } from "./lgamma.ts";

const draw = createStream({ seed: 105, stream: "sample", id: 0 });

test("lgamma is within 5 ulp of the truth, also around its zeros", (t) => {
  const points = [0.5, 1.5, 2.5, 8, 7.999999999999999, 1e-300, 1e300, 3, 100];
  for (let index = 0; index < 1500; index++) {
    points.push(draw.uniform());
    points.push(draw.uniform() * 9);
    points.push(1 + (draw.uniform() - 0.5) * 2 ** -draw.below(45));
    points.push(2 + (draw.uniform() - 0.5) * 2 ** -draw.below(45));
    points.push(8 + draw.uniform() * 200);
    points.push(exp(draw.uniform() * 600));
    points.push(exp(-draw.uniform() * 700));
  }
  const worst = worstError(
    points.filter((x) => x !== 1 && x !== 2),
    (x) => errorInUlps(lgamma(x), exactLgamma(x)),
  );
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 5, `${worst.ulps} ulp at ${worst.at}`);
});

test("the special values", () => {
  assert.equal(lgamma(1), 0);
  assert.equal(lgamma(2), 0);
  assert.equal(lgamma(3), Math.LN2);
  assert.equal(lgamma(0), Infinity);
  assert.equal(lgamma(-0), Infinity);
  assert.equal(lgamma(Infinity), Infinity);
  assert.equal(lgamma(1e308), Infinity);
  assert.equal(lgamma(NaN), NaN);
  assert.throws(() => lgamma(-0.5), { name: "Defect" });
});

test("the series around 2 is the one its docstring names", () => {
  const exact = [one - eulerGammaFixed()];
  for (let k = 2; k <= zetaSeries.length; k++) {
    const term = (zetaFixed(k) - one) / BigInt(k);
    exact.push(k % 2 === 0 ? term : -term);
  }
  assert.deepEqual(zetaSeries, exact.map(nearestFloat));
});
