import { Defect } from "../defect.ts";

/** A whole number below 2^53 in size, or a Defect naming what overflowed. */
export function assertSafe(n: number, what: string): void {
  if (!Number.isSafeInteger(n)) throw new Defect(`${what} is not a safe integer: ${n}`);
}

/** The exact product of two safe integers, or a Defect. */
export function mulSafe(a: number, b: number, what: string): number {
  assertSafe(a, what);
  assertSafe(b, what);
  const product = a * b;
  // A rounded product within 2^53 - 1 was exact: larger ones round to 2^53 or more.
  assertSafe(product, what);
  return product + 0; // -0 + 0 is 0.
}

/** The exact quotient of two safe integers, rounded towards -Infinity; zero divides = Defect. */
export function floorDiv(a: number, b: number): number {
  assertSafe(a, "dividend");
  assertSafe(b, "divisor");
  if (b === 0) throw new Defect("division by zero");
  // floor(a / b) alone is wrong when a / b rounds up to a whole number.
  const remainder = a % b;
  const quotient = (a - remainder) / b;
  return (remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient) + 0;
}

/** The nearest whole number, ties to even (0.5 -> 0, 1.5 -> 2, -2.5 -> -2), never -0. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (up ? below + 1 : below) + 0;
}
