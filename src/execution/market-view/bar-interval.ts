import { err, type Fault, ok, type Result } from "#base";

/** Bars that OKX keeps, in its words, in milliseconds; days and more close at 00:00 UTC. */
const intervalByBar: Readonly<Record<string, number>> = {
  "1m": 60_000,
  "3m": 180_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1H": 3_600_000,
  "2H": 7_200_000,
  "4H": 14_400_000,
  "6Hutc": 21_600_000,
  "12Hutc": 43_200_000,
  "1Dutc": 86_400_000,
};

export const barNames: readonly string[] = Object.keys(intervalByBar);

/** Fault: bar_unknown. */
export function barInterval(bar: string): Result<number, Fault> {
  const interval = intervalByBar[bar];
  if (interval !== undefined) return ok(interval);
  const message = `no bar of the venue: ${JSON.stringify(bar)}; known: ${barNames.join(", ")}`;
  return err({ code: "bar_unknown", message });
}
