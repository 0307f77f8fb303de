import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { alignFunding, createFundingColumns, type FundingHistory } from "./funding.ts";

const hour = 3_600_000;

test("a payment falls due at the start of the bar it coincides with", () => {
  const columns = align(history([8, 16], [100, -50]), hours(0, 24, 1));
  assert.equal(columns.rate_ppb[8], 100);
  assert.equal(columns.rate_ppb[16], -50);
  assert.equal(columns.rate_ppb[9], 0);
});

test("a daily bar owes all that fell due since the bar before", () => {
  const columns = align(history([8, 16, 24, 32, 40, 48], [1, 2, 4, 8, 16, 32]), hours(24, 49, 24));
  assert.deepEqual([...columns.rate_ppb], [7, 56]);
  assert.deepEqual([...columns.known], [1, 1]);
});

test("before the first, after the last and inside a gap nothing is claimed to be known", () => {
  const columns = align(history([8, 16, 40], [1, 2, 4]), hours(0, 56, 1));
  const unknown = [...columns.known].flatMap((known, bar) => (known === 0 ? [bar] : []));
  // 24 and 32 were never recorded; 0 is one interval before the first, 48 one after the last.
  assert.deepEqual(
    unknown,
    [0, 24, 25, 26, 27, 28, 29, 30, 31, 32, 48, 49, 50, 51, 52, 53, 54, 55],
  );
  assert.equal(columns.rate_ppb[40], 4);
  assert.equal(columns.known[40], 1);
});

test("a gap inside one long bar makes that bar unknown", () => {
  const columns = align(history([0, 8, 24, 32, 40, 48], [1, 1, 1, 1, 1, 1]), hours(24, 49, 24));
  assert.deepEqual([...columns.known], [0, 1]);
  assert.deepEqual([...columns.rate_ppb], [0, 3]);
});

test("no record at all means nothing is known", () => {
  const columns = align(history([], []), hours(0, 3, 1));
  assert.deepEqual([...columns.known], [0, 0, 0]);
});

test("what is charged over any run of bars is what was recorded in its span", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 200 }),
      (gaps, rates) => {
        const times = rates.map((_, index) => index * 8);
        let start = 0;
        const starts = Float64Array.from(gaps, (gap) => (start += gap) * hour);
        const into = createFundingColumns(starts.length);
        alignFunding(
          history(times, rates),
          { starts, count: starts.length, previousStart: 0 },
          into,
        );
        starts.forEach((end, bar) => {
          const from = starts[bar - 1] ?? 0;
          const due = rates.filter(
            (_, i) => (times[i] ?? 0) * hour > from && (times[i] ?? 0) * hour <= end,
          );
          const isKnown = rates.length > 0 && end < (rates.length - 1) * 8 * hour + 8 * hour;
          assert.equal(into.known[bar], isKnown ? 1 : 0);
          assert.equal(into.rate_ppb[bar], isKnown ? due.reduce((sum, rate) => sum + rate, 0) : 0);
        });
      },
    ),
    { seed: 20_260_112 },
  );
});

function align(
  recorded: FundingHistory,
  starts: Float64Array,
): ReturnType<typeof createFundingColumns> {
  const into = createFundingColumns(starts.length);
  const step = (starts[1] ?? 0) - (starts[0] ?? 0);
  const previousStart = (starts[0] ?? 0) - step;
  alignFunding(recorded, { starts, count: starts.length, previousStart }, into);
  return into;
}

function hours(from: number, to: number, step: number): Float64Array {
  const count = Math.ceil((to - from) / step);
  return Float64Array.from({ length: count }, (_, index) => (from + index * step) * hour);
}

function history(atHours: readonly number[], rates: readonly number[]): FundingHistory {
  return {
    ts_ms: Float64Array.from(atHours, (at) => at * hour),
    rate_ppb: Float64Array.from(rates),
    interval_ms: 8 * hour,
  };
}
