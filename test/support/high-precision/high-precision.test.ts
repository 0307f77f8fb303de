import assert from "node:assert/strict";
import { test } from "node:test";
import { exactCos, exactExp, exactLn, exactSin, expFixed, piFixed } from "./elementary.ts";
import {
  type Exact,
  errorInUlps,
  exactOf,
  fixedMultiply,
  fixedOf,
  nearestFloat,
  one,
} from "./exact.ts";
import {
  eulerGammaFixed,
  exactErf,
  exactErfc,
  exactLgamma,
  scaledErfc,
  zetaFixed,
} from "./special.ts";
import { worstError } from "./worst-error.ts";

test("the judge knows published constants to 60 decimals", () => {
  const known: readonly (readonly [bigint, string])[] = [
    [piFixed, "3.141592653589793238462643383279502884197169399375105820974944"],
    [valueOf(exactLn(2)), "0.693147180559945309417232121458176568075500134360255254120680"],
    [valueOf(exactLn(10)), "2.302585092994045684017991454684364207601101488628772976033327"],
    [valueOf(exactExp(1)), "2.718281828459045235360287471352662497757247093699959574966967"],
    [eulerGammaFixed(), "0.577215664901532860606512090082402431042159335939923598805767"],
    [zetaFixed(3), "1.202056903159594285399738161511449990764986292340498881792271"],
    [fixedMultiply(6n * zetaFixed(2), one), decimals(fixedMultiply(piFixed, piFixed))],
    [
      valueOf(exactLgamma(0.5)) * 2n,
      "1.144729885849400174143427351353058711647294812915311571513623",
    ],
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
  for (const x of [-200, -1.5, 0.001, 0.7, 30]) {
    const power = expFixed(fixedOf(x));
    const back = exactLn(nearestFloat(valueOf(power)));
    assert.ok(errorInUlps(x, back) < 4, `ln exp ${x}`);
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
  return `${text.slice(0, -60)}.${text.slice(-60)}`;
}
