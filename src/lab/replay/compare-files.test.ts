import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { firstDifference } from "./compare-files.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-compare-"));
after(() => rmSync(folder, { recursive: true }));

test("equal files have no difference, across piece borders too", () => {
  const big = Buffer.alloc(600_000, "0123456789\n");
  assert.equal(compare(big, Buffer.from(big)), null);
  assert.equal(compare(Buffer.alloc(1 << 18, 7), Buffer.alloc(1 << 18, 7)), null);
  assert.equal(compare(Buffer.alloc(0), Buffer.alloc(0)), null);
});

test("the first different byte is named with its line and surroundings", () => {
  const found = compare(Buffer.from('{"a":1}\n{"b":2}\n'), Buffer.from('{"a":1}\n{"b":3}\n'));
  assert.deepEqual(found, {
    file: "x.jsonl",
    offset: 13,
    line: 2,
    recorded: '{"a":1}\\n{"b":2}\\n',
    replayed: '{"a":1}\\n{"b":3}\\n',
  });
});

test("a file that ends early differs where it ends", () => {
  const found = compare(Buffer.from("one\ntwo\n"), Buffer.from("one\n"));
  assert.equal(found?.offset, 4);
  assert.equal(found?.replayed, "(end of file)");
});

test("any one changed byte is found at its place", () => {
  const size = 300_000;
  const base = Buffer.alloc(size, "abcdefghi\n");
  fc.assert(
    fc.property(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const other = Buffer.from(base);
      other[at] = (other[at] ?? 0) ^ change;
      const found = compare(base, other);
      assert.equal(found?.offset, at);
      assert.equal(found.line, 1 + Math.floor(at / 10));
    }),
    { seed: 3, numRuns: 60 },
  );
});

function compare(left: Buffer, right: Buffer): ReturnType<typeof firstDifference> {
  writeFileSync(join(folder, "left"), left);
  writeFileSync(join(folder, "right"), right);
  return firstDifference("x.jsonl", join(folder, "left"), join(folder, "right"));
}
