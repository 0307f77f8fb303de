import { assert } from "./defect.ts";
import { err, type Fault, ok, type Result } from "./result.ts";

/** What to do with digits beyond the scale: refuse them, or round to the nearest, ties to even. */
export type DecimalRounding = "exact" | "half_even";

const decimalForm = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?$/;
const maxScale = 18;
const maxTextLength = 400;

/**
 * Decimal text times 10^scale as a safe integer, without passing through a binary fraction:
 * parseDecimal("0.07", 4) is 700. Takes `-12.5` and `1.25e-7`, no plus sign, space or bare dot.
 * Faults: decimal_malformed, decimal_inexact (digits beyond the scale), decimal_out_of_range
 * (the result leaves +-(2^53 - 1)).
 */
export function parseDecimal(
  text: string,
  scale: number,
  rounding: DecimalRounding = "exact",
): Result<number, Fault> {
  assertScale(scale);
  const parts = text.length <= maxTextLength ? decimalForm.exec(text) : null;
  if (parts === null) return refuse("malformed", "not a decimal number", text);

  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return ok(0);

  // The scaled value is digits * 10^shift.
  const shift = Number(exponent) - fraction.length + scale;
  const kept = digits.length + shift;
  if (kept > 16) return refuse("out_of_range", "number too large", text);
  const head = kept <= 0 ? "0" : shift >= 0 ? digits.padEnd(kept, "0") : digits.slice(0, kept);
  const tail = shift >= 0 ? "" : kept < 0 ? `0${digits}` : digits.slice(kept);
  const dropsDigits = /[1-9]/.test(tail);
  if (dropsDigits && rounding === "exact") {
    return refuse("inexact", `more than ${scale} decimals`, text);
  }

  const size = Number(head) + (dropsDigits && roundsUp(head, tail) ? 1 : 0);
  if (size > Number.MAX_SAFE_INTEGER) return refuse("out_of_range", "number too large", text);
  return ok(sign === "-" && size !== 0 ? -size : size);
}

/** The inverse of parseDecimal, with exactly `scale` decimals: formatDecimal(700, 4) is 0.0700. */
export function formatDecimal(scaled: number, scale: number): string {
  assertScale(scale);
  assert(Number.isSafeInteger(scaled), `a scaled decimal is a safe integer: ${scaled}`);
  const digits = String(Math.abs(scaled)).padStart(scale + 1, "0");
  const sign = scaled < 0 ? "-" : "";
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Whether dropping `tail` after `head` rounds away from zero: past one half, or a tie at odd. */
function roundsUp(head: string, tail: string): boolean {
  const first = tail.charCodeAt(0) - 48;
  if (first !== 5) return first > 5;
  return /[1-9]/.test(tail.slice(1)) || Number(head.at(-1)) % 2 === 1;
}

function assertScale(scale: number): void {
  assert(
    Number.isInteger(scale) && scale >= 0 && scale <= maxScale,
    `a decimal scale is a whole number from 0 to ${maxScale}: ${scale}`,
  );
}

function refuse(kind: string, what: string, text: string): Result<never, Fault> {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
  return err({ code: `decimal_${kind}`, message: `${what}: ${shown}` });
}
