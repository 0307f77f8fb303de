import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Json } from "#base";
import { temporaryRoot } from "#support";
import { anyJson, count, strictRecord } from "../artifacts/fields.ts";
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
