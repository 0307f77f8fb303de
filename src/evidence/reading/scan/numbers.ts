import { type Cursor, refused, type Scan } from "./cursor.ts";

const minus = 0x2d;
const zero = 0x30;

/** So many digits are counted in a word of 32 bits. */
const wordDigits = 9;
/** Digits of the largest whole number of float64; two words hold them. */
const maxDigits = 16;
const powers = Float64Array.from([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]);

/**
 * Takes a whole number from `least` on, without a sign it does not need and without leading zeros,
 * into a place of `values`. Gives the place behind it, -1 where none stands.
 */
export function takeWhole(
  bytes: Uint8Array,
  from: number,
  least: number,
  values: unknown[],
  place: number,
): number {
  const isNegative = bytes[from] === minus;
  const start = isNegative ? from + 1 : from;
  let at = start;
  let high = 0;
  let digit = (bytes[at] ?? 0) - zero;
  for (const end = start + wordDigits; digit >= 0 && digit <= 9 && at < end; ) {
    high = (Math.imul(high, 10) + digit) | 0;
    at += 1;
    digit = (bytes[at] ?? 0) - zero;
  }
  let value = high;
  if (digit >= 0 && digit <= 9) {
    const middle = at;
    let low = 0;
    for (; digit >= 0 && digit <= 9 && at - start < maxDigits; ) {
      low = (Math.imul(low, 10) + digit) | 0;
      at += 1;
      digit = (bytes[at] ?? 0) - zero;
    }
    // Exact up to 2^53, and beyond it never below.
    value = high * (powers[at - middle] ?? 1) + low;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  const digits = at - start;
  if (digits === 0 || (bytes[start] === zero && (digits > 1 || isNegative))) return -1;
  const signed = isNegative ? -value : value;
  if (signed < least) return -1;
  values[place] = signed;
  return at;
}

export function scanWhole(least: number): Scan {
  const values = [0];
  return (cursor) => {
    const at = takeWhole(cursor.bytes, cursor.at, least, values, 0);
    if (at < 0) return refused;
    cursor.at = at;
    return values[0];
  };
}

/** Bytes of the longest number in its shortest spelling, and some. */
const maxNumberBytes = 32;

/** Any finite number as JSON.stringify spells it. */
export function scanNumber(cursor: Cursor): unknown {
  const { bytes, at } = cursor;
  let end = at;
  while (isOfNumber[bytes[end] ?? 0] === 1 && end - at < maxNumberBytes) end += 1;
  // One digit is the most frequent number of all: zero.
  if (end === at + 1 && (bytes[at] ?? 0) >= zero) {
    cursor.at = end;
    return (bytes[at] ?? 0) - zero;
  }
  if (!isKnown(bytes, at, end)) {
    const text = bytes.toString("latin1", at, end);
    const value = Number(text);
    if (String(value) !== text || !Number.isFinite(value)) return refused;
    knownLength = bytes.copy(knownBytes, 0, at, end);
    knownValue = value;
  }
  cursor.at = end;
  return knownValue;
}

/** The number taken last: records tell some numbers twice. */
const knownBytes = Buffer.alloc(maxNumberBytes);
let knownLength = 0;
let knownValue = 0;

function isKnown(bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== knownLength) return false;
  for (let at = 0; at < knownLength; at += 1) {
    if (bytes[from + at] !== knownBytes[at]) return false;
  }
  return knownLength > 0;
}

const isOfNumber = Uint8Array.from({ length: 256 }, (_, code) =>
  "0123456789-+.e".includes(String.fromCharCode(code)) ? 1 : 0,
);
