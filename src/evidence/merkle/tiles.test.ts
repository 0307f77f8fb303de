import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeEntries,
  decodeTile,
  encodeEntries,
  encodeTile,
  parseTilePath,
  type Tile,
  tilePath,
  tilesOfSize,
} from "./tiles.ts";

test("a tile's path groups its index by three digits", () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), "tile/0/x001/x234/067");
  assert.equal(tilePath({ level: 1, index: 0, width: 17 }), "tile/1/000.p/17");
  assert.equal(tilePath({ level: "entries", index: 999, width: 256 }), "tile/entries/999");
  assert.equal(tilePath({ level: "entries", index: 1000, width: 1 }), "tile/entries/x001/000.p/1");
});

test("every path reads back as its tile", () => {
  const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant("entries" as const));
  const index = fc.oneof(fc.nat(2000), fc.maxSafeNat());
  const width = fc.integer({ min: 1, max: 256 });
  fc.assert(
    fc.property(level, index, width, (...parts) => {
      const tile: Tile = { level: parts[0], index: parts[1], width: parts[2] };
      assert.deepEqual(parseTilePath(tilePath(tile)), { ok: true, value: tile });
    }),
    { seed: 21, numRuns: 500 },
  );
});

test("other spellings of a path are refused", () => {
  const bad = [
    "",
    "tile/0/1",
    "tile/00/001",
    "tile/64/001",
    "tile/-1/001",
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x001",
    "tile/0/001.p/0",
    "tile/0/001.p/256",
    "tile/0/001.p/05",
    "tile/0/001.p/",
    "/tile/0/001",
    "tile/0/001\n",
    "tile/entry/001",
    "tile/0/x999/x999/x999/x999/x999/999",
  ];
  for (const path of bad) {
    const read = parseTilePath(path);
    assert.ok(!read.ok && read.fault.code === "tile_path_malformed", path);
  }
});

test("a tree of 70000 leaves has the tiles that the specification counts", () => {
  const count = new Map<string, number>();
  for (const { level, width } of tilesOfSize(70_000)) {
    const kind = `${level}:${width}`;
    count.set(kind, (count.get(kind) ?? 0) + 1);
  }
  assert.deepEqual(
    count,
    new Map([
      ["0:256", 273],
      ["0:112", 1],
      ["1:256", 1],
      ["1:17", 1],
      ["2:1", 1],
    ]),
  );
  assert.deepEqual([...tilesOfSize(256)].map(tilePath), ["tile/0/000", "tile/1/000.p/1"]);
  assert.deepEqual([...tilesOfSize(0)], []);
});

test("hashes and entries survive their encoding, and nothing else decodes", () => {
  const hashes = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
  assert.deepEqual(decodeTile(encodeTile(hashes), 3), { ok: true, value: hashes });
  assert.ok(!decodeTile(encodeTile(hashes), 2).ok);
  assert.ok(!decodeTile(new Uint8Array(0), 0).ok);

  const entries = [new Uint8Array(0), Buffer.from("one"), new Uint8Array(65_535).fill(7)].map(
    (entry) => Uint8Array.from(entry),
  );
  const bundle = encodeEntries(entries);
  assert.deepEqual(decodeEntries(bundle, 3), { ok: true, value: entries });
  for (const width of [0, 1, 2, 4, 257]) assert.ok(!decodeEntries(bundle, width).ok, `${width}`);
  for (const cut of [1, 2, 4, bundle.length - 1]) {
    assert.ok(!decodeEntries(bundle.subarray(0, cut), 3).ok, `cut at ${cut}`);
  }
  assert.ok(!decodeEntries(Buffer.concat([bundle, new Uint8Array(1)]), 3).ok);
});
