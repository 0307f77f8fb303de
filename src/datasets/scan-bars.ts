import { type Fault, isoFromMillis, ok, type Result } from "#base";
import {
  type BarGrid,
  createBarGrid,
  type GridPhase,
  gridPhase,
  type Instrument,
  intervalText,
  isGridInterval,
} from "#market";
import { artefactTicks, type BarQuality, createBarQuality } from "./bar-quality.ts";
import {
  type BarRow,
  type BarStamp,
  createRowReader,
  emptyRow,
  type RowReader,
} from "./bar-rows.ts";
import { type BarRole, bindColumns, type ColumnPlan } from "./columns.ts";
import { splitCells } from "./csv-cells.ts";
import { createFlawLedger, type FlawRecord } from "./flaws.ts";
import { type FileFacts, type LineHooks, readLines } from "./text-lines.ts";

/** A file of bars and how to read it. */
export type BarFile = Readonly<{
  path: string;
  columns: ColumnPlan<BarRole>;
  instrument: Instrument;
  intervalMs: number;
  stamp: BarStamp;
}>;

/** All there is to say about a file of bars after one reading. */
export type BarScan = Readonly<{
  facts: FileFacts;
  phase: GridPhase;
  bars: number;
  first_ts_ms: number;
  last_ts_ms: number;
  flaws: readonly FlawRecord[];
  quality: BarQuality;
}>;

export type ScanHooks = Readonly<{
  /** Takes each accepted bar, in order; the row is reused. */
  onBar: (row: BarRow) => void;
  onProgress?: ((progress: ScanProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

export type ScanProgress = Readonly<{ bytes_done: number; bytes_total: number; rows: number }>;

/**
 * Reads, converts and checks a file of bars in one pass and bounded memory. Rows with a flaw are
 * left out and counted; whether that is good enough is the caller's decision. Faults: those of
 * readLines and bindColumns, interval_unsupported, no_bars.
 */
export async function scanBars(file: BarFile, hooks: ScanHooks): Promise<Result<BarScan, Fault>> {
  const { instrument, intervalMs } = file;
  if (!isGridInterval(instrument.calendar, intervalMs)) {
    const every = intervalText(intervalMs);
    const message = `the ${instrument.calendar} calendar has no bars of ${every}`;
    return { ok: false, fault: { code: "interval_unsupported", message, at: file.path } };
  }
  const series = createSeries(file, hooks.onBar);
  let reader: RowReader | null = null;
  let rows = 0;

  const onLine: LineHooks["onLine"] = (text, line) => {
    if (text.trim() === "") return null;
    const cells = splitCells(text);
    if (reader === null) {
      const bound = bindColumns(file.columns, cells);
      if (!bound.ok) return bound.fault;
      reader = createRowReader(file.columns, bound.value, file);
      if (bound.value.hasHeader) return null;
    }
    rows += 1;
    series.take(cells, line, reader);
    return null;
  };
  const onBytes = (done: number, total: number): void => {
    hooks.onProgress?.({ bytes_done: done, bytes_total: total, rows });
  };

  const read = await readLines(file.path, { onLine, onBytes, signal: hooks.signal });
  if (!read.ok) return read;
  return series.end(read.value, rows);
}

/** Rows looked at before the grid's phase is settled. */
const phaseSample = 256;

/** More bars than this share off the tick, by more than a tenth of it, is a wrong tick size. */
const offTickShare = 0.01;

type Series = Readonly<{
  take: (cells: readonly string[], line: number, reader: RowReader) => void;
  end: (facts: FileFacts, rows: number) => Result<BarScan, Fault>;
}>;

function createSeries(file: BarFile, onBar: (row: BarRow) => void): Series {
  const flaws = createFlawLedger();
  const offTick = createFlawLedger();
  const waiting: BarRow[] = [];
  const row = emptyRow();
  let checked: CheckedSeries | null = null;

  function settle(): CheckedSeries {
    const { instrument, intervalMs } = file;
    const starts = waiting.map((bar) => bar.ts_ms);
    const phase = gridPhase(instrument.calendar, intervalMs, starts);
    const grid = createBarGrid(instrument.calendar, intervalMs, phase);
    const made = checkSeries(grid, { flaws, offTick, onBar });
    for (const bar of waiting) made.add(bar);
    waiting.length = 0;
    return made;
  }

  return {
    take(cells, line, reader): void {
      const into = checked === null ? emptyRow() : row;
      into.line = line;
      const flaw = reader(cells, into);
      if (flaw !== null) return flaws.add(flaw.code, line, flaw.message);
      if (checked !== null) return checked.add(into);
      waiting.push(into);
      if (waiting.length === phaseSample) checked = settle();
    },
    end(facts, rows): Result<BarScan, Fault> {
      checked ??= settle();
      const found = checked.end();
      const isOffTick = found.quality.rounding.bars_over_tenth_tick > found.bars * offTickShare;
      const records = [...flaws.records(), ...(isOffTick ? offTick.records() : [])];
      if (found.bars === 0) return { ok: false, fault: noBars(file.path, rows, records) };
      return ok({ facts, flaws: records, ...found });
    },
  };
}

type Ledgers = Readonly<{
  flaws: ReturnType<typeof createFlawLedger>;
  offTick: ReturnType<typeof createFlawLedger>;
  onBar: (row: BarRow) => void;
}>;

type CheckedSeries = Readonly<{
  add: (row: BarRow) => void;
  end: () => Omit<BarScan, "facts" | "flaws">;
}>;

/** The checks that need the grid and the bar before. */
function checkSeries(grid: BarGrid, { flaws, offTick, onBar }: Ledgers): CheckedSeries {
  const quality = createBarQuality(grid);
  const kept = emptyRow();
  let bars = 0;
  let first = 0;

  function accept(row: BarRow): void {
    if (row.price_residue > artefactTicks) {
      const off = `${row.worst_price} is ${row.price_residue.toFixed(3)} ticks off the tick`;
      offTick.add("off_tick", row.line, off);
    }
    if (bars === 0) first = row.ts_ms;
    bars += 1;
    Object.assign(kept, row);
    quality.add(row);
    onBar(row);
  }

  return {
    add(row): void {
      const { ts_ms: ts, line } = row;
      if (!grid.covers(ts)) {
        const message = `${isoFromMillis(ts)} lies outside the years of the calendar`;
        return flaws.add("bad_timestamp", line, message);
      }
      if (!grid.isOnGrid(ts)) {
        const every = intervalText(grid.interval_ms);
        const message = `${isoFromMillis(ts)} is off the grid of bars every ${every}`;
        return flaws.add("off_grid", line, message);
      }
      if (bars > 0 && ts < kept.ts_ms) {
        const message = `${isoFromMillis(ts)} comes after ${isoFromMillis(kept.ts_ms)}`;
        return flaws.add("backward", line, `time runs backward: ${message}`);
      }
      if (bars > 0 && ts === kept.ts_ms) {
        const same = isSameBar(row, kept) ? "the same bar" : "another bar";
        const message = `${isoFromMillis(ts)} again, ${same} as on line ${kept.line}`;
        return flaws.add("duplicate", line, message);
      }
      return accept(row);
    },
    end: () => ({
      phase: grid.phase,
      bars,
      first_ts_ms: first,
      last_ts_ms: kept.ts_ms,
      quality: quality.report(),
    }),
  };
}

function isSameBar(a: BarRow, b: BarRow): boolean {
  return (
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume
  );
}

function noBars(path: string, rows: number, flaws: readonly FlawRecord[]): Fault {
  const worst = flaws.toSorted((a, b) => b.count - a.count)[0];
  const place = worst?.places[0];
  const reason =
    place === undefined ? "the file has no rows" : `line ${place.line}: ${place.message}`;
  const message = `no bar could be read from ${rows} row${rows === 1 ? "" : "s"}; ${reason}`;
  return { code: "no_bars", message, at: path };
}
