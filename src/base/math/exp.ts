import { pow2 } from "./pow2.ts";

/** ln 2 in two parts: the first has 21 trailing zero bits, so whole * ln2High is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const log2e = 1.4426950408889634;

/** Above this e^x exceeds the largest float64; below the other it rounds to 0. */
const overflowFrom = 709.782712893384;
const underflowFrom = -745.1332191019411;

/**
 * e^x, error below 0.9 ulp (subnormal results: below 1 of their own units).
 * x = k ln 2 + r with |r| < 0.3466, then e^r = 1 + r + r c / (2 - c), where
 * c = r - (r coth(r/2) - 2) comes from the Bernoulli series. NaN gives NaN.
 */
export function exp(x: number): number {
  if (!(x <= overflowFrom)) return x > overflowFrom ? Infinity : NaN;
  if (x < underflowFrom) return 0;

  const k = Math.floor(x * log2e + 0.5);
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const c = r - cothTail(r * r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  return scale(y, k);
}

/**
 * r coth(r/2) - 2 = sum of 2 B(2n) r^2n / (2n)!, n = 1 to 7, as a function of z = r^2.
 * For z < 0.1202 the rest is below 2^-60.
 */
function cothTail(z: number): number {
  let sum = 1 / 37362124800;
  sum = -691 / 653837184000 + z * sum;
  sum = 1 / 23950080 + z * sum;
  sum = -1 / 604800 + z * sum;
  sum = 1 / 15120 + z * sum;
  sum = -1 / 360 + z * sum;
  sum = 1 / 6 + z * sum;
  return z * sum;
}

/** y * 2^k with one rounding at most: only the last product can be inexact. */
function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 * pow2(k - 1);
  if (k < -1021) return y * pow2(k + 200) * 6.223015277861142e-61; // 2^-200
  return y * pow2(k);
}
