import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { OptionChain, OptionContract } from "#strategies";
import { sharedPath } from "../shared.ts";

/** The text of a recorded page, as Cboe served it. */
export function readCboePage(file: string): string {
  return gunzipSync(readFileSync(sharedPath("data", "cboe-quotedata-chains", file))).toString(
    "utf8",
  );
}

/** A delayed-quotes page as a chain; a volatility of 0 stays what the page says. */
export function cboeChain(text: string, underlying: string): OptionChain {
  // Some pages were saved with an empty line on top, some with commas to the last column.
  const [title = "", dateLine = "", , ...rows] = text.trimStart().split(/\r?\n/);
  const spot = Number(/Last: ([\d.]+)/.exec(title)?.[1]);
  const contracts = rows.filter((row) => row !== "").flatMap((row) => contractsOf(row));
  return { underlying, spot, as_of_ms: pageTime(dateLine), contracts };
}

/** `Date: July 12, 2022, 11:55 AM EDT`: every recorded page is from a summer. */
function pageTime(line: string): number {
  const form = /Date: (\w+) (\d+), (\d+)(?: at|,) (\d+):(\d+) (AM|PM) EDT/;
  const [, month = "", day, year, hour, minute, half] = form.exec(line) ?? [];
  const hours = (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  return Date.UTC(Number(year), monthOf(month), Number(day), hours + 4, Number(minute));
}

/** One row is a call and the put at the same strike. */
function contractsOf(row: string): readonly OptionContract[] {
  const cells = row.split(",");
  const [, month = "", day, year] = (cells[0] ?? "").split(" ");
  const date = new Date(Date.UTC(Number(year), monthOf(month), Number(day)));
  const expiration = date.toISOString().slice(0, 10);
  const strike = Number(cells[11]);
  const side = (at: number, right: OptionContract["right"]): OptionContract => ({
    contract_symbol: cells[at] ?? "",
    right,
    strike,
    expiration,
    expires_at_ms: null,
    bid: Number(cells[at + 3]),
    ask: Number(cells[at + 4]),
    implied_volatility: Number(cells[at + 6]),
    delta: Number(cells[at + 7]),
    gamma: Number(cells[at + 8]),
    open_interest: Number(cells[at + 9]),
  });
  return [side(1, "CALL"), side(12, "PUT")];
}

function monthOf(name: string): number {
  return "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(name.slice(0, 3)) / 3;
}
