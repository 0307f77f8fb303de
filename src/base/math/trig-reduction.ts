import { Defect } from "../defect.ts";

/** Beyond this the reduction has not been proven; angles of ours are far smaller. */
export const maxAngle = 100_000;

/**
 * Pi/2 in four parts. The first three have 33 significant bits, so their products with a
 * quadrant number below 2^20 are exact; together they hold 152 bits.
 */
const part1 = 1.5707963267341256;
const part2 = 6.077100506303966e-11;
const part3 = 2.0222662487111665e-21;
const part4 = 8.4784276603689e-32;
const twoOverPi = 0.6366197723675814;

/**
 * Writes x - k pi/2 into rest as high + low parts (high within about +-pi/4) and returns
 * k modulo 4. Exact to 2^-136, also next to a multiple of pi/2. A larger |x| is a Defect.
 */
export function reduceAngle(x: number, rest: Float64Array): number {
  if (!(Math.abs(x) <= maxAngle)) throw new Defect(`angle beyond ${maxAngle}: ${x}`);
  const k = Math.floor(x * twoOverPi + 0.5);
  const first = x - k * part1;

  // Two exact differences; what each one rounds off is kept.
  const second = k * part2;
  const high2 = first - second;
  const lost2 = differenceError(first, second, high2);
  const third = k * part3;
  const high3 = high2 - third;
  const lost3 = differenceError(high2, third, high3);

  const low = lost2 + lost3 - k * part4;
  const high = high3 + low;
  rest[0] = high;
  rest[1] = high3 - high + low;
  return k & 3;
}

/** (a - b) - difference exactly, whatever the sizes (Knuth's two-sum). */
function differenceError(a: number, b: number, difference: number): number {
  const back = difference - a;
  return a - (difference - back) - (b + back);
}
