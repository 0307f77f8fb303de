import { floatFromWords, highWord, lowWord } from "./float-bits.ts";

/** ln 2 in two parts: the first has 21 trailing zero bits, so exponent * ln2High is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** The high word of sqrt(2) without its exponent: larger significands are halved. */
const sqrt2Word = 0x6a09e;

/**
 * Natural logarithm, error below 0.8 ulp over all positive float64.
 * x = 2^k * m with m in about [sqrt(1/2), sqrt(2)]; with f = m - 1 and s = f / (2 + f),
 * ln m = 2 atanh s = 2 s + s * (2/3 s^2 + 2/5 s^4 + ...), and 2 s = f - s f keeps f exact.
 * ln 0 = -Infinity; a negative or NaN argument gives NaN.
 */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;

  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * 18014398509481984 : x; // 2^54 makes it normal.
  const high = highWord(scaled);
  const fraction = high & 0xfffff;
  const halved = fraction > sqrt2Word ? 1 : 0;
  const exponent = (high >>> 20) - 1023 + halved - (subnormal ? 54 : 0);
  const f = floatFromWords(((1023 - halved) << 20) | fraction, lowWord(scaled)) - 1;

  const s = f / (2 + f);
  const tail = atanhTail(s * s);
  const halfSquare = 0.5 * f * f;
  const correction = s * (halfSquare + tail) + exponent * ln2Low;
  return exponent * ln2High - (halfSquare - correction - f);
}

/** 2/3 z + 2/5 z^2 + ... + 2/21 z^10: for z < 0.0295 the rest is below 2^-57 of the sum 2 s. */
function atanhTail(z: number): number {
  let sum = 2 / 21;
  sum = 2 / 19 + z * sum;
  sum = 2 / 17 + z * sum;
  sum = 2 / 15 + z * sum;
  sum = 2 / 13 + z * sum;
  sum = 2 / 11 + z * sum;
  sum = 2 / 9 + z * sum;
  sum = 2 / 7 + z * sum;
  sum = 2 / 5 + z * sum;
  sum = 2 / 3 + z * sum;
  return z * sum;
}
