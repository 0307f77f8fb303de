import { err, type Fault, ok, type Result } from "#base";
import type { OptionChain, OptionContract } from "#strategies";

/**
 * A delayed-quotes page of Cboe as a chain: a title with the last price, a line with the date, a
 * head, then one row for the call and the put of each strike. A field that is no number is null;
 * a row that is no row at all makes the page malformed. Fault: input_malformed, at the line.
 */
export function parseCboePage(text: string, underlying: string): Result<OptionChain, Fault> {
  // Some pages were saved with an empty line on top.
  const lines = text.trimStart().split(/\r?\n/);
  const [title = "", dateLine = "", , ...rows] = lines;
  const last = /Last: ([\d,.]+)/.exec(title)?.[1]?.replaceAll(",", "");
  const asOfMs = pageTime(dateLine);
  if (asOfMs === null) return fault(2, "has no date like `Date: July 12, 2022, 11:55 AM EDT`");
  const contracts: OptionContract[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.trim() === "") continue;
    const pair = contractsOf(row);
    if (pair === null) return fault(index + 4, "is no row of calls and puts");
    contracts.push(...pair);
  }
  if (contracts.length === 0) return fault(4, "is where contracts should begin");
  return ok({ underlying, spot: numberOf(last), as_of_ms: asOfMs, contracts });
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

function pageTime(line: string): number | null {
  const form = /Date: ([A-Z][a-z]+) (\d{1,2}), (\d{4})(?: at|,) (\d{1,2}):(\d\d) (AM|PM) (EDT|EST)/;
  const parts = form.exec(line);
  if (parts === null) return null;
  const [, month = "", day, year, hour, minute, half, zone] = parts;
  const at = monthOf(month);
  if (at === null) return null;
  const hours = (Number(hour) % 12) + (half === "PM" ? 12 : 0) + (zone === "EDT" ? 4 : 5);
  return Date.UTC(Number(year), at, Number(day), hours, Number(minute));
}

const callColumn = 1;
const strikeColumn = 11;
const putColumn = 12;

function contractsOf(row: string): readonly [OptionContract, OptionContract] | null {
  const cells = row.split(",");
  const expiration = expirationOf(cells[0] ?? "");
  const strike = numberOf(cells[strikeColumn]);
  if (expiration === null || strike === null) return null;
  const side = (at: number, right: OptionContract["right"]): OptionContract => ({
    contract_symbol: cells[at] ?? "",
    right,
    strike,
    expiration,
    expires_at_ms: null,
    bid: numberOf(cells[at + 3]),
    ask: numberOf(cells[at + 4]),
    implied_volatility: numberOf(cells[at + 6]),
    delta: numberOf(cells[at + 7]),
    gamma: numberOf(cells[at + 8]),
    open_interest: numberOf(cells[at + 9]),
  });
  return [side(callColumn, "CALL"), side(putColumn, "PUT")];
}

/** `Thu Sep 14 2023`. */
function expirationOf(cell: string): string | null {
  const [, month = "", day = "", year = ""] = /^\w{3} (\w{3}) (\d{1,2}) (\d{4})$/.exec(cell) ?? [];
  const at = monthOf(month);
  if (at === null) return null;
  return `${year}-${String(at + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function monthOf(name: string): number | null {
  const at = name.length < 3 ? -1 : months.indexOf(name.slice(0, 3));
  return at < 0 || at % 3 !== 0 ? null : at / 3;
}

function numberOf(cell: string | undefined): number | null {
  if (cell === undefined || !/^-?\d+(?:\.\d+)?(?:[eE]-?\d{1,3})?$/.test(cell)) return null;
  return Number(cell);
}

function fault(line: number, what: string): Result<never, Fault> {
  return err({ code: "input_malformed", message: `line ${line} ${what}`, at: `line ${line}` });
}
