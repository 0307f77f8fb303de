import {
  bitLength,
  type Exact,
  exactOf,
  exactOfFixed,
  fixedDivide,
  fixedMultiply,
  fixedOf,
  fractionBits,
  one,
} from "./exact.ts";

const ln2Fixed = 2n * atanhFixed(one / 3n);
export const piFixed: bigint = 16n * arctanInverse(5n) - 4n * arctanInverse(239n); // Machin.

export function exactLn(x: number): Exact {
  const { m, e } = exactOf(x);
  return exactOfFixed(lnFixed(m << BigInt(fractionBits)) + BigInt(e) * ln2Fixed);
}

/** ln of a positive fixed-point number. */
export function lnFixed(fixed: bigint): bigint {
  if (fixed <= 0n) throw new RangeError("logarithm of a number that is not positive");
  let exponent = bitLength(fixed) - fractionBits;
  let y = exponent >= 0 ? fixed >> BigInt(exponent) : fixed << BigInt(-exponent);
  // y is in [1/2, 1); move it near 1 so that the series is short and ln 1 is 0.
  if (y < (one * 3n) / 4n) {
    y *= 2n;
    exponent -= 1;
  }
  return 2n * atanhFixed(fixedDivide(y - one, y + one)) + BigInt(exponent) * ln2Fixed;
}

export function exactExp(x: number): Exact {
  return expFixed(fixedOf(x));
}

/** e^x = 2^k * (e^(r / 256))^256, |r| <= ln 2. */
export function expFixed(x: bigint): Exact {
  const k = x / ln2Fixed;
  const r = (x - k * ln2Fixed) >> 8n;
  let sum = one;
  let term = one;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = fixedMultiply(term, r) / n;
    sum += term;
  }
  for (let square = 0; square < 8; square++) sum = fixedMultiply(sum, sum);
  return { m: sum, e: Number(k) - fractionBits };
}

export function exactSin(x: number): Exact {
  return exactOfFixed(sinFixed(fixedOf(x)));
}

export function exactCos(x: number): Exact {
  return exactOfFixed(cosFixed(fixedOf(x)));
}

export function cosFixed(x: bigint): bigint {
  return sinFixed(x + piFixed / 2n);
}

/** Taylor after taking off whole turns, then one reflection: |x| <= pi / 2. */
function sinFixed(x: bigint): bigint {
  const turn = 2n * piFixed;
  let rest = ((x % turn) + turn) % turn;
  if (rest > piFixed) rest -= turn;
  if (rest > piFixed / 2n) rest = piFixed - rest;
  if (rest < -piFixed / 2n) rest = -piFixed - rest;
  const z = fixedMultiply(rest, rest);
  let sum = rest;
  let term = rest;
  for (let n = 2n; term !== 0n && term !== -1n; n += 2n) {
    term = -fixedMultiply(term, z) / (n * (n + 1n));
    sum += term;
  }
  return sum;
}

function atanhFixed(s: bigint): bigint {
  const z = fixedMultiply(s, s);
  let sum = 0n;
  let power = s;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = fixedMultiply(power, z);
  }
  return sum;
}

function arctanInverse(n: bigint): bigint {
  let sum = 0n;
  let power = one / n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (k % 4n === 1n ? power : -power) / k;
    power /= n * n;
  }
  return sum;
}
