/**
 * Funding aligned to bars. `rate_ppb[i]` is what falls due at the start of bar i, in parts per
 * 1e9 of the position's value, paid by longs when positive; 0 when nothing is due. `known[i]` is 0
 * where a payment may be due whose rate nobody recorded: its `rate_ppb` is 0 and means nothing.
 */
export type FundingColumns = Readonly<{ rate_ppb: Float64Array; known: Uint8Array }>;

/** Recorded payments, ascending in time; `interval_ms` is the longest step between two of them. */
export type FundingHistory = Readonly<{
  ts_ms: Float64Array;
  rate_ppb: Float64Array;
  interval_ms: number;
}>;

/** Room for `length` bars, nothing known. */
export function createFundingColumns(length: number): FundingColumns {
  return { rate_ppb: new Float64Array(length), known: new Uint8Array(length) };
}

/**
 * Fills `into[0..count)` for the bars that start at `barStarts[0..count)`. A position held over
 * (previous start, this start] owes what fell due in it, so bar i gets the sum over that span and
 * a payment inside a gap or a long bar is charged at the next start. `previousStart` is the start
 * of the bar before the first, or the first start minus one bar interval.
 */
export function alignFunding(
  history: FundingHistory,
  bars: Readonly<{ starts: Float64Array; count: number; previousStart: number }>,
  into: FundingColumns,
): void {
  const { ts_ms: times, rate_ppb: rates } = history;
  let previous = bars.previousStart;
  let next = firstAfter(times, previous);
  for (let bar = 0; bar < bars.count; bar += 1) {
    const start = bars.starts[bar] ?? 0;
    let sum = 0;
    let known = isCovered(history, next, previous, start);
    while (next < times.length && (times[next] ?? 0) <= start) {
      sum += rates[next] ?? 0;
      next += 1;
      known = known && isCovered(history, next, previous, start);
    }
    into.rate_ppb[bar] = known ? sum : 0;
    into.known[bar] = known ? 1 : 0;
    previous = start;
  }
}

/**
 * Whether every payment due in (previous, start] between the records `index - 1` and `index` is
 * recorded. In a gap the lost ones lie from one interval after the record before it to one
 * interval before the record after it; before the first and after the last record all are lost.
 */
function isCovered(
  history: FundingHistory,
  index: number,
  previous: number,
  start: number,
): boolean {
  const { ts_ms: times, interval_ms: interval } = history;
  const before = index === 0 ? -Infinity : (times[index - 1] ?? -Infinity);
  const after = index === times.length ? Infinity : (times[index] ?? Infinity);
  // Half an interval of slack: a venue may shift a payment by minutes, never by half a period.
  if (after - before <= interval * 1.5) return true;
  return start < before + interval || previous >= after - interval;
}

/** The first index whose time lies strictly after `ms`. */
function firstAfter(times: Float64Array, ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
