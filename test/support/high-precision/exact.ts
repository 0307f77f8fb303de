/**
 * An independent judge of `base/math`: binary fixed point on BigInt, with plain series. It shares
 * no code, no constant and no method with what it judges.
 */

/** The number m * 2^e, exactly. */
export type Exact = Readonly<{ m: bigint; e: number }>;

/** Fractional bits of a fixed-point number: far more than a float64 needs. */
export const fractionBits = 256;
const shift = BigInt(fractionBits);

export const one: bigint = 1n << shift;

export function fixedMultiply(a: bigint, b: bigint): bigint {
  return (a * b) >> shift;
}

export function fixedDivide(a: bigint, b: bigint): bigint {
  return (a << shift) / b;
}

/** Every finite float64 is an exact number. */
export function exactOf(x: number): Exact {
  if (!Number.isFinite(x)) throw new RangeError(`no exact value: ${x}`);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const fraction = bits & ((1n << 52n) - 1n);
  const size = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { m: x < 0 ? -size : size, e: Math.max(exponent, 1) - 1075 };
}

/** Truncates below 2^-256. */
export function fixedOf(x: number): bigint {
  const { m, e } = exactOf(x);
  return shiftLeft(m, e + fractionBits);
}

export function exactOfFixed(fixed: bigint): Exact {
  return { m: fixed, e: -fractionBits };
}

/** The distance of a float64 from the truth, in units of the truth's last place. */
export function errorInUlps(actual: number, truth: Exact): number {
  const found = exactOf(actual);
  const common = Math.min(found.e, truth.e);
  const difference = shiftLeft(found.m, found.e - common) - shiftLeft(truth.m, truth.e - common);
  const size = difference < 0n ? -difference : difference;
  const guard = 40; // Bits kept of the fraction of a unit.
  return Number(shiftLeft(size, common - ulpExponent(truth) + guard)) / 2 ** guard;
}

/** The nearest float64 to a fixed-point number of ordinary size: Number() rounds correctly. */
export function nearestFloat(fixed: bigint): number {
  return Number(fixed) * 2 ** -fractionBits;
}

function ulpExponent({ m, e }: Exact): number {
  return Math.max(bitLength(m < 0n ? -m : m) + e - 1, -1022) - 52;
}

function shiftLeft(value: bigint, places: number): bigint {
  return places >= 0 ? value << BigInt(places) : value >> BigInt(-places);
}

export function bitLength(size: bigint): number {
  return size === 0n ? 0 : size.toString(2).length;
}
