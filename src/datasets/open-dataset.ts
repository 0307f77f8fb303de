import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { assert, err, type Fault, ok, type Result } from "#base";
import {
  alignFunding,
  type BarColumns,
  barFields,
  type FundingColumns,
  type FundingHistory,
  type Instrument,
} from "#market";
import { type DatasetDocument, type FundingReason, shortIdOf } from "./document.ts";
import { readFault } from "./node-faults.ts";
import { createRowReaderAt, hashOpenFile, type RowReaderAt } from "./row-file.ts";
import { findDataset } from "./store.ts";

/**
 * An open dataset whose bytes were checked against its id. Reads are synchronous and positional,
 * so memory is flat in the number of bars and a worker thread may open its own.
 */
export type Dataset = Readonly<{
  id: string;
  short_id: string;
  directory: string;
  document: DatasetDocument;
  instrument: Instrument;
  intervalMs: number;
  barCount: number;
  /** Fills the first `count` places of each column with the bars from `start` on. */
  readBars: (start: number, count: number, into: BarColumns) => void;
  /** The start of one bar. */
  barStart: (index: number) => number;
  /** The first bar that starts at or after `ms`; barCount when none does. */
  indexAtOrAfter: (ms: number) => number;
  /** Null when funding is recorded; otherwise why `readFunding` knows nothing. */
  fundingReason: FundingReason | null;
  /** Fills the first `count` places with what falls due at the start of each bar from `start`. */
  readFunding: (start: number, count: number, into: FundingColumns) => void;
  /** The recorded payments with from_ms <= ts < to_ms. */
  fundingBetween: (fromMs: number, toMs: number) => readonly FundingPayment[];
  close: () => void;
  [Symbol.dispose]: () => void;
}>;

export type FundingPayment = Readonly<{ ts_ms: number; rate_ppb: number }>;

/** Opens by name, id or prefix of an id. Faults: those of findDataset and openDirectory. */
export function openDataset(root: string, ref: string): Result<Dataset, Fault> {
  const found = findDataset(root, ref);
  if (!found.ok) return found;
  const { directory, document } = found.value;
  if (!document.ok) return document;
  const isFullId = /^[0-9a-f]{17,64}$/.test(ref) && document.value.name !== ref;
  if (isFullId && !document.value.dataset_id.startsWith(ref)) {
    const message = `no dataset ${ref} under this root, only one that begins like it`;
    return err({ code: "dataset_missing", message, at: root });
  }
  return openDirectory(directory, document.value);
}

/** Verifies the files against the document. Faults: dataset_damaged, file_unreadable. */
export function openDirectory(
  directory: string,
  document: DatasetDocument,
): Result<Dataset, Fault> {
  const bars = openVerified(directory, document.bars, barFields.length);
  if (!bars.ok) return bars;
  const history = readHistory(directory, document);
  if (!history.ok) {
    closeSync(bars.value);
    return history;
  }
  return ok(createDataset(directory, document, bars.value, history.value));
}

function createDataset(
  directory: string,
  document: DatasetDocument,
  file: number,
  history: FundingHistory | null,
): Dataset {
  const { instrument, bar_interval_ms: intervalMs } = document;
  const barCount = document.bars.rows;
  const readRows = createRowReaderAt(file, barFields.length);
  const startOf = createStartReader(readRows, barCount);
  let isOpen = true;

  function close(): void {
    if (isOpen) closeSync(file);
    isOpen = false;
  }

  return {
    id: document.dataset_id,
    short_id: shortIdOf(document.dataset_id),
    directory,
    document,
    instrument,
    intervalMs,
    barCount,
    fundingReason: document.funding_reason,
    readBars(start, count, into): void {
      checkRange(start, count, barCount, into.ts_ms.length);
      readRows(
        start,
        count,
        barFields.map((field) => into[field]),
      );
    },
    barStart: startOf,
    indexAtOrAfter: (ms) => searchStart(startOf, barCount, ms),
    readFunding(start, count, into): void {
      checkRange(start, count, barCount, into.rate_ppb.length);
      into.rate_ppb.fill(0, 0, count);
      into.known.fill(0, 0, count);
      if (history === null || count === 0) return;
      const starts = new Float64Array(count);
      readRows(start, count, [starts]);
      const previousStart = start === 0 ? startOf(0) - intervalMs : startOf(start - 1);
      alignFunding(history, { starts, count, previousStart }, into);
    },
    fundingBetween: (fromMs, toMs) => paymentsBetween(history, fromMs, toMs),
    close,
    [Symbol.dispose]: close,
  };
}

function createStartReader(readRows: RowReaderAt, barCount: number): (index: number) => number {
  const start = new Float64Array(1);
  return (index) => {
    checkRange(index, 1, barCount, 1);
    readRows(index, 1, [start]);
    return start[0] ?? 0;
  };
}

function searchStart(startOf: (index: number) => number, barCount: number, ms: number): number {
  let low = 0;
  let high = barCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(middle) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function paymentsBetween(
  history: FundingHistory | null,
  fromMs: number,
  toMs: number,
): readonly FundingPayment[] {
  const payments: FundingPayment[] = [];
  history?.ts_ms.forEach((ts, index) => {
    const rate = history.rate_ppb[index] ?? 0;
    if (ts >= fromMs && ts < toMs) payments.push({ ts_ms: ts, rate_ppb: rate });
  });
  return payments;
}

function readHistory(
  directory: string,
  { funding }: DatasetDocument,
): Result<FundingHistory | null, Fault> {
  if (funding === null) return ok(null);
  const file = openVerified(directory, funding, 2);
  if (!file.ok) return file;
  const ts_ms = new Float64Array(funding.rows);
  const rate_ppb = new Float64Array(funding.rows);
  createRowReaderAt(file.value, 2)(0, funding.rows, [ts_ms, rate_ppb]);
  closeSync(file.value);
  return ok({ ts_ms, rate_ppb, interval_ms: funding.interval_ms });
}

type StoredRows = Readonly<{ file: string; sha256: string; rows: number }>;

/** Opens a file of rows and checks every byte of it against the document. */
function openVerified(directory: string, stored: StoredRows, width: number): Result<number, Fault> {
  const path = join(directory, stored.file);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    return damaged(`${stored.file}: ${readFault(cause, path).message}`, directory);
  }
  const expectedBytes = stored.rows * width * 8;
  try {
    const { size } = fstatSync(file);
    if (size !== expectedBytes) {
      closeSync(file);
      const message = `${stored.file} has ${size} bytes, its document says ${expectedBytes}`;
      return damaged(message, directory);
    }
    if (hashOpenFile(file).sha256 === stored.sha256) return ok(file);
  } catch (cause) {
    closeSync(file);
    return err(readFault(cause, path));
  }
  closeSync(file);
  return damaged(`${stored.file} does not have the sha256 its document says`, directory);
}

function damaged(message: string, at: string): Result<never, Fault> {
  const advice = "move the directory away and import the source again";
  return err({ code: "dataset_damaged", message: `${message}; ${advice}`, at });
}

function checkRange(start: number, count: number, barCount: number, room: number): void {
  const isInside = Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0;
  assert(isInside && start + count <= barCount, `bars ${start}+${count} of ${barCount}`);
  assert(count <= room, `room for ${room} bars, ${count} asked for`);
}
