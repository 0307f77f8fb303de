import assert from "node:assert/strict";
import { test } from "node:test";
import { exactCos, exactExp, exactLn, exactSin, expFixed, lnFixed, piFixed } from "./elementary.ts";
import { type Exact, errorInUlps, exactOf, fixedMultiply, fixedOf, one } from "./exact.ts";
import {
  eulerGammaFixed,
  exactErf,
  exactErfc,
  exactLgamma,
  scaledErfc,
  zetaFixed,
} from "./special.ts";
import { worstError } from "./worst-error.ts";

test("the judge knows published constants to 56 decimals", () => {
  const known: readonly (readonly [bigint, string])[] = [
    [piFixed, "3.14159265358979323846264338327950288419716939937510582097"],
    [valueOf(exactLn(2)), "0.69314718055994530941723212145817656807550013436025525412"],
    [valueOf(exactLn(10)), "2.30258509299404568401799145468436420760110148862877297603"],
    [valueOf(exactExp(1)), "2.71828182845904523536028747135266249775724709369995957496"],
    [eulerGammaFixed(), "0.57721566490153286060651209008240243104215933593992359880"],
    [zetaFixed(3), "1.20205690315959428539973816151144999076498629234049888179"],
    [fixedMultiply(6n * zetaFixed(2), one), decimals(fixedMultiply(piFixed, piFixed))],
    [valueOf(exactLgamma(0.5)) * 2n, "1.14472988584940017414342735135305871164729481291531157151"],
  ];
  for (const [value, decimal] of known) assert.equal(decimals(value), decimal);
});

test("the judge's two ways to the error function meet", () => {
  const series = scaledErfc(5n * one - 1n);
  const fraction = scaledErfc(5n * one);
  const gap = series - fraction;
  assert.ok((gap < 0n ? -gap : gap) < one >> 200n);
  for (const x of [0.25, 1, 3.75, 4.999]) {
    assert.equal(decimals(valueOf(exactErf(x)) + valueOf(exactErfc(x))), decimals(one));
  }
});

test("the judge's logarithm undoes its exponential, and sine and cosine lie on the circle", () => {
  for (const x of [-20, -1.5, 0.001, 0.7, 30]) {
    const back = lnFixed(valueOf(expFixed(fixedOf(x))));
    assert.equal(decimals(back - fixedOf(x) + (one >> 210n)), decimals(0n));
    const [sine, cosine] = [valueOf(exactSin(x)), valueOf(exactCos(x))];
    const sum = fixedMultiply(sine, sine) + fixedMultiply(cosine, cosine);
    assert.equal(decimals(sum + (one >> 240n)), decimals(one));
  }
});

test("errors are counted in units of the last place of the truth", () => {
  assert.equal(errorInUlps(1, exactOf(1)), 0);
  assert.equal(errorInUlps(1 + 2 ** -51, exactOf(1)), 2);
  assert.equal(errorInUlps(5e-324, exactOf(0)), 1);
  assert.equal(errorInUlps(-1, exactOf(-1 - 2 ** -52)), 1);
  assert.equal(errorInUlps(1, { m: (1n << 60n) + 1n, e: -60 }), 2 ** -8);
  assert.deepEqual(
    worstError([1, 2, 3], (x) => (x === 2 ? 7 : x)),
    { ulps: 7, at: 2 },
  );
  assert.deepEqual(
    worstError([1, 2], (x) => (x === 2 ? NaN : x)),
    { ulps: Infinity, at: 2 },
  );
});

function valueOf({ m, e }: Exact): bigint {
  return e < -256 ? m >> BigInt(-256 - e) : m << BigInt(e + 256);
}

function decimals(fixed: bigint): string {
  const text = String((fixed * 10n ** 60n) >> 256n).padStart(61, "0");
  return `${text.slice(0, -60)}.${text.slice(-60, -4)}`;
}
