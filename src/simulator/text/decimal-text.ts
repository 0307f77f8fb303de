/**
 * Whole units of 10^-scale as the venue writes them: no trailing zeros, no sign on zero.
 * scaledText(12340, 2) is 123.4.
 */
export function scaledText(units: number, scale: number): string {
  if (scale === 0) return String(units);
  const isNegative = units < 0;
  let rest = isNegative ? -units : units;
  let decimals = scale;
  while (decimals > 0 && rest % 10 === 0) {
    rest /= 10;
    decimals -= 1;
  }
  if (decimals === 0) return isNegative ? `-${rest}` : String(rest);
  const digits = String(rest).padStart(decimals + 1, "0");
  const at = digits.length - decimals;
  const text = `${digits.slice(0, at)}.${digits.slice(at)}`;
  return isNegative ? `-${text}` : text;
}

/** Money is whole units of 10^-8. */
export function moneyText(units: number): string {
  return scaledText(units, 8);
}

/** Millionths, as ratios and rates come. */
export function ppmText(ppm: number): string {
  return scaledText(ppm, 6);
}

/**
 * numerator / denominator * 10^-scale to `decimals` places, rounded half away from zero and written
 * without trailing zeros. Exact for any whole numbers; the denominator is positive.
 */
export function fractionText(
  numerator: number | bigint,
  denominator: number | bigint,
  scale: number,
  decimals: number,
): string {
  const over = BigInt(numerator) * 10n ** BigInt(decimals) * 2n;
  const under = BigInt(denominator) * 10n ** BigInt(scale);
  const isNegative = over < 0n;
  const doubled = (isNegative ? -over : over) / under;
  const units = (doubled + 1n) / 2n;
  const text = bigScaledText(units, decimals);
  return isNegative && units !== 0n ? `-${text}` : text;
}

function bigScaledText(units: bigint, scale: number): string {
  if (scale === 0) return String(units);
  const digits = String(units).padStart(scale + 1, "0");
  const fraction = digits.slice(-scale).replace(/0+$/, "");
  const whole = digits.slice(0, -scale);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
