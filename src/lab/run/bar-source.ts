import type { BarSource } from "#core";
import type { Dataset } from "#datasets";
import { createBarColumns, createFundingColumns } from "#market";

/** A dataset as the world reads it: NaN where a rate is not due or not known. */
export function barSourceOf(dataset: Dataset): BarSource {
  const { funding } = dataset.document;
  let room = createFundingRoom(0);
  return {
    count: dataset.barCount,
    intervalMs: dataset.intervalMs,
    read: (start, count, into) => dataset.readBars(start, count, into),
    readFunding: (start, count, due, known) => {
      due.fill(Number.NaN, 0, count);
      known.fill(Number.NaN, 0, count);
      if (funding === null || count === 0) return;
      if (room.size < count) room = createFundingRoom(count);
      const { bars, payments } = room;
      dataset.readFunding(start, count, payments);
      dataset.readBars(start, count, bars);
      for (let row = 0; row < count; row += 1) {
        const rate = payments.rate_ppb[row] ?? 0;
        if (payments.known[row] === 1 && rate !== 0) due[row] = rate;
      }
      fillKnown(dataset, bars.ts_ms.subarray(0, count), funding.interval_ms, known);
    },
  };
}

type FundingRoom = Readonly<{
  size: number;
  bars: ReturnType<typeof createBarColumns>;
  payments: ReturnType<typeof createFundingColumns>;
}>;

function createFundingRoom(size: number): FundingRoom {
  return { size, bars: createBarColumns(size), payments: createFundingColumns(size) };
}

/**
 * The last recorded rate at or before each bar's start. A rate is forgotten after one and a half
 * intervals: then a later payment was made that nobody recorded.
 */
function fillKnown(
  dataset: Dataset,
  starts: Float64Array,
  intervalMs: number,
  known: Float64Array,
): void {
  const memory = intervalMs * 1.5;
  const first = starts[0] ?? 0;
  const last = starts.at(-1) ?? first;
  const payments = dataset.fundingBetween(first - memory, last + 1);
  let next = 0;
  for (const [row, start] of starts.entries()) {
    while (next < payments.length && (payments[next]?.ts_ms ?? 0) <= start) next += 1;
    const latest = payments[next - 1];
    if (latest !== undefined && start - latest.ts_ms < memory) known[row] = latest.rate_ppb;
  }
}
