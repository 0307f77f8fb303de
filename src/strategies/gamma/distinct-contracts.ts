import type { OptionContract } from "./option-chain.ts";

export type DistinctContracts = Readonly<{
  contracts: readonly OptionContract[];
  /** Rows beyond the first that say the same. */
  repeated: number;
  /** Rows of contracts that the chain contradicts itself about: none of them is used. */
  contradicted: number;
}>;

/** Each contract once, in an order of its own, so that the order of rows changes no sum. */
export function distinctContracts(rows: readonly OptionContract[]): DistinctContracts {
  const bySymbol = new Map<string, OptionContract>();
  const rowsOf = new Map<string, number>();
  const doubtful = new Set<string>();
  for (const row of rows) {
    const symbol = row.contract_symbol;
    const first = bySymbol.get(symbol);
    if (first === undefined) bySymbol.set(symbol, row);
    else if (!saysTheSame(first, row)) doubtful.add(symbol);
    rowsOf.set(symbol, (rowsOf.get(symbol) ?? 0) + 1);
  }
  let contradicted = 0;
  for (const symbol of doubtful) {
    contradicted += rowsOf.get(symbol) ?? 0;
    bySymbol.delete(symbol);
  }
  const contracts = [...bySymbol.values()].sort(inChainOrder);
  const repeated = rows.length - contradicted - contracts.length;
  return { contracts, repeated, contradicted };
}

function inChainOrder(a: OptionContract, b: OptionContract): number {
  if (a.strike !== b.strike) return a.strike < b.strike ? -1 : 1;
  return a.contract_symbol < b.contract_symbol ? -1 : 1;
}

function saysTheSame(a: OptionContract, b: OptionContract): boolean {
  return fields.every((field) => Object.is(a[field], b[field]));
}

const fields = [
  "right",
  "strike",
  "expiration",
  "expires_at_ms",
  "open_interest",
  "implied_volatility",
  "delta",
  "gamma",
  "bid",
  "ask",
] as const;
