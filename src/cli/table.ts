export type Column = Readonly<{
  title: string;
  align: "left" | "right";
  /** Place in the order in which columns leave a table that is too wide; absent = stays. */
  yields?: number;
}>;

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

/**
 * A table on a terminal of so many columns: what yields is left out until it fits, and lines that
 * are still too long are cut. Null is no terminal, where nothing is.
 */
export function tableWithin(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): Readonly<{ lines: readonly string[]; leftOut: readonly string[] }> {
  const order = columns
    .flatMap((column) => (column.yields === undefined ? [] : [column]))
    .toSorted((left, right) => (left.yields ?? 0) - (right.yields ?? 0));
  for (let out = 0; ; out += 1) {
    const gone = new Set(order.slice(0, out));
    const kept = columns.filter((column) => !gone.has(column));
    const cells = rows.map((row) => row.filter((_, at) => kept.includes(columns[at] ?? noColumn)));
    const lines = tableLines(kept, cells);
    const isWide = width !== null && lines.some((line) => line.length > width);
    if (isWide && out < order.length) continue;
    const leftOut = [...gone].map(({ title }) => title);
    return { lines: isWide ? lines.map((line) => cutTo(line, width)) : lines, leftOut };
  }
}

const noColumn: Column = { title: "", align: "left" };

function cutTo(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0))}…`;
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
