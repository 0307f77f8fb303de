import { assert } from "#base";
import { type Decimal, parseExactDecimal, tenTo } from "./decimal.ts";

/** Reads decimal text into whole units of one fixed size (ticks, lots, billionths). */
export type UnitReader = Readonly<{
  /**
   * The nearest whole number of units, ties to even, by integer arithmetic only; null
   * when the text is not a finite decimal or the result is not below 2^53.
   */
  read: (text: string) => number | null;
  /** How far the last value read was from its whole units, in units: 0 to 0.5. */
  residue: () => number;
}>;

/** `unit` is decimal text such as `0.1`; it must be positive. */
export function createUnitReader(unit: string): UnitReader {
  const exactUnit = parseExactDecimal(unit);
  assert(exactUnit !== null && exactUnit.mantissa > 0n, `not a positive unit: ${unit}`);
  const unitMantissa = Number(exactUnit.mantissa);
  const unitScale = exactUnit.scale;
  let residue = 0;

  function read(text: string): number | null {
    const length = text.length;
    const sign = text.charCodeAt(0);
    let mantissa = 0;
    let digits = 0;
    let fraction = -1;
    for (let at = sign === minus || sign === plus ? 1 : 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= zero && code <= nine) {
        mantissa = mantissa * 10 + (code - zero);
        if (mantissa > 0) digits += 1;
        if (fraction >= 0) fraction += 1;
      } else if (code === point && fraction < 0) {
        fraction = 0;
      } else {
        return readSlowly(text);
      }
    }
    if (digits > maxFastDigits || length === 0 || mantissa === 0) return readSlowly(text);
    return divide(sign === minus, mantissa, unitScale - (fraction < 0 ? 0 : fraction), text);
  }

  /** mantissa * 10^shift / unitMantissa while every product stays an exact double. */
  function divide(negative: boolean, mantissa: number, shift: number, text: string): number | null {
    const power = powersOfTen[shift < 0 ? -shift : shift];
    if (power === undefined) return readSlowly(text);
    const numerator = shift < 0 ? mantissa : mantissa * power;
    const denominator = shift < 0 ? unitMantissa * power : unitMantissa;
    if (numerator > Number.MAX_SAFE_INTEGER || denominator > Number.MAX_SAFE_INTEGER / 2) {
      return readSlowly(text);
    }
    const rest = numerator % denominator;
    const floor = (numerator - rest) / denominator;
    const isUp = rest * 2 > denominator || (rest * 2 === denominator && floor % 2 === 1);
    residue = (isUp ? denominator - rest : rest) / denominator;
    const units = isUp ? floor + 1 : floor;
    return negative && units > 0 ? -units : units;
  }

  function readSlowly(text: string): number | null {
    const value = parseExactDecimal(text);
    if (value === null) return null;
    const { units, residue: left } = divideExactly(value, exactUnit ?? value);
    residue = left;
    const number = Number(units);
    return Number.isSafeInteger(number) ? number : null;
  }

  return { read, residue: () => residue };
}

function divideExactly(value: Decimal, unit: Decimal): { units: bigint; residue: number } {
  const numerator = value.mantissa * tenTo(unit.scale);
  const denominator = unit.mantissa * tenTo(value.scale);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rest = magnitude % denominator;
  const floor = magnitude / denominator;
  const isUp = rest * 2n > denominator || (rest * 2n === denominator && floor % 2n === 1n);
  const units = floor + (isUp ? 1n : 0n);
  const left = isUp ? denominator - rest : rest;
  return {
    units: numerator < 0n ? -units : units,
    residue: Number((left * 1_000_000n) / denominator) / 1_000_000,
  };
}

const zero = 48;
const nine = 57;
const plus = 43;
const minus = 45;
const point = 46;

/** Fifteen digits are always exact in a double; longer ones take the slow, exact way. */
const maxFastDigits = 15;
const powersOfTen: readonly number[] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];
