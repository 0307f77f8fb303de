import { formatDecimal } from "#base";

const tenTo = { 2: 100, 4: 10_000 } as const;

/** Decimal text, rounded half up; null where the number is too large to be exact. */
export function fixedText(amount: number, decimals: 2 | 4): string | null {
  const scaled = Math.floor(amount * tenTo[decimals] + 0.5);
  return Number.isSafeInteger(scaled) ? formatDecimal(scaled, decimals) : null;
}
