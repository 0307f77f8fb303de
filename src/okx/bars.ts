/** Length of each candle that the venue keeps, in ms, by its name; months have no fixed length. */
const barMillis: Readonly<Record<string, number | null>> = {
  "1s": 1000,
  "1m": 60_000,
  "3m": 180_000,
  "5m": 300_000,
  "15m": 900_000,
  "30m": 1_800_000,
  "1H": 3_600_000,
  "2H": 7_200_000,
  "4H": 14_400_000,
  "6H": 21_600_000,
  "12H": 43_200_000,
  "1D": 86_400_000,
  "2D": 172_800_000,
  "3D": 259_200_000,
  "5D": 432_000_000,
  "1W": 604_800_000,
  "1M": null,
  "3M": null,
};

/**
 * A candle's length, and whether it opens by UTC or (from 6 hours up, without the suffix `utc`) by
 * Hong Kong time, eight hours ahead. Null for a name that OKX does not know.
 */
export type Bar = Readonly<{ lengthMs: number | null; opensAt: "utc" | "hong_kong" }>;

export function findBar(name: string): Bar | null {
  const bare = name.endsWith("utc") ? name.slice(0, -3) : name;
  const lengthMs = barMillis[bare];
  if (lengthMs === undefined) return null;
  const isLong = lengthMs === null || lengthMs >= 21_600_000;
  if (bare !== name) return isLong ? { lengthMs, opensAt: "utc" } : null;
  return { lengthMs, opensAt: isLong ? "hong_kong" : "utc" };
}
