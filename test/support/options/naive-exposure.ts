/** Sums of one page, worked row by row from its text with nothing of the product's. */
export type NaiveExposure = Readonly<{
  /** Contracts with open interest that have not expired, and greeks to go by. */
  used: number;
  net: number;
  byStrike: ReadonlyMap<number, number>;
}>;

export type NaiveSpec = Readonly<{
  spot: number;
  asOfMs: number;
  /** The page's own Gamma column, or gamma from its IV column. */
  gamma: "column" | "from_iv";
}>;

/**
 * Dealer gamma from the page's cells: calls +, puts -, gamma * open interest * 100 * spot. An
 * option ends at 16:00 in New York (UTC-4 to the first Sunday of November, then UTC-5).
 */
export function naiveExposure(text: string, spec: NaiveSpec): NaiveExposure {
  const byStrike = new Map<number, number>();
  let [used, net] = [0, 0];
  for (const line of text.split("\n")) {
    const cells = line.trim().split(",");
    if (!/^\w{3} \w{3} \d{2} \d{4}$/.test(cells[0] ?? "")) continue;
    const left = expiry(cells[0] ?? "") - spec.asOfMs;
    if (left <= 0) continue;
    const strike = Number(cells[11]);
    for (const [at, sign] of [
      [1, 1],
      [12, -1],
    ] as const) {
      const interest = Number(cells[at + 9]);
      const iv = Number(cells[at + 6]);
      const column = Number(cells[at + 8]);
      const hasVolatility = iv > 0.0001;
      if (interest === 0 || (!hasVolatility && (spec.gamma === "from_iv" || column === 0)))
        continue;
      const years = Math.max(left, 3_600_000) / 31_536_000_000;
      const gamma = spec.gamma === "column" ? column : textbookGamma(spec.spot, strike, iv, years);
      const exposure = sign * gamma * interest * 100 * spec.spot;
      used += 1;
      net += exposure;
      byStrike.set(strike, (byStrike.get(strike) ?? 0) + exposure);
    }
  }
  return { used, net, byStrike };
}

/** Without rates and dividends: n(d1) / (S v sqrt T). */
export function textbookGamma(spot: number, strike: number, v: number, years: number): number {
  const d1 = (Math.log(spot / strike) + (v ** 2 / 2) * years) / (v * Math.sqrt(years));
  return Math.exp(-(d1 ** 2) / 2) / Math.sqrt(2 * Math.PI) / (spot * v * Math.sqrt(years));
}

function expiry(cell: string): number {
  const day = new Date(`${cell} 00:00 UTC`);
  const hours = isSummer(day) ? 20 : 21;
  // The Friday after Thanksgiving closes at one o'clock.
  const early = /Nov 2[3-9]/.test(cell) && cell.startsWith("Fri") ? 3 : 0;
  return day.getTime() + (hours - early) * 3_600_000;
}

function isSummer(day: Date): boolean {
  const year = day.getUTCFullYear();
  const sunday = (month: number, week: number): number => {
    const first = new Date(Date.UTC(year, month, 1));
    return Date.UTC(year, month, 1 + ((7 - first.getUTCDay()) % 7) + 7 * (week - 1));
  };
  return day.getTime() >= sunday(2, 2) && day.getTime() < sunday(10, 1);
}
