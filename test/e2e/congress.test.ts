import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { heardEvents, isDone, startCongress } from "./congress-run.ts";

const rows = 3000;

const header =
  "transaction_date,owner,ticker,asset_description,asset_type,type,amount,comment,senator," +
  "ptr_link,disclosure_date\n";

/** Every tenth row repeats the one before, every twentieth was traded after its disclosure. */
function list(): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const number = index % 10 === 9 ? index - 1 : index;
    const traded = index % 20 === 0 ? "03/01/2020" : "01/02/2020";
    const trade = `Self,SPY,Asset ${number},Stock,Purchase,"$1,001 - $15,000"`;
    return `${traded},${trade},--,Jane Roe,x,02/01/2020\n`;
  });
  return header + lines.join("");
}

test("killed in the middle and started again: each disclosure is there once", async () => {
  const root = mkdtempSync(join(tmpdir(), "congress-"));
  try {
    const file = join(root, "list.csv");
    writeFileSync(file, list());
    const first = await startCongress(root, [file]);
    await first.untilHeard();
    await first.kill();
    const left = rows - rows / 10 - rows / 20 - heardEvents(root).length;
    assert.ok(left > 0, "the kill came too late to say anything");

    const second = await startCongress(root, [file]);
    const end = await second.until(isDone);
    assert.equal(await second.stop(), 0);
    assert.equal(end.disclosures, rows - rows / 10 - rows / 20);
    assert.deepEqual(end.defects, { duplicate: rows / 10, lag_negative: rows / 20 });
    const heard = heardEvents(root);
    assert.equal(new Set(heard).size, end.disclosures);
    // What was on its way when the process died is sent again under the same id.
    assert.ok(heard.length - end.disclosures <= 500, `${heard.length} events`);
  } finally {
    rmSync(root, { recursive: true });
  }
});
