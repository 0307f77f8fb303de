import { err, type Fault, ok, type Result } from "#base";

/**
 * Decimal text of a venue as a whole number of 10^-18: sums and differences are exact, whatever
 * the currency. Reading and writing are inverse up to zeros at the end.
 */
export type Amount = bigint;

/** Takes `-12.5`; at most 20 digits before the point and 18 behind it. Fault: amount_malformed. */
export function parseAmount(text: string): Result<Amount, Fault> {
  const parts = form.exec(text);
  if (parts === null) {
    const message = `not a decimal of a venue: ${JSON.stringify(text.slice(0, 40))}`;
    return err({ code: "amount_malformed", message });
  }
  return ok(toAmount(text));
}

/** For text that passed a schema of ours or of an adapter; malformed text is 0 nowhere: Defect. */
export function toAmount(text: string): Amount {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return negative ? -units : units;
}

/** The shortest decimal text of it. */
export function amountText(amount: Amount): string {
  const sign = amount < 0n ? "-" : "";
  const digits = String(amount < 0n ? -amount : amount).padStart(scale + 1, "0");
  const fraction = digits.slice(-scale).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -scale)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Whole micro-units, rounded down: what an agent may call its own. */
export function floorMicro(amount: Amount): number {
  const micro = amount / unitsPerMicro;
  return Number(amount < 0n && micro * unitsPerMicro !== amount ? micro - 1n : micro);
}

/** Whole micro-units, rounded up: what an agent has to pay. */
export function ceilMicro(amount: Amount): number {
  return -floorMicro(-amount);
}

export function microAmount(micro: number): Amount {
  return BigInt(micro) * unitsPerMicro;
}

export function absolute(amount: Amount): Amount {
  return amount < 0n ? -amount : amount;
}

/** The nearest float64, for ratios and figures that only people read. */
export function amountNumber(amount: Amount): number {
  return Number(amountText(amount));
}

const form = /^-?\d{1,20}(?:\.\d{1,18})?$/;
const scale = 18;
const unitsPerMicro = 1_000_000_000_000n;
