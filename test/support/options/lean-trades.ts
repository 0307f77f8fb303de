import { readFileSync } from "node:fs";
import type { OptionTrade } from "#strategies";
import { sharedPath } from "../shared.ts";
import { zipEntries } from "./zip-entries.ts";

/**
 * Minute bars of option trades, each taken as one trade at its close, with the quote and the
 * underlying's price that stood at the end of an earlier minute. LEAN names no venue, no trade id
 * and no open interest by the minute, so these stay null.
 */
export function leanTrades(symbol: string, date: string): readonly OptionTrade[] {
  const trades = rowsByFile(
    `lean-option-chains/option__usa__minute__${symbol}__${date}_trade_american.zip`,
  );
  const quotes = rowsByFile(
    `lean-option-chains/option__usa__minute__${symbol}__${date}_quote_american.zip`,
  );
  const [underlying = []] = rowsByFile(
    `lean-us-equity/minute__${symbol}__${date}_trade.zip`,
  ).values();
  const midnight = Date.parse(`${iso(date)}T00:00:00-04:00`);
  const found: OptionTrade[] = [];
  for (const [file, rows] of trades) {
    const quoted = quotes.get(file.replace("trade", "quote")) ?? [];
    const [, , , , , right = "", strike = "", expiry = ""] = file.replace(".csv", "").split("_");
    for (const row of rows) {
      const at = Number(row[0]);
      const quote = before(quoted, at);
      found.push({
        source: "lean",
        trade_id: null,
        ts_ms: midnight + at,
        underlying: symbol.toUpperCase(),
        contract_symbol: `${right} ${strike} ${expiry}`,
        right: right === "call" ? "CALL" : "PUT",
        strike: price(strike) ?? "",
        expiration: iso(expiry),
        price: price(row[4]) ?? "",
        size: row[5] ?? "",
        bid: price(quote?.[4]),
        ask: price(quote?.[9]),
        spot: price(before(underlying, at)?.[4]),
        open_interest: null,
        volume: null,
        venue: null,
      });
    }
  }
  return found;
}

type Row = readonly string[];

function rowsByFile(archive: string): ReadonlyMap<string, readonly Row[]> {
  const entries = zipEntries(readFileSync(sharedPath("data", archive)));
  const rows = [...entries].map(([name, content]): [string, readonly Row[]] => [
    name,
    content
      .toString("utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.trim().split(",")),
  ]);
  return new Map(rows);
}

/** The last row of an earlier minute. */
function before(rows: readonly Row[], at: number): Row | undefined {
  return rows.findLast((row) => Number(row[0]) < at);
}

/** LEAN writes prices in ten-thousandths. */
function price(cell: string | undefined): string | null {
  if (cell === undefined || cell === "") return null;
  const digits = cell.padStart(5, "0");
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

function iso(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}
