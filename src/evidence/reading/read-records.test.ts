import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryRoot } from "#support";
import { count, nullable, strictRecord, text } from "../artifacts/fields.ts";
import { judgeRecord } from "./parse-record.ts";
import { readLines } from "./read-lines.ts";
import { readListDocument } from "./read-list-document.ts";
import { readRecords } from "./read-records.ts";

type Sample = Readonly<{ seq: number; note: string | null }>;
const sample = strictRecord<Sample>({ seq: count, note: nullable(text) });
const shape = { head: sample, listKey: "all", item: sample };

/** What a reading of a file tells, in its order. */
function heardOf(path: string): readonly string[] {
  const heard: string[] = [];
  readRecords(path, sample, {
    record: (record, line) => heard.push(`${line} ${JSON.stringify(record)}`),
    problem: (problem) => heard.push(JSON.stringify(problem)),
  });
  return heard;
}

/** The same, every line judged by the schema. */
function judgedOf(path: string): readonly string[] {
  const heard: string[] = [];
  readLines(path, {
    line(line, number): void {
      const { value, problems } = judgeRecord(line, sample, number);
      for (const problem of problems) heard.push(JSON.stringify(problem));
      if (value !== null) heard.push(`${number} ${JSON.stringify(value)}`);
    },
    problem: (problem) => heard.push(JSON.stringify(problem)),
  });
  return heard;
}

const fine = (seq: number, letters: number): string =>
  `{"seq":${seq},"note":"${"x".repeat(letters)}"}`;

const oddLines = [
  "",
  "{}",
  '{"seq":1}',
  '{"seq":1,"note":null} ',
  '{"seq":1,"note":"é"}',
  '{"seq":1,"note":"\\n"}',
  '{"seq":-1,"note":null}',
  '{"note":null,"seq":1}',
  '{"seq":1,"note":null}\r',
  '\ufeff{"seq":1,"note":null}',
  "\u0000".repeat(9),
];

test("records and problems are those of the slow reading, wherever chunks end", () => {
  using root = temporaryRoot();
  const path = join(root.path, "lines");
  const line = fc.oneof(
    { weight: 30, arbitrary: fc.tuple(fc.nat(), fc.nat(300)).map(([a, b]) => fine(a, b)) },
    { weight: 2, arbitrary: fc.constantFrom(...oddLines) },
    { weight: 1, arbitrary: fc.constantFrom(fine(7, 70_000), fine(8, 1_100_000)) },
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.nat(3), (lines, end) => {
      const bytes = Buffer.from(`${lines.join("\n")}${["\n", "", "\n{", "\n\n"][end]}`);
      // Bytes that are not UTF-8, sometimes in the middle of what would be fine.
      if (bytes.length % 5 === 0) bytes[bytes.length >> 1] = 0xff;
      writeFileSync(path, bytes);
      assert.deepEqual(heardOf(path), judgedOf(path));
    }),
    { seed: 41, numRuns: 60 },
  );
});

test("a list document is taken line by line in its own form, and in no other", () => {
  using root = temporaryRoot();
  const path = join(root.path, "list");
  const heardOfList = (content: string): readonly string[] => {
    writeFileSync(path, content);
    const heard: string[] = [];
    readListDocument(path, shape, {
      head: ({ seq }) => heard.push(`head ${seq}`),
      item: ({ seq }, line) => heard.push(`${line}: ${seq}`),
      problem: ({ code, line }) => heard.push(`${line ?? 0}: ${code}`),
    });
    return heard;
  };
  const head = '{"seq":0,"note":null,"all":[';
  const item = (seq: number): string => `{"seq":${seq},"note":null}`;
  const good = `${head}\n${item(1)}\n,${item(2)}\n]}\n`;
  assert.deepEqual(heardOfList(good), ["head 0", "2: 1", "3: 2"]);
  assert.deepEqual(heardOfList(good.replace("\n,", "\n")), [
    ...["head 0", "2: 1", "3: text_not_canonical", "3: 2"],
  ]);
  assert.deepEqual(heardOfList(good.replace("\n{", "\n,{")), [
    ...["head 0", "2: text_not_canonical", "2: 1", "3: 2"],
  ]);
  assert.deepEqual(heardOfList(good.replace("]}", `]}\n,${item(3)}`)), [
    ...["head 0", "2: 1", "3: 2", "5: text_not_canonical"],
  ]);
  assert.deepEqual(heardOfList(good.replace("]}\n", "")), [
    ...["head 0", "2: 1", "3: 2", "0: json_invalid"],
  ]);
});
