import { assert, err, type Fault, ok, type Result } from "#base";
import { hashLength } from "./hash.ts";

/** C2SP tlog-tiles: 256 hashes of one level in a row are a tile. */
export const tileWidth = 256;

/** A tile of the tree, or the bundle of log entries under a tile of level 0. */
export type Tile = Readonly<{ level: number | "entries"; index: number; width: number }>;

/** `tile/0/x001/x234/067`, partial `tile/1/000.p/17`, bundles `tile/entries/000`. */
export function tilePath(tile: Tile): string {
  const { level, index, width } = tile;
  assert(isTile(tile), `no tile of level ${level}, index ${index}, width ${width}`);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${path}${width === tileWidth ? "" : `.p/${width}`}`;
}

/** The inverse of tilePath; any other spelling is refused. Fault: tile_path_malformed. */
export function parseTilePath(path: string): Result<Tile, Fault> {
  const parts = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  const tile: Tile = {
    level: parts?.[1] === "entries" ? "entries" : Number(parts?.[1]),
    index: Number(parts?.[2]?.replaceAll(/[x/]/g, "")),
    width: parts?.[3] === undefined ? tileWidth : Number(parts[3]),
  };
  // One spelling only: no needless zeroes, no partial tile of full width.
  if (isTile(tile) && tilePath(tile) === path) return ok(tile);
  const message = `not a tile path like tile/0/x001/067 or tile/0/000.p/17: ${path.slice(0, 60)}`;
  return err({ code: "tile_path_malformed", message });
}

/** Every tile of the tree that a log of this size serves, level by level, without the bundles. */
export function* tilesOfSize(size: number): Generator<Tile & Readonly<{ level: number }>> {
  assert(Number.isSafeInteger(size) && size >= 0, `a tree has no size ${size}`);
  let width = size;
  for (let level = 0; width > 0; level++) {
    yield* tilesOfLevel(level, width);
    width = Math.floor(width / tileWidth);
  }
}

/** The hashes of a tile in a row. */
export function encodeTile(hashes: readonly Uint8Array[]): Uint8Array {
  assert(isWidth(hashes.length), `no tile of ${hashes.length} hashes`);
  const bytes = new Uint8Array(hashes.length * hashLength);
  hashes.forEach((hash, at) => {
    assert(hash.length === hashLength, `a hash has ${hashLength} bytes, not ${hash.length}`);
    bytes.set(hash, at * hashLength);
  });
  return bytes;
}

/** Fault: tile_malformed. */
export function decodeTile(bytes: Uint8Array, width: number): Result<Uint8Array[], Fault> {
  if (!isWidth(width) || bytes.length !== width * hashLength) {
    const message = `a tile of width ${width} has ${width * hashLength} bytes, not ${bytes.length}`;
    return err({ code: "tile_malformed", message });
  }
  return ok(
    Array.from({ length: width }, (_, at) => bytes.slice(at * hashLength, (at + 1) * hashLength)),
  );
}

/** Entries of a bundle carry a big-endian uint16 length, so no leaf is longer. */
const maxEntryBytes = 65_535;

export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  assert(isWidth(entries.length), `no bundle of ${entries.length} entries`);
  const total = entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const entry of entries) {
    assert(entry.length <= maxEntryBytes, `an entry of ${entry.length} bytes fits no bundle`);
    bytes[at] = entry.length >>> 8;
    bytes[at + 1] = entry.length & 255;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** Fault: entries_malformed. */
export function decodeEntries(bytes: Uint8Array, width: number): Result<Uint8Array[], Fault> {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < width) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) break;
    entries.push(bytes.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at === bytes.length && entries.length === width && isWidth(width)) return ok(entries);
  const message = `not a bundle of exactly ${width} entries: stopped at byte ${at}`;
  return err({ code: "entries_malformed", message });
}

function* tilesOfLevel(level: number, hashes: number): Generator<Tile & { level: number }> {
  const full = Math.floor(hashes / tileWidth);
  for (let index = 0; index < full; index++) yield { level, index, width: tileWidth };
  if (hashes % tileWidth > 0) yield { level, index: full, width: hashes % tileWidth };
}

function isTile({ level, index, width }: Tile): boolean {
  const levelFits = level === "entries" || (Number.isInteger(level) && level >= 0 && level <= 63);
  return levelFits && Number.isSafeInteger(index) && index >= 0 && isWidth(width);
}

function isWidth(width: number): boolean {
  return Number.isInteger(width) && width >= 1 && width <= tileWidth;
}
