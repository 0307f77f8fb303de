import type { OptionTrade } from "./option-trade.ts";

export type IndexedTrade = Readonly<{ trade: OptionTrade; index: number }>;

export type DistinctTrades = Readonly<{
  kept: readonly IndexedTrade[];
  /** Repeats of a trade, by the id its source gave it. */
  duplicates: number;
  /** Of those, repeats that differ from the first. */
  contradicted: number;
  /** Kept trades without an id. */
  unidentified: number;
}>;

/** Each trade once: repeats under one id are one trade, and the first telling stands. */
export function distinctTrades(trades: readonly IndexedTrade[]): DistinctTrades {
  const first = new Map<string, string>();
  const kept: IndexedTrade[] = [];
  let [contradicted, unidentified] = [0, 0];
  for (const row of trades) {
    const { source, trade_id } = row.trade;
    if (trade_id === null) {
      unidentified += 1;
      kept.push(row);
      continue;
    }
    const key = JSON.stringify([source, trade_id]);
    const told = JSON.stringify(fields.map((field) => row.trade[field]));
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, told);
      kept.push(row);
    } else if (before !== told) contradicted += 1;
  }
  return { kept, duplicates: trades.length - kept.length, contradicted, unidentified };
}

const fields = [
  "ts_ms",
  "underlying",
  "contract_symbol",
  "right",
  "strike",
  "expiration",
  "price",
  "size",
  "bid",
  "ask",
  "spot",
  "open_interest",
  "volume",
  "venue",
] as const;
