import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { sharedPath, withoutShared } from "#support";
import { judgeRows, type TakenIn, takeIn } from "./ledger/take-in.ts";
import { maxFileBytes, recordedFile } from "./sources/recorded-file.ts";
import type { SourceRow } from "./trade/raw-trade.ts";

const folder = "data/congress-trades";
const at = { firstNumber: 1, nowUtc: "2026-02-05T12:00:00.000Z" };

async function readRows(path: string): Promise<readonly SourceRow[] | string> {
  const opened = await recordedFile(path).open(new AbortController().signal);
  if (!opened.ok) return opened.fault.code;
  const rows: SourceRow[] = [];
  for await (const row of opened.value.rows) {
    if (!row.ok) return row.fault.code;
    rows.push(row.value);
  }
  return rows;
}

async function takeFile(name: string): Promise<TakenIn> {
  const rows = await readRows(sharedPath(folder, name));
  assert.ok(typeof rows !== "string");
  return takeIn(judgeRows(rows, at.nowUtc), new Map(), at);
}

function tally({ defects }: TakenIn): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of defects) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

test("the recorded House file: 15,675 rows are 15,120 disclosures, 534 known and 21 refused", {
  skip: withoutShared(folder),
}, async () => {
  const taken = await takeFile("house_2020-01_2022-10.csv.gz");
  assert.deepEqual(taken.outcome.counts, { disclosed: 15_120, known: 534, refused: 21 });
  assert.equal(taken.disclosures.length, 15_120);
  assert.deepEqual(tally(taken), {
    amount_cut_off: 205,
    duplicate: 534,
    lag_negative: 14,
    ticker_missing: 1278,
    ticker_unreadable: 2,
    transaction_date_impossible: 7,
  });
  const negative = taken.defects.filter(({ code }) => code === "lag_negative");
  assert.deepEqual(
    negative.slice(0, 2).map(({ source_row }) => source_row),
    [294, 496],
  );
});

test("the recorded Senate file: 8,964 rows are 8,060 disclosures, 430 known and 474 refused", {
  skip: withoutShared(folder),
}, async () => {
  const taken = await takeFile("senate_2012-06_2021-12.csv.gz");
  assert.deepEqual(taken.outcome.counts, { disclosed: 8060, known: 430, refused: 474 });
  assert.deepEqual(tally(taken), {
    duplicate: 430,
    lag_negative: 9,
    scanned_filing: 465,
    ticker_missing: 1672,
  });
  const { disclosures, defects } = taken;
  assert.equal(new Set(disclosures.map(({ disclosure_id }) => disclosure_id)).size, 8060);
  assert.equal(new Set(defects.map(({ defect_id }) => defect_id)).size, defects.length);
  assert.ok(disclosures.every(({ number }, index) => number === index + 1));
});

const header =
  "transaction_date,owner,ticker,asset_description,asset_type,type,amount,comment,senator," +
  "ptr_link,disclosure_date\n";
const line =
  '01/02/2020,Self,SPY,"Trust, SPDR",Stock,Purchase,"$1,001 - $15,000",--,Jane Roe,x,02/01/2020\n';

test("files that are not there, cut off, of another form or no CSV say so", async () => {
  const home = mkdtempSync(join(tmpdir(), "congress-"));
  try {
    const put = (bytes: string | Uint8Array): string => {
      const path = join(home, "list.csv");
      writeFileSync(path, bytes);
      return path;
    };
    assert.equal(await readRows(join(home, "none.csv")), "file_missing");
    assert.equal(await readRows(home), "file_unreadable");
    assert.equal(await readRows(put("")), "file_unknown_form");
    assert.equal(await readRows(put("a,b\n1,2\n")), "file_unknown_form");
    assert.equal(await readRows(put(`${header}"x`)), "csv_unterminated");
    const large = put("");
    truncateSync(large, maxFileBytes + 1);
    assert.equal(await readRows(large), "file_too_large");
    const packed = gzipSync(header + line.repeat(50));
    assert.equal(await readRows(put(packed.subarray(0, -20))), "file_unreadable");
    const rows = await readRows(put(packed));
    assert.equal(rows.length, 50);
    const plain = await readRows(put(`\uFEFF${header}${line}${line.replace(",x,", ",")}`));
    assert.ok(typeof plain !== "string");
    assert.deepEqual(
      plain.map(({ place, trade }) => [place.row, trade === null]),
      [
        [2, false],
        [3, true],
      ],
    );
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("an invalid byte damages its row alone, and is listed", async () => {
  const home = mkdtempSync(join(tmpdir(), "congress-"));
  try {
    const path = join(home, "list.csv");
    writeFileSync(path, Buffer.from(`${header}${line.replace("Trust", "Tr\u00e9st")}`, "latin1"));
    const rows = await readRows(path);
    assert.ok(typeof rows !== "string");
    const taken = takeIn(judgeRows(rows, at.nowUtc), new Map(), at);
    assert.deepEqual(tally(taken), { text_damaged: 1 });
    assert.equal(taken.disclosures.length, 1);
  } finally {
    rmSync(home, { recursive: true });
  }
});
