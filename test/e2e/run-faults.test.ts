import assert from "node:assert/strict";
import { test } from "node:test";
import { holdToRow, runUnderFault } from "./run-faults-bench.ts";
import { faultRows } from "./run-faults-table.ts";

/** One of orders and one of frames; the whole table is in the slow suite. */
const quick = [
  ["okx_sdk", "answers that are lost"],
  ["ccxt", "a connection that is cut"],
] as const;

for (const [library, what] of quick) {
  test(`${library}: a run under ${what} ends as it may, with no order twice`, async () => {
    const row = faultRows.find((each) => each.what === what);
    assert.ok(row !== undefined);
    holdToRow(row, await runUnderFault(library, row.rules));
  });
}

test("every kind of the fault plan is in the table", () => {
  const kinds = [
    ...["latency", "drop_request", "drop_answer", "duplicate", "drop_frame", "http_429"],
    ...["http_5xx", "disconnect", "stale_books", "maintenance", "partial_fill"],
    ...["empty_positions", "frozen_price", "clock_skew"],
  ];
  const tried = JSON.stringify(faultRows);
  assert.deepEqual(
    kinds.filter((kind) => !tried.includes(`"kind":"${kind}"`)),
    [],
  );
});
