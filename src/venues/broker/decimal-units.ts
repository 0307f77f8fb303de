/** Decimal text of a venue as a whole number of 10^-18; products and sums are exact. */
export type Units = bigint;

const scale = 18;
const one: Units = 10n ** 18n;
const form = /^-?(?:0|[1-9]\d{0,19})(?:\.\d{1,18})?$/;

/** Null for text that is no decimal of at most 20 digits before the point and 18 behind it. */
export function readUnits(text: string): Units | null {
  if (!form.test(text)) return null;
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return negative ? -units : units;
}

/** What cannot be read counts as nothing filled; sizes of ours were read before they were sent. */
export function unitsOrZero(text: string): Units {
  return readUnits(text) ?? 0n;
}

/** The shortest decimal text of it. */
export function unitsText(units: Units): string {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const fraction = digits.slice(-scale).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -scale)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The product of magnitudes, rounded up: a limit is never missed by a rounding. */
export function timesUp(left: Units, right: Units): Units {
  const product = left * right;
  return (product + one - 1n) / one;
}

/** Whether it is a whole multiple of the step; a step of zero allows nothing. */
export function isMultiple(units: Units, step: Units): boolean {
  return step > 0n && units % step === 0n;
}
