import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { createUnitReader } from "#market";
import {
  type BoundColumns,
  bindColumns,
  type ColumnPlan,
  type FundingRole,
  timeRoleOf,
} from "./columns.ts";
import { shown, splitCells } from "./csv-cells.ts";
import { createFlawLedger, type FlawRecord } from "./flaws.ts";
import { createTimeReader } from "./row-time.ts";
import { type FileFacts, type LineHooks, readLines } from "./text-lines.ts";

/** A file of funding payments and how to read it. */
export type FundingSource = Readonly<{
  path: string;
  columns: ColumnPlan<FundingRole>;
  intervalMs: number;
}>;

/** What a funding file held. */
export type FundingScan = Readonly<{
  facts: FileFacts;
  rows: number;
  first_ts_ms: number;
  last_ts_ms: number;
  snapped_rows: number;
  rounded_rates: number;
  gaps: number;
  missing_payments: number;
  flaws: readonly FlawRecord[];
}>;

export type FundingHooks = Readonly<{
  onPayment: (tsMs: number, ratePpb: number) => void;
  signal?: AbortSignal | undefined;
}>;

/** Venues stamp a payment up to a second after the full minute at which it falls due. */
const snapMs = 1000;
const minuteMs = 60_000;
/** Ten percent for one period: nothing recorded comes near; a rate in percent goes beyond. */
const largestRatePpb = 100_000_000;

/** Reads funding payments in time order; rates become whole parts per 1e9. */
export async function scanFunding(
  source: FundingSource,
  hooks: FundingHooks,
): Promise<Result<FundingScan, Fault>> {
  const series = createPayments(source, hooks.onPayment);
  let bound: BoundColumns<FundingRole> | null = null;

  const onLine: LineHooks["onLine"] = (text, line) => {
    if (text.trim() === "") return null;
    const cells = splitCells(text);
    if (bound === null) {
      const binding = bindColumns(source.columns, cells);
      if (!binding.ok) return binding.fault;
      bound = binding.value;
      if (bound.hasHeader) return null;
    }
    series.take(cells, line, bound);
    return null;
  };

  const read = await readLines(source.path, { onLine, signal: hooks.signal });
  if (!read.ok) return read;
  const found = series.end();
  if (found.rows === 0) {
    const message = "no funding payment could be read from the file";
    return err({ code: "no_funding", message, at: source.path });
  }
  return ok({ facts: read.value, ...found });
}

type Payments = Readonly<{
  take: (cells: readonly string[], line: number, bound: BoundColumns<FundingRole>) => void;
  end: () => Omit<FundingScan, "facts">;
}>;

function createPayments(source: FundingSource, onPayment: FundingHooks["onPayment"]): Payments {
  const timeRole = timeRoleOf(source.columns);
  const readTime = createTimeReader(timeRole);
  const rates = createUnitReader("0.000000001");
  const flaws = createFlawLedger();
  let rows = 0;
  let first = 0;
  let last = 0;
  let snapped = 0;
  let roundedRates = 0;
  let gaps = 0;
  let missing = 0;

  function countGap(ts: number): void {
    const steps = rows === 0 ? 1 : Math.round((ts - last) / source.intervalMs);
    if (steps <= 1) return;
    gaps += 1;
    missing += steps - 1;
  }

  return {
    take(cells, line, bound): void {
      if (cells.length !== bound.width) {
        const message = `${cells.length} columns where ${bound.width} are expected`;
        return flaws.add("wrong_width", line, message);
      }
      const time = readTime(cells[bound.at(timeRole)] ?? "");
      if (typeof time === "string") return flaws.add("bad_timestamp", line, time);
      const text = cells[bound.at("funding_rate")] ?? "";
      const rate = rates.read(text);
      if (rate === null) {
        return flaws.add("not_a_number", line, `funding_rate ${shown(text)} is no number`);
      }
      if (Math.abs(rate) > largestRatePpb) {
        const message = `funding_rate ${text} is beyond 0.1 a period; is it in percent?`;
        return flaws.add("rate_range", line, message);
      }

      const late = time % minuteMs;
      const ts = late > 0 && late < snapMs ? time - late : time;
      if (rows > 0 && ts <= last) {
        const code = ts === last ? "duplicate" : "backward";
        const words = ts === last ? "again" : `comes after ${isoFromMillis(last)}`;
        return flaws.add(code, line, `${isoFromMillis(ts)} ${words}`);
      }
      if (ts !== time) snapped += 1;
      if (rates.residue() > 0) roundedRates += 1;
      countGap(ts);
      if (rows === 0) first = ts;
      last = ts;
      rows += 1;
      onPayment(ts, rate);
    },
    end: () => ({
      rows,
      first_ts_ms: first,
      last_ts_ms: last,
      snapped_rows: snapped,
      rounded_rates: roundedRates,
      gaps,
      missing_payments: missing,
      flaws: flaws.records(),
    }),
  };
}
