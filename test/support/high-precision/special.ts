import { exactLn, expFixed, lnFixed, piFixed } from "./elementary.ts";
import {
  type Exact,
  exactOf,
  exactOfFixed,
  fixedDivide,
  fixedMultiply,
  fixedOf,
  fractionBits,
  one,
} from "./exact.ts";

const rootPi = squareRoot(piFixed);
const rootHalf = squareRoot(one / 2n);

/** From here on the continued fraction converges quickly; below, the series is exact enough. */
const fractionFrom = 5n * one;
const fractionTerms = 150;

export function exactErf(x: number): Exact {
  const fixed = fixedOf(x);
  const size = fixed < 0n ? -fixed : fixed;
  const value = size < fractionFrom ? erfSeries(size) : one - fixedValue(erfcTail(size));
  return exactOfFixed(fixed < 0n ? -value : value);
}

export function exactErfc(x: number): Exact {
  return erfcOfFixed(fixedOf(x));
}

export function exactNormalCdf(x: number): Exact {
  const { m, e } = erfcOfFixed(fixedMultiply(-fixedOf(x), rootHalf));
  return { m, e: e - 1 };
}

/**
 * The error of z as the p-quantile, in ulps of z: two terms of (Phi(z) - p) / phi(z), so the rest
 * is of the order of the cube of the error.
 */
export function quantileErrorInUlps(z: number, p: number): number {
  const fixed = fixedOf(z);
  const cdf = exactNormalCdf(z);
  // Both sides are multiplied by e^(z^2/2) first: in the tails they are below 2^-256.
  const inverseDensity = expFixed(fixedMultiply(fixed, fixed) / 2n); // Times sqrt(2 pi).
  const target = exactOf(p);
  const cdfValue = alignedTo(cdf.m * inverseDensity.m, cdf.e + inverseDensity.e);
  const pValue = alignedTo(target.m * inverseDensity.m, target.e + inverseDensity.e);
  const rootTwoPi = fixedMultiply(rootPi, squareRoot(2n * one));
  const first = fixedMultiply(cdfValue - pValue, rootTwoPi);
  const step = first + fixedMultiply(fixed, fixedMultiply(first, first)) / 2n;
  const ulp = fixedOf(ulpOf(z));
  return Math.abs(Number((step << 40n) / ulp) / 2 ** 40);
}

/** exp(x^2) erfc(x) for a fixed-point x >= 0. */
export function scaledErfc(x: bigint): bigint {
  if (x >= fractionFrom) return continuedFraction(x);
  const { m, e } = expFixed(fixedMultiply(x, x));
  return alignedTo(m * (one - erfSeries(x)), e - fractionBits);
}

/** ln Gamma(x), x > 0: recurrence up to 40, then Stirling with 30 Bernoulli numbers. */
export function exactLgamma(x: number): Exact {
  let shifted = fixedOf(x);
  let product = one;
  let first = 0n;
  if (shifted < 40n * one) {
    first = fixedValue(exactLn(x)); // Apart, because x itself may be below 2^-256.
    shifted += one;
    while (shifted < 40n * one) {
      product = fixedMultiply(product, shifted);
      shifted += one;
    }
  }
  return exactOfFixed(stirling(shifted) - first - (product === one ? 0n : lnFixed(product)));
}

/** Riemann zeta at a whole k >= 2, by Euler and Maclaurin from 100 on. */
export function zetaFixed(k: number): bigint {
  const start = 100n;
  const power = BigInt(k);
  let sum = one;
  for (let n = 2n; n < start; n++) sum += one / n ** power;
  sum += one / ((power - 1n) * start ** (power - 1n)) + one / (2n * start ** power);
  let rising = power;
  let factorial = 2n;
  for (let n = 1n; n <= 25n; n++) {
    const { top, bottom } = bernoulli(Number(n));
    sum += (one * top * rising) / (bottom * factorial * start ** (power + 2n * n - 1n));
    rising *= (power + 2n * n - 1n) * (power + 2n * n);
    factorial *= (2n * n + 1n) * (2n * n + 2n);
  }
  return sum;
}

/** The constant of Euler and Mascheroni, from the harmonic number of 100. */
export function eulerGammaFixed(): bigint {
  const start = 100n;
  let sum = -lnFixed(start * one) - one / (2n * start);
  for (let n = 1n; n <= start; n++) sum += one / n;
  for (let n = 1n; n <= 25n; n++) {
    const { top, bottom } = bernoulli(Number(n));
    sum += (one * top) / (bottom * 2n * n * start ** (2n * n));
  }
  return sum;
}

function erfcOfFixed(x: bigint): Exact {
  if (x < 0n) {
    const mirrored = erfcOfFixed(-x);
    return exactOfFixed(2n * one - fixedValue(mirrored));
  }
  return x < fractionFrom ? exactOfFixed(one - erfSeries(x)) : erfcTail(x);
}

/** 2/sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1)), for x >= 0. */
function erfSeries(x: bigint): bigint {
  const z = fixedMultiply(x, x);
  let sum = 0n;
  let term = x;
  for (let n = 0n; term !== 0n && term !== -1n; n++) {
    sum += term / (2n * n + 1n);
    term = -fixedMultiply(term, z) / (n + 1n);
  }
  return fixedDivide(2n * sum, rootPi);
}

function erfcTail(x: bigint): Exact {
  const { m, e } = expFixed(-fixedMultiply(x, x));
  return { m: m * continuedFraction(x), e: e - fractionBits };
}

/** Laplace: sqrt(pi) exp(x^2) erfc(x) = 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))). */
function continuedFraction(x: bigint): bigint {
  let rest = x;
  for (let n = fractionTerms; n > 0; n--) rest = x + fixedDivide((BigInt(n) * one) / 2n, rest);
  return fixedDivide(fixedDivide(one, rest), rootPi);
}

function stirling(x: bigint): bigint {
  const half = one / 2n;
  let sum = fixedMultiply(x - half, lnFixed(x)) - x + lnFixed(2n * piFixed) / 2n;
  const inverse = fixedDivide(one, x);
  const inverseSquare = fixedMultiply(inverse, inverse);
  let power = inverse;
  for (let n = 1; n <= 30; n++) {
    const { top, bottom } = bernoulli(n);
    sum += (power * top) / (bottom * BigInt(2 * n * (2 * n - 1)));
    power = fixedMultiply(power, inverseSquare);
  }
  return sum;
}

/** B(2n) as a fraction, from the tangent numbers, which are whole. */
function bernoulli(n: number): Readonly<{ top: bigint; bottom: bigint }> {
  const four = 4n ** BigInt(n);
  const sign = n % 2 === 1 ? 1n : -1n;
  return { top: sign * 2n * BigInt(n) * (tangents[n] ?? 0n), bottom: four * (four - 1n) };
}

const tangents: readonly bigint[] = tangentNumbers(30);

function tangentNumbers(count: number): readonly bigint[] {
  const numbers: bigint[] = [0n, 1n];
  for (let k = 2; k <= count; k++) numbers[k] = BigInt(k - 1) * (numbers[k - 1] ?? 0n);
  for (let k = 2; k <= count; k++) {
    for (let j = k; j <= count; j++) {
      const before = BigInt(j - k) * (numbers[j - 1] ?? 0n);
      numbers[j] = before + BigInt(j - k + 2) * (numbers[j] ?? 0n);
    }
  }
  return numbers;
}

function squareRoot(fixed: bigint): bigint {
  const target = fixed << BigInt(fractionBits);
  let root = one << 4n;
  for (;;) {
    const better = (root + target / root) / 2n;
    if (better >= root) return root;
    root = better;
  }
}

function fixedValue({ m, e }: Exact): bigint {
  return alignedTo(m, e);
}

/** m * 2^e as a fixed-point number. */
function alignedTo(m: bigint, e: number): bigint {
  const places = e + fractionBits;
  return places >= 0 ? m << BigInt(places) : m >> BigInt(-places);
}

function ulpOf(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52);
}
