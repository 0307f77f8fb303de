/**
 * Compares two decimals written as text, exactly: negative, zero or positive like `a - b`. Null
 * when either is not a plain decimal. A book is crossed or not; a binary fraction may not decide.
 */
export function compareDecimals(a: string, b: string): number | null {
  const left = partsOf(a);
  const right = partsOf(b);
  if (left === null || right === null) return null;
  const scale = Math.max(left.fraction.length, right.fraction.length);
  const difference = scaled(left, scale) - scaled(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

type Parts = Readonly<{ sign: string; whole: string; fraction: string }>;

const plainDecimal = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/;

function partsOf(text: string): Parts | null {
  const found = plainDecimal.exec(text);
  if (found === null) return null;
  const [, sign = "", whole = "0", fraction = ""] = found;
  return { sign, whole, fraction };
}

function scaled({ sign, whole, fraction }: Parts, scale: number): bigint {
  const size = BigInt(whole + fraction.padEnd(scale, "0"));
  return sign === "-" ? -size : size;
}
