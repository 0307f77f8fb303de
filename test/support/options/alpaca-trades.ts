import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { OptionTrade } from "#strategies";
import { sharedPath } from "../shared.ts";

type Snapshot = Readonly<{
  latestQuote?: Readonly<{ bp: number; ap: number }>;
  latestTrade?: Readonly<{ t: string; p: number; s: number; x: string }>;
}>;

/** Trades with the quote beside them, from the recorded option snapshots; each symbol once. */
export function alpacaTrades(): readonly OptionTrade[] {
  const file = sharedPath("data", "alpaca-fixtures", "alpaca_py_rest_ws_examples.jsonl.gz");
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const bySymbol = new Map<string, Snapshot>();
  for (const line of lines) {
    const { url, response } = JSON.parse(line) as {
      url?: string;
      response?: { snapshots?: Record<string, Snapshot> };
    };
    if (url === undefined || !url.includes("/options/snapshots")) continue;
    for (const [symbol, snapshot] of Object.entries(response?.snapshots ?? {})) {
      if (!bySymbol.has(symbol)) bySymbol.set(symbol, snapshot);
    }
  }
  return [...bySymbol].flatMap(([symbol, snapshot]) => tradeOf(symbol, snapshot));
}

/** `AAPL240503P00155000`: the root is what stands before the last fifteen characters. */
function tradeOf(symbol: string, { latestQuote, latestTrade }: Snapshot): readonly OptionTrade[] {
  if (latestTrade === undefined || latestQuote === undefined) return [];
  const tail = symbol.slice(-15);
  const strike = tail.slice(7);
  return [
    {
      source: "alpaca",
      trade_id: null,
      ts_ms: Date.parse(latestTrade.t),
      underlying: symbol.slice(0, -15),
      contract_symbol: symbol,
      right: tail[6] === "C" ? "CALL" : "PUT",
      strike: `${strike.slice(0, 5)}.${strike.slice(5)}`,
      expiration: `20${tail.slice(0, 2)}-${tail.slice(2, 4)}-${tail.slice(4, 6)}`,
      price: String(latestTrade.p),
      size: String(latestTrade.s),
      bid: String(latestQuote.bp),
      ask: String(latestQuote.ap),
      spot: null,
      open_interest: null,
      volume: null,
      venue: latestTrade.x,
    },
  ];
}
