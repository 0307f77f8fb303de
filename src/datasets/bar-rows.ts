import type { Instrument } from "#market";
import { createUnitReader } from "#market";
import { type BarRole, type BoundColumns, type ColumnPlan, timeRoleOf } from "./columns.ts";
import { shown } from "./csv-cells.ts";
import type { FlawCode } from "./flaws.ts";
import { createTimeReader } from "./row-time.ts";

/** One row in whole units, with what rounding cost it; reused from row to row. */
export type BarRow = {
  line: number;
  ts_ms: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Prices of this row that were not whole ticks, and the farthest of them, in ticks. */
  rounded_prices: number;
  price_residue: number;
  volume_residue: number;
  /** The price text that was farthest off, for a message. */
  worst_price: string;
};

/** Why a row cannot be taken. */
type RowFlaw = Readonly<{ code: FlawCode; message: string }>;

export function emptyRow(): BarRow {
  return {
    line: 0,
    ts_ms: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    rounded_prices: 0,
    price_residue: 0,
    volume_residue: 0,
    worst_price: "",
  };
}

/** Whether a bar's time is when it starts or when it ends; bars are kept by their start. */
export type BarStamp = "start" | "end";

export type RowReader = (cells: readonly string[], into: BarRow) => RowFlaw | null;

/** Turns cells into whole ticks and lots by decimal text alone; looks at one row at a time. */
export function createRowReader(
  plan: ColumnPlan<BarRole>,
  bound: BoundColumns<BarRole>,
  bars: Readonly<{ instrument: Instrument; intervalMs: number; stamp: BarStamp }>,
): RowReader {
  const timeRole = timeRoleOf(plan);
  const readTime = createTimeReader(timeRole);
  const ticks = createUnitReader(bars.instrument.tick_size);
  const lots = createUnitReader(bars.instrument.lot_size);
  const shiftMs = bars.stamp === "end" ? bars.intervalMs : 0;
  const timeAt = bound.at(timeRole);
  const volumeAt = bound.at("volume");
  const prices = (["open", "high", "low", "close"] as const).map((role) => ({
    role,
    at: bound.at(role),
  }));

  return (cells, row) => {
    if (cells.length !== bound.width) {
      const message = `${cells.length} columns where ${bound.width} are expected`;
      return { code: "wrong_width", message };
    }
    const time = readTime(cells[timeAt] ?? "");
    if (typeof time === "string") return { code: "bad_timestamp", message: time };
    row.ts_ms = time - shiftMs;

    row.rounded_prices = 0;
    row.price_residue = 0;
    for (const { role, at } of prices) {
      const text = cells[at] ?? "";
      const units = ticks.read(text);
      if (units === null) return notANumber(role, text);
      if (units <= 0) return { code: "non_positive", message: `${role} ${text} is not positive` };
      row[role] = units;
      const residue = ticks.residue();
      if (residue > 0) row.rounded_prices += 1;
      if (residue > row.price_residue) {
        row.price_residue = residue;
        row.worst_price = `${role} ${text}`;
      }
    }

    const volumeText = cells[volumeAt] ?? "";
    const volume = lots.read(volumeText);
    if (volume === null) return notANumber("volume", volumeText);
    if (volume < 0) {
      return { code: "non_positive", message: `volume ${volumeText} is negative` };
    }
    row.volume = volume;
    row.volume_residue = lots.residue();
    return rangeFlaw(row, (role) => cells[bound.at(role)] ?? "");
  };
}

/** The bounds every bar keeps: low <= open, close <= high. */
function rangeFlaw(row: BarRow, text: (role: BarRole) => string): RowFlaw | null {
  const say = (above: BarRole, words: string, below: BarRole): RowFlaw => ({
    code: "high_low",
    message: `${above} ${text(above)} ${words} ${below} ${text(below)}`,
  });
  if (row.high < row.low) return say("high", "below", "low");
  if (row.high < row.open) return say("high", "below", "open");
  if (row.high < row.close) return say("high", "below", "close");
  if (row.low > row.open) return say("low", "above", "open");
  if (row.low > row.close) return say("low", "above", "close");
  return null;
}

function notANumber(role: string, text: string): RowFlaw {
  return { code: "not_a_number", message: `${role} ${shown(text)} is no number` };
}
