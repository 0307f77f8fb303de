import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDocument } from "../store/document.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { readPool } from "./read-pool.ts";

const path = "/pool.jsonl";

test("lines come with their numbers and ends, whatever their lengths", () => {
  const lengths = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 3000 })));
  fc.assert(
    fc.property(lengths, fc.nat(50), (sizes, tail) => {
      const lines = sizes.map((size, at) => String.fromCharCode(97 + (at % 26)).repeat(size));
      const seen = read(`${lines.map((line) => `${line}\n`).join("")}${"t".repeat(tail)}`);
      assert.deepEqual(seen.lines, lines);
      assert.equal(seen.end.lines, lines.length);
      assert.equal(seen.end.tornBytes, tail);
      assert.equal(seen.ends.at(-1) ?? 0, seen.end.bytes);
    }),
    { seed: 20261121, numRuns: 150 },
  );
});

test("a file of several chunks with lines across their borders is read whole", () => {
  const lines = Array.from({ length: 700 }, (_, at) => `${at}:${"x".repeat(5000 + (at % 977))}`);
  const seen = read(`${lines.join("\n")}\n`);
  assert.deepEqual(seen.lines, lines);
  assert.equal(seen.end.tornBytes, 0);
});

test("a line over the bound is let go, counted and does not hide the next", () => {
  for (const size of [(1 << 20) + 1, 3_000_000]) {
    const seen = read(`a\n${"x".repeat(size)}\nb\n`);
    assert.deepEqual(seen.lines, ["a", "b"]);
    assert.deepEqual(seen.tooLong, [2]);
    assert.deepEqual(seen.end, { lines: 3, bytes: size + 5, tornBytes: 0 });
    assert.deepEqual(seen.ends, [2, size + 5]);
  }
  const torn = read(`a\n${"x".repeat(3_000_000)}`);
  assert.deepEqual(torn.end, { lines: 1, bytes: 2, tornBytes: 3_000_000 });
  const longest = "y".repeat(1 << 20);
  assert.deepEqual(read(`${longest}\n`).lines, [longest]);
});

test("what a writer adds after the opening is not read", () => {
  const disk = new SimulatedDisk();
  createDocument(disk, path, Buffer.from("first\nsecond\n"));
  const lines: string[] = [];
  const end = readPool(disk, path, {
    line(bytes): void {
      lines.push(bytes.toString("latin1"));
      const file = disk.open(path, "append", 0);
      disk.write(file, Buffer.from("later\n"));
      disk.close(file);
    },
    tooLong: () => assert.fail(),
  });
  assert.ok(end.ok);
  assert.deepEqual(lines, ["first", "second"]);
  assert.deepEqual(end.value, { lines: 2, bytes: 13, tornBytes: 0 });
});

test("a line that a writer is just finishing is read to its end", () => {
  const disk = new SimulatedDisk();
  createDocument(disk, path, Buffer.from("first\nsec"));
  const lines: string[] = [];
  const end = readPool(
    {
      ...portOf(disk),
      stat: (file) => {
        const before = disk.stat(file);
        const writing = disk.open(path, "append", 0);
        disk.write(writing, Buffer.from("ond\nthird\n"));
        disk.close(writing);
        return before;
      },
    },
    path,
    { line: (bytes) => lines.push(bytes.toString("latin1")), tooLong: () => assert.fail() },
  );
  assert.ok(end.ok);
  assert.deepEqual(lines, ["first", "second"]);
  assert.equal(end.value.tornBytes, 0);
});

function read(text: string) {
  const disk = new SimulatedDisk();
  createDocument(disk, path, Buffer.from(text));
  const [lines, ends, tooLong]: [string[], number[], number[]] = [[], [], []];
  const end = readPool(disk, path, {
    line(bytes, number, offset): void {
      lines.push(bytes.toString("latin1"));
      ends.push(offset);
      assert.equal(number, lines.length + tooLong.length);
    },
    tooLong: (number) => tooLong.push(number),
  });
  assert.ok(end.ok);
  return { lines, ends, tooLong, end: end.value };
}

/** The disk's operations as plain members, so that one can be replaced. */
function portOf(disk: SimulatedDisk) {
  const { open, read: readAt, write, sync, truncate, stat, close, look, list } = disk;
  const { rename, link, unlink, makeDirectory, removeDirectory, changeMode, syncDirectory } = disk;
  return {
    ...{ open, read: readAt, write, sync, truncate, stat, close, look, list },
    ...{ rename, link, unlink, makeDirectory, removeDirectory, changeMode, syncDirectory },
  };
}
