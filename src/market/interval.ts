import { err, type Fault, ok, type Result } from "#base";

const unitMs: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);

/** `15m`, `1h`, `1d` in milliseconds. Fault: interval_malformed. */
export function parseInterval(text: string): Result<number, Fault> {
  const parts = /^([1-9]\d{0,3})([smhdw])$/.exec(text);
  const unit = unitMs.get(parts?.[2] ?? "");
  if (parts === null || unit === undefined) {
    const message = `not a bar interval like 15m, 1h or 1d: ${JSON.stringify(text.slice(0, 40))}`;
    return err({ code: "interval_malformed", message });
  }
  return ok(Number(parts[1]) * unit);
}

/** The shortest way to write an interval: 900000 is `15m`, 86400000 is `1d`. */
export function intervalText(intervalMs: number): string {
  let text = `${intervalMs}ms`;
  for (const [letter, size] of unitMs) {
    // A week is written in days: `7d` and `1w` name one length, and data feeds say `1d`.
    if (letter !== "w" && intervalMs % size === 0) text = `${intervalMs / size}${letter}`;
  }
  return text;
}
