import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { sharedPath, withoutShared } from "#support";
import { heardEvents, isDone, startCongress } from "./congress-run.ts";

const folder = "data/congress-trades";
const files = ["house_2020-01_2022-10.csv.gz", "senate_2012-06_2021-12.csv.gz"];
const disclosures = 15_120 + 8060;
const defects = {
  amount_cut_off: 205,
  duplicate: 534 + 430,
  lag_negative: 14 + 9,
  scanned_filing: 465,
  ticker_missing: 1278 + 1672,
  ticker_unreadable: 2,
  transaction_date_impossible: 7,
};

test("the recorded files, with kills in the middle and a second time: each disclosure once", {
  skip: withoutShared(folder),
}, async () => {
  const root = mkdtempSync(join(tmpdir(), "congress-"));
  try {
    const recorded = files.map((name) => sharedPath(folder, name));
    for (const least of [2000, 9000, 17_000]) {
      const run = await startCongress(root, recorded);
      await run.until((state) => state.disclosures > least);
      await run.kill();
    }
    const whole = await startCongress(root, recorded);
    const end = await whole.until(isDone);
    assert.equal(await whole.stop(), 0);
    assert.equal(end.disclosures, disclosures);
    assert.deepEqual(end.defects, defects);
    const heard = heardEvents(root);
    assert.equal(new Set(heard).size, disclosures);

    // The same lists as other files, so that no watermark of a file spares the reading.
    const copies = recorded.map((path, index) => {
      const copy = join(root, `copy-${index}.csv`);
      writeFileSync(copy, `${gunzipSync(readFileSync(path)).toString("utf8")}\n`);
      return copy;
    });
    const again = await startCongress(root, [...recorded, ...copies]);
    const second = await again.until(isDone);
    assert.equal(await again.stop(), 0);
    assert.equal(second.disclosures, disclosures);
    assert.equal(heardEvents(root).length, heard.length);
    // A refused row of another file is a finding of that file; a known trade is none.
    assert.equal(second.defects["duplicate"], defects.duplicate);
    assert.equal(second.defects["lag_negative"], 2 * defects.lag_negative);
  } finally {
    rmSync(root, { recursive: true });
  }
});
