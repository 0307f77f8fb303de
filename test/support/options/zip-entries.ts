import { inflateRawSync } from "node:zlib";

const entryMark = 0x02014b50;

/** The files of a zip archive by name, by its central directory; zip64 sizes, no encryption. */
export function zipEntries(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const entries = new Map<string, Buffer>();
  let next = archive.readUInt32LE(end + 16);
  // The end record's count may be a zip64 placeholder, so the marks tell how many there are.
  while (archive.readUInt32LE(next) === entryMark) {
    const short = (at: number): number => archive.readUInt16LE(next + at);
    const nameEnd = next + 46 + short(28);
    const { size, header } = placeOf(archive, next, nameEnd);
    const start =
      header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const packed = archive.subarray(start, start + size);
    const isStored = short(10) === 0;
    entries.set(
      archive.toString("utf8", next + 46, nameEnd),
      isStored ? packed : inflateRawSync(packed),
    );
    next = nameEnd + short(30) + short(32);
  }
  return entries;
}

type Place = Readonly<{ size: number; header: number }>;

/** Fields of 0xffffffff stand as 64-bit numbers in the extra field 1, in their old order. */
function placeOf(archive: Buffer, entry: number, extra: number): Place {
  let wide = extra + 4;
  const field = (at: number): number => {
    const value = archive.readUInt32LE(entry + at);
    if (value !== 0xffffffff) return value;
    wide += 8;
    return Number(archive.readBigUInt64LE(wide - 8));
  };
  field(24);
  const size = field(20);
  return { size, header: field(42) };
}
