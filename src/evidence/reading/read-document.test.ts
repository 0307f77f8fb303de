import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Json } from "#base";
import { temporaryRoot } from "#support";
import { anyJson, count, exactly, strictRecord } from "../artifacts/fields.ts";
import { documentText } from "../run/documents.ts";
import { readDocument } from "./read-document.ts";

type Sample = Readonly<{ a: number; more: Json }>;
const sample = strictRecord<Sample>({ a: count, more: anyJson });

function codeOf(text: string | Uint8Array): string {
  using root = temporaryRoot();
  const path = join(root.path, "d.json");
  writeFileSync(path, text);
  const { value, problems } = readDocument(path, sample);
  return problems[0]?.code ?? JSON.stringify(value);
}

test("what documentText writes is what readDocument reads", () => {
  const value: Sample = { a: 1, more: { list: [1, "é", null], flag: true } };
  assert.equal(codeOf(documentText(sample, value)), JSON.stringify(value));
});

test("any other text is a problem", () => {
  const good = documentText(sample, { a: 1, more: [] });
  const cases: readonly (readonly [string | Uint8Array, string])[] = [
    ["", "json_invalid"],
    [good.trimEnd(), "text_not_canonical"],
    [`${good}\n`, "text_not_canonical"],
    [good.replaceAll("\n", "\r\n"), "text_not_canonical"],
    [`\ufeff${good}`, "json_invalid"],
    [JSON.stringify({ a: 1, more: [] }), "text_not_canonical"],
    ['{\n  "a": 1,\n  "a": 1,\n  "more": []\n}\n', "json_invalid"],
    [good.replace("1", "-1"), "record_invalid"],
    [good.replace("[]", `${"[".repeat(70)}${"]".repeat(70)}`), "json_invalid"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "text_not_utf8"],
  ];
  for (const [text, code] of cases) assert.equal(codeOf(text), code, JSON.stringify(String(text)));
});

test("a missing file is a problem, not an exception", () => {
  const { value, facts, problems } = readDocument("/nothing/here.json", sample);
  assert.deepEqual([value, facts, problems[0]?.code], [null, null, "file_missing"]);
});

test("a document of another version of its schema is told by that alone", () => {
  using root = temporaryRoot();
  const path = join(root.path, "d.json");
  const versioned = strictRecord<Readonly<{ schema_version: string; a: number }>>({
    schema_version: exactly("sample/2"),
    a: count,
  });
  const told = (record: object): readonly string[] => {
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
    return readDocument(path, versioned).problems.map(({ code, detail }) => `${code} ${detail}`);
  };
  assert.deepEqual(told({ schema_version: "sample/1", b: 1 }), [
    "schema_version_other is sample/1, of an older version of Assay; this one reads sample/2",
  ]);
  assert.deepEqual(told({ schema_version: "sample/10" }), [
    "schema_version_other is sample/10, of a newer version of Assay; this one reads sample/2",
  ]);
  // What is no version of this schema is only wrong, and so is all else.
  for (const other of ["sample/02", "other/1", "sample/1 ", 1, null]) {
    const problems = told({ schema_version: other });
    assert.equal(problems.length, 2, String(other));
    assert.ok(problems.every((problem) => problem.startsWith("record_invalid")));
  }
});
