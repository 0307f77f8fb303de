/** A decimal as written: `digits` times ten to the power of -scale. */
type Decimal = Readonly<{ digits: bigint; scale: number }>;

/** Null for what is no plain decimal or exponent text. */
function read(text: string): Decimal | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d{1,3}))?$/.exec(text);
  if (parts === null) return null;
  const [, sign = "", whole = "", fraction = "", power = "0"] = parts;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return { digits, scale: fraction.length - Number(power) };
}

/** Whether two texts write the same number; false where one writes none. */
export function isSameDecimal(one: string, other: string): boolean {
  const [left, right] = [read(one), read(other)];
  if (left === null || right === null) return false;
  const scale = Math.max(left.scale, right.scale);
  return raised(left, scale) === raised(right, scale);
}

export function negated(text: string): string {
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

export function isDecimal(text: string): boolean {
  return read(text) !== null;
}

function raised({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}
