import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryRoot } from "#support";
import { maxLineBytes, readLines } from "./read-lines.ts";

type Heard = Readonly<{ lines: string[]; problems: string[] }>;

function listen(path: string): Heard & Readonly<{ sha256: string | null; bytes: number }> {
  const lines: string[] = [];
  const problems: string[] = [];
  const read = readLines(path, {
    line: (text, number) => lines.push(`${number} ${text.length > 50 ? text.length : text}`),
    problem: ({ code, line }) => problems.push(`${line} ${code}`),
  });
  if (!read.ok) problems.push(read.fault.code);
  return {
    lines,
    problems,
    sha256: read.ok ? read.value.sha256 : null,
    bytes: read.ok ? read.value.bytes : 0,
  };
}

test("lines are numbered from one, and the digest is that of the file", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  writeFileSync(path, "a\n\nbé\n");
  const heard = listen(path);
  assert.deepEqual(heard.lines, ["1 a", "2 ", "3 bé"]);
  assert.deepEqual(heard.problems, []);
  assert.equal(heard.sha256, hash("sha256", "a\n\nbé\n", "hex"));
});

test("any text of lines comes back, wherever chunks are cut", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  // Long runs of one line push the rest over the edges of the megabyte chunks.
  const line = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\n\ud800-\udfff]/g, "")),
    fc.integer({ min: 0, max: 1_500_000 }).map((length) => "x".repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      writeFileSync(path, lines.map((text) => `${text}\n`).join(""));
      const got: string[] = [];
      const read = readLines(path, {
        line: (text) => got.push(text),
        problem: (problem) => assert.fail(JSON.stringify(problem)),
      });
      assert.ok(read.ok);
      assert.deepEqual(got, lines);
    }),
    { seed: 7, numRuns: 40 },
  );
});

test("a line that is not UTF-8 is a problem, and the lines around it are heard", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  writeFileSync(path, Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a, 0xc3, 0x0a]));
  assert.deepEqual(listen(path).lines, ["1 a", "3 b"]);
  assert.deepEqual(listen(path).problems, ["2 text_not_utf8", "4 text_not_utf8"]);
});

test("a byte order mark stays in the text, where no record can start with it", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  writeFileSync(path, "\ufeff{}\n");
  assert.deepEqual(listen(path).lines, ["1 \ufeff{}"]);
});

test("a file without a last line end is a problem; an empty one is not", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  writeFileSync(path, "a\nb");
  assert.deepEqual(listen(path).problems, ["2 line_unfinished"]);
  writeFileSync(path, "");
  assert.deepEqual(listen(path), { lines: [], problems: [], bytes: 0, sha256: emptySha256 });
});

const emptySha256 = hash("sha256", "", "hex");

test("a line over the bound costs one problem, and reading goes on behind it", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  const fits = "y".repeat(maxLineBytes - 1);
  writeFileSync(path, `a\n${fits}\n${"x".repeat(maxLineBytes + 1)}\nb\n${fits}z\nc\n`);
  const heard = listen(path);
  assert.deepEqual(heard.problems, ["3 line_too_long", "5 line_too_long"]);
  assert.deepEqual(heard.lines, ["1 a", `2 ${maxLineBytes - 1}`, "4 b", "6 c"]);
});

test("a gigantic line is let go of as it is read", () => {
  using root = temporaryRoot();
  const path = join(root.path, "f");
  const descriptor = openSync(path, "w");
  writeSync(descriptor, "a\n");
  ftruncateSync(descriptor, 300_000_000);
  const before = process.memoryUsage().rss;
  assert.deepEqual(listen(path).problems, ["2 line_too_long"]);
  assert.ok(process.memoryUsage().rss - before < 150_000_000, "memory stays flat");
});
