import { assert } from "#base";

/** An exact decimal: mantissa / 10^scale, scale >= 0. */
export type Decimal = Readonly<{ mantissa: bigint; scale: number }>;

/** Digits and exponents beyond this are noise or an attack, not a price. */
const maxDigits = 60;
const decimalForm = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads decimal text, with or without an exponent (`12`, `-0.10`, `1e-05`); null if it is none. */
export function parseExactDecimal(text: string): Decimal | null {
  const parts = decimalForm.exec(text);
  if (parts === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const digits = whole + fraction;
  if (digits === "" || digits.length > maxDigits) return null;
  const scale = fraction.length - Number(exponent);
  if (scale > maxDigits || scale < -maxDigits) return null;
  const magnitude = BigInt(digits) * tenTo(scale < 0 ? -scale : 0);
  return { mantissa: sign === "-" ? -magnitude : magnitude, scale: scale < 0 ? 0 : scale };
}

/** a * b as an exact whole number of 10^-scale, or null when it is not whole. */
export function exactProduct(a: Decimal, b: Decimal, scale: number): bigint | null {
  const shift = scale - a.scale - b.scale;
  const product = a.mantissa * b.mantissa;
  if (shift >= 0) return product * tenTo(shift);
  const divisor = tenTo(-shift);
  return product % divisor === 0n ? product / divisor : null;
}

/** a / b as a whole number, or null when b does not divide a. */
export function exactQuotient(a: Decimal, b: Decimal): bigint | null {
  if (b.mantissa === 0n) return null;
  const numerator = a.mantissa * tenTo(b.scale);
  const denominator = b.mantissa * tenTo(a.scale);
  return numerator % denominator === 0n ? numerator / denominator : null;
}

export function tenTo(exponent: number): bigint {
  assert(exponent >= 0, "a power of ten below one is not whole");
  let power = 1n;
  for (let step = 0; step < exponent; step += 1) power *= 10n;
  return power;
}
