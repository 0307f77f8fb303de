import {
  err,
  type Fault,
  isoFromMillis,
  millisFromIso,
  millisPerDay,
  ok,
  type Result,
} from "#base";
import type { Ledger } from "./ledger/ledger.ts";
import {
  addCounts,
  beginPoll,
  endPoll,
  lookFrom,
  noCounts,
  type Watermark,
  type WatermarkCounts,
} from "./ledger/watermark.ts";
import { readDay } from "./parse/read-day.ts";
import type { DisclosureSource, OpenedSource, SourceFault } from "./sources/source.ts";
import type { SourceRow } from "./trade/raw-trade.ts";

/** Rows of one transaction. */
const batchRows = 500;

export type PollOptions = Readonly<{
  ledger: Ledger;
  /** How many days a poll of an interface reaches back behind its watermark. */
  lookbackDays: number;
  /** Called behind each batch that is in the ledger, so that publishing need not wait. */
  onBatch: (counts: WatermarkCounts) => Promise<void>;
}>;

/** What a poll came to. `unchanged`: a file that is in the ledger to its end already. */
export type PollOutcome = Readonly<{
  state: "taken_in" | "unchanged";
  /** Rows of this poll, by what became of them. */
  counts: WatermarkCounts;
}>;

/**
 * Takes one source in, from its watermark on. It may end at any row: what is in the ledger stays,
 * and the next poll goes on behind it. Faults: of the source, of the store, and poll_stopped.
 */
export async function pollSource(
  source: DisclosureSource,
  { ledger, lookbackDays, onBatch }: PollOptions,
  signal: AbortSignal,
): Promise<Result<PollOutcome, SourceFault>> {
  const opened = await source.open(signal);
  if (!opened.ok) return opened;
  const { key, fixed } = opened.value;
  const found = await ledger.watermark(key);
  if (!found.ok) return later(found.fault);
  if (fixed && found.value.complete) return ok({ state: "unchanged", counts: noCounts });

  let mark = beginPoll(found.value);
  let counts = noCounts;
  const isWanted = wanted(opened.value, mark, lookbackDays);
  for await (const batch of batches(opened.value, isWanted)) {
    if (!batch.ok) return batch;
    if (signal.aborted) return later({ code: "poll_stopped", message: "the service stops" });
    const taken = await ledger.take(mark, batch.value);
    if (!taken.ok) return later(taken.fault);
    ({ mark } = taken.value);
    const batchCounts = taken.value.added.outcome.counts;
    counts = addCounts(counts, batchCounts);
    await onBatch(batchCounts);
  }
  const kept = await ledger.keep(endPoll(mark, fixed));
  return kept.ok ? ok({ state: "taken_in", counts }) : later(kept.fault);
}

/** Rows behind the watermark: of a file by their place, of an interface by their disclosure. */
function wanted(
  { fixed }: OpenedSource,
  mark: Watermark,
  lookbackDays: number,
): (row: SourceRow) => boolean {
  if (fixed) return ({ place }) => place.row === null || place.row > mark.row;
  const from = lookFrom(mark, (day) => daysBefore(day, lookbackDays));
  // What cannot be dated is judged, so that it is listed.
  return ({ trade }) => from === null || (readDay(trade?.disclosureDate ?? "") ?? from) >= from;
}

async function* batches(
  { rows }: OpenedSource,
  isWanted: (row: SourceRow) => boolean,
): AsyncGenerator<Result<readonly SourceRow[], SourceFault>, void> {
  let batch: SourceRow[] = [];
  for await (const row of rows) {
    if (!row.ok) {
      if (batch.length > 0) yield ok(batch);
      yield row;
      return;
    }
    if (!isWanted(row.value)) continue;
    batch.push(row.value);
    if (batch.length < batchRows) continue;
    yield ok(batch);
    batch = [];
  }
  if (batch.length > 0) yield ok(batch);
}

function daysBefore(day: string, days: number): string {
  const at = millisFromIso(day);
  return at.ok ? isoFromMillis(at.value - days * millisPerDay).slice(0, 10) : day;
}

/** A store that cannot be written now may be able to in a moment. */
function later(fault: Fault): Result<never, SourceFault> {
  return err({ ...fault, retry: "soon" });
}
