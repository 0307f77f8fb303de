import assert from "node:assert/strict";
import { test } from "node:test";
import { errorInUlps, exactExp, worstError } from "#support";
import { createStream } from "../rng/stream.ts";
import { exp } from "./exp.ts";
import { pow2 } from "./pow2.ts";

const draw = createStream({ seed: 102, stream: "sample", id: 0 });

test("exp is within 0.9 ulp of the truth, within 1 where results are subnormal", (t) => {
  const normal = [1, -1, 709.782712893384, -708.3964185322641, 2 ** -53, -(2 ** -54), 1e-300];
  for (let index = 0; index < 3000; index++) {
    normal.push(-708 + draw.uniform() * 1417);
    normal.push((draw.uniform() - 0.5) * 40);
    normal.push((draw.uniform() - 0.5) * 2 ** -draw.below(60));
  }
  const worst = worstError(normal, (x) => errorInUlps(exp(x), exactExp(x)));
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 0.9, `${worst.ulps} ulp at ${worst.at}`);

  const tiny = Array.from({ length: 1000 }, () => -708.4 - draw.uniform() * 36.7);
  const worstTiny = worstError(tiny, (x) => errorInUlps(exp(x), exactExp(x)));
  t.diagnostic(`subnormal: worst ${worstTiny.ulps} ulp at ${worstTiny.at}`);
  assert.ok(worstTiny.ulps < 1, `${worstTiny.ulps} ulp at ${worstTiny.at}`);
});

test("exp of the special values and at both ends of its range", () => {
  assert.equal(exp(0), 1);
  assert.equal(exp(-0), 1);
  assert.equal(exp(NaN), NaN);
  assert.equal(exp(Infinity), Infinity);
  assert.equal(exp(-Infinity), 0);
  assert.ok(exp(709.782712893384) < Infinity);
  assert.equal(exp(709.7827128933841), Infinity);
  assert.equal(exp(-745.133219101941), 5e-324);
  assert.equal(exp(-745.1332191019412), 0);
});

test("exp never falls between neighbours", () => {
  for (let index = 0; index < 5000; index++) {
    const x = (draw.uniform() - 0.5) * 20;
    assert.ok(exp(x) <= exp(x + Math.abs(x) * 2 ** -52), `${x}`);
  }
});

test("pow2 is exact over its whole range", () => {
  for (let n = -1080; n <= 1030; n++) assert.equal(pow2(n), 2 ** n);
  assert.throws(() => pow2(0.5), { name: "Defect" });
});
