export type Column = Readonly<{ title: string; align: "left" | "right" }>;

/** Rows of texts under their titles, each column as wide as its widest cell, two spaces between. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => (row[index] ?? "").length)),
  );
  const lineOf = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [row[index] ?? "", widths[index] ?? 0];
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  return [titles, ...rows].map(lineOf);
}

/** `1234567` as `1,234,567`, the same in every locale. */
export function groupDigits(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 bar`, `1,200 bars`. */
export function counted(value: number, noun: string): string {
  return `${groupDigits(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `34.2 M`, `812 k`, `96`: three digits that matter, for eyes only. */
export function shortNumber(value: number): string {
  const units = [
    { size: 1e9, sign: " G" },
    { size: 1e6, sign: " M" },
    { size: 1e3, sign: " k" },
  ];
  for (const { size, sign } of units) {
    if (Math.abs(value) >= size) return `${threeDigits(value / size)}${sign}`;
  }
  return threeDigits(value);
}

/** `0.0312` as `+3.12 %`. */
export function percentText(share: number): string {
  return `${share >= 0 ? "+" : ""}${(share * 100).toFixed(2)} %`;
}

function threeDigits(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
