import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createCalendar } from "#market";
import type { OptionChain, OptionContract } from "#strategies";
import { sharedPath } from "../shared.ts";

const calendar = createCalendar("nyse");

/** A daily universe file: one row per contract, empty cells where LEAN knows nothing. */
export function leanChain(underlying: string, date: string): OptionChain {
  const file = `universe_${underlying.toLowerCase()}_${date}.csv.gz`;
  const text = gunzipSync(readFileSync(sharedPath("data", "lean-option-chains", file)));
  const [, first = "", ...rows] = text.toString("utf8").trim().split("\n");
  const day = Date.parse(iso(date)) / 86_400_000;
  return {
    underlying,
    spot: cell(first.split(",")[6]),
    as_of_ms: calendar.session(day)?.open_ms ?? 0,
    contracts: rows.map(contractOf),
  };
}

function contractOf(row: string): OptionContract {
  const cells = row.split(",");
  const [expiry = "", strike = "", right = ""] = cells;
  return {
    contract_symbol: `${expiry} ${right} ${strike}`,
    right: right === "C" ? "CALL" : "PUT",
    strike: Number(strike),
    expiration: iso(expiry),
    expires_at_ms: null,
    open_interest: cell(cells[8]),
    implied_volatility: cell(cells[9]),
    delta: cell(cells[10]),
    gamma: cell(cells[11]),
    bid: null,
    ask: null,
  };
}

function cell(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}

function iso(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}
