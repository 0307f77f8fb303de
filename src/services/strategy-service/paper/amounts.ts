import { err, type Fault, ok, type Result } from "#base";

/** Quantities, prices and money of the paper ledger: whole numbers of 10^-8. */
const decimals = 8;
const unit = 100_000_000n;
const form = /^(\d{1,12})(?:\.(\d{1,8}))?$/;

/** Decimal text above zero. Fault: amount_malformed. */
export function parseAmount(text: string): Result<bigint, Fault> {
  const [, whole = "", fraction = ""] = form.exec(text) ?? [];
  const value = whole === "" ? 0n : BigInt(whole + fraction.padEnd(decimals, "0"));
  if (value > 0n) return ok(value);
  const shown = JSON.stringify(text.slice(0, 40));
  const message = `expected a number above zero with at most ${decimals} decimals: ${shown}`;
  return err({ code: "amount_malformed", message });
}

/** Without trailing zeros. */
export function formatAmount(value: bigint): string {
  const sign = value < 0n ? "-" : "";
  const size = value < 0n ? -value : value;
  const fraction = String(size % unit)
    .padStart(decimals, "0")
    .replace(/0+$/, "");
  return `${sign}${size / unit}${fraction === "" ? "" : `.${fraction}`}`;
}

/** quantity x price in money, rounded against the account: up when it pays. */
export function moneyOf(quantity: bigint, price: bigint, round: "up" | "down"): bigint {
  const product = quantity * price;
  return round === "up" ? (product + unit - 1n) / unit : product / unit;
}
