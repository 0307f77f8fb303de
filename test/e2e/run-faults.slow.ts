import { test } from "node:test";
import { holdToRow, runUnderFault } from "./run-faults-bench.ts";
import { faultRows } from "./run-faults-table.ts";

for (const library of ["okx_sdk", "ccxt"] as const) {
  for (const row of faultRows) {
    test(`${library}: a run under ${row.what} ends as it may, with no order twice`, async () => {
      holdToRow(row, await runUnderFault(library, row.rules));
    });
  }
}
