import { reduceAngle } from "./trig-reduction.ts";

const rest = new Float64Array(2);
const quarterPi = 0.7853981633974483;

/**
 * Sine of x radians, error below 0.8 ulp for |x| <= 1e5; beyond is a Defect. NaN and the
 * infinities give NaN. Odd to the last bit, so sin(-0) is -0.
 */
export function sin(x: number): number {
  if (Math.abs(x) <= quarterPi) return sinNearZero(x, 0);
  if (!Number.isFinite(x)) return NaN;
  const size = Math.abs(x);
  const value = quadrantSin(reduceAngle(size, rest), rest[0] ?? 0, rest[1] ?? 0);
  return x < 0 ? -value : value;
}

/** Cosine of x radians: errors and range as for sin. Even to the last bit. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (size <= quarterPi) return cosNearZero(x, 0);
  if (!Number.isFinite(x)) return NaN;
  return quadrantSin(reduceAngle(size, rest) + 1, rest[0] ?? 0, rest[1] ?? 0);
}

/** sin(high + low + quadrant * pi/2). */
function quadrantSin(quadrant: number, high: number, low: number): number {
  const size = quadrant % 2 === 0 ? sinNearZero(high, low) : cosNearZero(high, low);
  return (quadrant & 2) === 0 ? size : -size;
}

/** Taylor to x^17 / 17!, |x| < 0.786: the rest is below 2^-62. `low` enters to first order. */
function sinNearZero(x: number, low: number): number {
  const z = x * x;
  let sum = 1 / 355687428096000;
  sum = -1 / 1307674368000 + z * sum;
  sum = 1 / 6227020800 + z * sum;
  sum = -1 / 39916800 + z * sum;
  sum = 1 / 362880 + z * sum;
  sum = -1 / 5040 + z * sum;
  sum = 1 / 120 + z * sum;
  const cube = z * x;
  return x - (z * (0.5 * low - cube * sum) - low + cube * (1 / 6));
}

/** Taylor to x^18 / 18!; 1 - z/2 is kept in two parts, because its rounding would show. */
function cosNearZero(x: number, low: number): number {
  const z = x * x;
  let sum = -1 / 6402373705728000;
  sum = 1 / 20922789888000 + z * sum;
  sum = -1 / 87178291200 + z * sum;
  sum = 1 / 479001600 + z * sum;
  sum = -1 / 3628800 + z * sum;
  sum = 1 / 40320 + z * sum;
  sum = -1 / 720 + z * sum;
  sum = 1 / 24 + z * sum;
  const half = 0.5 * z;
  const head = 1 - half;
  return head + (1 - head - half + (z * (z * sum) - x * low));
}
