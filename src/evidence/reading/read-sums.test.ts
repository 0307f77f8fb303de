import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { readSums } from "./read-sums.ts";

const a = "a".repeat(64);

function codesOf(text: string): readonly string[] {
  using root = temporaryRoot();
  const path = join(root.path, "SHA256SUMS");
  writeFileSync(path, text);
  return readSums(path).problems.map(({ code, line }) => `${line} ${code}`);
}

test("sums in order are read; any other line is named", () => {
  assert.deepEqual(codesOf(`${a}  b\n${a}  c.json\n`), []);
  assert.deepEqual(codesOf(`${a}  proofs/b.tlog-proof\n${a}  tlog/c\n`), []);
  assert.deepEqual(codesOf(`${a}  c\n${a}  b\n`), ["2 text_not_canonical"]);
  assert.deepEqual(codesOf(`${a}  b\n${a}  b\n`), ["2 text_not_canonical"]);
  for (const line of [
    `${a} b`,
    `${a} *b`,
    `${a.toUpperCase()}  b`,
    `${a}  ../b`,
    `${a}  b/../c`,
    `${a}  b//c`,
    `${a}  /etc/passwd`,
    `${a}  .hidden`,
    `${a.slice(1)}  b`,
    "",
    `${a}  b\r`,
  ]) {
    assert.deepEqual(codesOf(`${line}\n`), ["1 record_invalid"], line);
  }
  assert.deepEqual(codesOf(`${a}  b`), ["1 line_unfinished"]);
});

test("a file of garbage costs a bounded number of problems", () => {
  assert.equal(codesOf("x\n".repeat(100_000)).length, 100);
});

test("as many files as a directory may hold are read, and it is said when there are more", () => {
  using root = temporaryRoot();
  const path = join(root.path, "SHA256SUMS");
  const lines = Array.from({ length: 100_001 }, (_, at) => `${a}  part_${1_000_000 + at}.json\n`);
  writeFileSync(path, lines.slice(0, -1).join(""));
  const whole = readSums(path);
  assert.deepEqual([whole.digests.size, whole.problems], [100_000, []]);
  writeFileSync(path, lines.join(""));
  const more = readSums(path);
  assert.equal(more.digests.size, 100_000);
  assert.deepEqual(
    more.problems.map(({ code, line }) => `${line} ${code}`),
    ["100001 record_invalid"],
  );
});
