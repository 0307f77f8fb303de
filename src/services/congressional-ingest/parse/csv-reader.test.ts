import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createCsvReader, maxRecordChars } from "./csv-reader.ts";

function readAll(chunks: readonly string[]): readonly (readonly string[])[] | string {
  const reader = createCsvReader();
  const rows: (readonly string[])[] = [];
  for (const part of [...chunks.map((chunk) => reader.push(chunk)), reader.end()]) {
    if (!part.ok) return `${part.fault.code} ${part.fault.at}`;
    rows.push(...part.value.map(({ cells }) => cells));
  }
  return rows;
}

test("quoted cells hold commas, quotes and line ends, and lines are counted through them", () => {
  const reader = createCsvReader();
  const read = reader.push('a,b\n"1, ""2""\n3",x\r\n,\n\nlast,"');
  assert.ok(read.ok);
  assert.deepEqual(read.value, [
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ['1, "2"\n3', "x"] },
    { line: 4, cells: ["", ""] },
  ]);
  assert.ok(reader.push('"').ok);
  assert.deepEqual(reader.end(), { ok: true, value: [{ line: 6, cells: ["last", ""] }] });
});

test("whatever the cells and wherever the text is cut, they read back", () => {
  const cell = fc.string({
    unit: fc.constantFrom("a", ",", '"', "\n", " ", "é", "$"),
    maxLength: 8,
  });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 7 }), fc.boolean(), (table, step, carriage) => {
      const end = carriage ? "\r\n" : "\n";
      const text = table
        .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(",") + end)
        .join("");
      const chunks: string[] = [];
      for (let at = 0; at < text.length; at += step) chunks.push(text.slice(at, at + step));
      assert.deepEqual(readAll(chunks), table);
    }),
    { seed: 41, numRuns: 300 },
  );
});

test("text that is no CSV is refused with the line on which the record began", () => {
  assert.equal(readAll(['a,b\n1,x"y\n']), "csv_malformed line 2");
  assert.equal(readAll(['a,b\n"1"x,2\n']), "csv_malformed line 2");
  assert.equal(readAll(['a,b\n1,2\n"3,4\n5']), "csv_unterminated line 3");
  assert.equal(readAll([`a\n"${"x".repeat(maxRecordChars)}`]), "csv_record_too_long line 2");
  assert.deepEqual(readAll([]), []);
});
