import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryRoot } from "#support";
import { linesOf, maxLineBytes } from "./read-lines.ts";

/** The texts of all lines, and the code of the fault that ended them. */
function readAll(path: string): readonly [readonly string[], string | null] {
  const texts: string[] = [];
  for (const line of linesOf(path, "file")) {
    if (!line.ok) return [texts, `${line.fault.code} ${line.fault.at}`];
    texts.push(line.value.text);
    assert.equal(line.value.number, texts.length);
  }
  return [texts, null];
}

test("gives the lines that a split gives, whatever they hold", () => {
  using root = temporaryRoot();
  const path = join(root.path, "lines");
  const text = fc.string({ unit: "binary", maxLength: 40 }).filter((each) => !each.includes("\n"));
  fc.assert(
    fc.property(fc.array(text), (lines) => {
      writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
      assert.deepEqual(readAll(path), [lines, null]);
    }),
    { numRuns: 200, seed: 20_260_102 },
  );
});

test("lines that cross the pieces a file is read in are whole", () => {
  using root = temporaryRoot();
  const path = join(root.path, "lines");
  const lines = [0, 1, 2, 3].flatMap((shift) => ["é".repeat(300_000 + shift), "x", ""]);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  assert.deepEqual(readAll(path), [lines, null]);
});

test("a line may be as long as the bound and not longer", () => {
  using root = temporaryRoot();
  const path = join(root.path, "lines");
  writeFileSync(path, `a\n${"x".repeat(maxLineBytes)}\n`);
  assert.equal(readAll(path)[1], null);
  writeFileSync(path, `a\n${"x".repeat(maxLineBytes + 1)}\nb\n`);
  assert.deepEqual(readAll(path), [["a"], "line_too_long file:2"]);
  writeFileSync(path, `a\n${"x".repeat(3 * maxLineBytes)}`);
  assert.deepEqual(readAll(path), [["a"], "line_too_long file:2"]);
});

test("what follows the last line end, and bytes that are no text, end the reading", () => {
  using root = temporaryRoot();
  const path = join(root.path, "lines");
  writeFileSync(path, "a\nb");
  assert.deepEqual(readAll(path), [["a"], "line_unfinished file:2"]);
  writeFileSync(path, Buffer.from("a\n\xff\nb\n", "latin1"));
  assert.deepEqual(readAll(path), [["a"], "text_not_utf8 file:2"]);
  assert.deepEqual(readAll(join(root.path, "none")), [[], "file_missing file"]);
  assert.deepEqual(readAll(root.path), [[], "file_not_regular file"]);
  assert.deepEqual(readAll("/dev/zero"), [[], "file_not_regular file"]);
});
