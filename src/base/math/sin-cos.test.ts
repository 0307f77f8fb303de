import assert from "node:assert/strict";
import { test } from "node:test";
import { errorInUlps, exactCos, exactSin, worstError } from "#support";
import { createStream } from "../rng/stream.ts";
import { cos, sin } from "./sin-cos.ts";
import { maxAngle } from "./trig-reduction.ts";

const draw = createStream({ seed: 103, stream: "sample", id: 0 });

test("sin and cos are within 0.8 ulp of the truth up to 100 000 radians", (t) => {
  const points = [maxAngle, -maxAngle, Math.PI / 4, 2 ** -30];
  for (let index = 0; index < 2500; index++) {
    points.push((draw.uniform() - 0.5) * 2 * maxAngle);
    points.push((draw.uniform() - 0.5) * 8);
    points.push((draw.uniform() - 0.5) * 2 ** -draw.below(50));
  }
  for (const [name, own, exact] of [
    ["sin", sin, exactSin],
    ["cos", cos, exactCos],
  ] as const) {
    const worst = worstError(points, (x) => errorInUlps(own(x), exact(x)));
    t.diagnostic(`${name}: worst ${worst.ulps} ulp at ${worst.at}`);
    assert.ok(worst.ulps < 0.8, `${name}: ${worst.ulps} ulp at ${worst.at}`);
  }
});

test("the float64 next to each multiple of pi/2 keeps its accuracy", (t) => {
  // These are the hardest arguments: nearly all digits of x cancel in the reduction.
  const points = Array.from({ length: 63_662 }, (_, k) => ((k + 1) * Math.PI) / 2);
  const hard = points.filter((_, k) => k < 3000 || k % 7 === 0);
  const near = (x: number): number => {
    const [own, exact] = Math.abs(sin(x)) < 0.5 ? [sin, exactSin] : [cos, exactCos];
    return errorInUlps(own(x), exact(x));
  };
  const worst = worstError(hard, near);
  t.diagnostic(`worst ${worst.ulps} ulp at ${worst.at}`);
  assert.ok(worst.ulps < 0.8, `${worst.ulps} ulp at ${worst.at}`);
});

test("sin and cos of the special values", () => {
  assert.equal(sin(0), 0);
  assert.equal(sin(-0), -0);
  assert.equal(sin(5e-324), 5e-324);
  assert.equal(cos(0), 1);
  assert.equal(cos(-0), 1);
  for (const x of [NaN, Infinity, -Infinity]) {
    assert.equal(sin(x), NaN);
    assert.equal(cos(x), NaN);
  }
});

test("sin is odd and cos is even to the last bit", () => {
  for (let index = 0; index < 2000; index++) {
    const x = (draw.uniform() - 0.5) * 2000;
    assert.equal(sin(-x), -sin(x));
    assert.equal(cos(-x), cos(x));
  }
});

test("an angle beyond the proven range is a defect", () => {
  for (const x of [100_000.00000000001, -1e6, 1e300]) {
    assert.throws(() => sin(x), { name: "Defect" });
    assert.throws(() => cos(x), { name: "Defect" });
  }
});
