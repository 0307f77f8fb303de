import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineSplitter } from "./split-lines.ts";

test("lines come out whole, however the bytes were cut", () => {
  const text = Buffer.from("eins\n\nzwölf\ndrei");
  for (let size = 1; size <= text.length; size += 1) {
    const lines: string[] = [];
    const split = createLineSplitter(6, (line) => lines.push(line.toString("utf8")) > 0);
    for (let at = 0; at < text.length; at += size) {
      assert.ok(split(text.subarray(at, at + size)));
    }
    assert.deepEqual(lines, ["eins", "", "zwölf"]);
  }
});

test("a line beyond the bound ends it, with its end in sight or not", () => {
  for (const text of ["1234567", "1234567\n", "ok\n1234567\nok\n"]) {
    const lines: string[] = [];
    const split = createLineSplitter(6, (line) => lines.push(line.toString("utf8")) > 0);
    assert.equal(split(Buffer.from(text)), false);
    assert.equal(split(Buffer.from("more\n")), false);
    assert.ok(!lines.includes("more"));
  }
});

test("nothing follows a line after which no more is wanted", () => {
  const lines: string[] = [];
  const split = createLineSplitter(6, (line) => {
    lines.push(line.toString("utf8"));
    return lines.length < 2;
  });
  assert.equal(split(Buffer.from("1\n2\n3\n")), false);
  assert.equal(split(Buffer.from("4\n")), false);
  assert.deepEqual(lines, ["1", "2"]);
});
