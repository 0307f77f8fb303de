import { groupDigits } from "./table.ts";

const levels = "▁▂▃▄▅▆▇█";

/** A line of blocks, one for each slice of the values: its last value between least and most. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0) return "";
  const columns = Math.min(width, values.length);
  const samples = Array.from({ length: columns }, (_, column) => {
    const last = Math.ceil(((column + 1) * values.length) / columns) - 1;
    return values[last] ?? 0;
  });
  const least = samples.reduce((a, b) => Math.min(a, b));
  const most = samples.reduce((a, b) => Math.max(a, b));
  const step = (most - least) / (levels.length - 1);
  return samples
    .map((value) => levels[step === 0 ? 3 : Math.round((value - least) / step)] ?? "")
    .join("");
}

/** Micro-units as whole units of the currency, grouped: `-12,345`. */
export function money(micro: number): string {
  const units = Math.round(Math.abs(micro) / 1_000_000);
  return `${micro < 0 && units > 0 ? "-" : ""}${groupDigits(units)}`;
}
