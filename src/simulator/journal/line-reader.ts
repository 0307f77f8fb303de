/** Whole lines of a file, one at a time, without holding the file in memory. */
export type LineReader = Readonly<{
  /** The next line without its break; null at the end. A last line without a break is no line. */
  next: () => string | null;
  /** How many bytes the lines so far took, breaks included. */
  bytes: () => number;
}>;

/** Fills a buffer from a place of the file and says how much it could; 0 at the end. */
export type ReadAt = (into: Uint8Array, at: number) => number;

const chunkBytes = 1 << 20;
const lineBreak = 10;

export function createLineReader(readAt: ReadAt): LineReader {
  let pending = Buffer.alloc(0);
  let readTo = 0;
  let from = 0;
  let taken = 0;

  function fill(): boolean {
    const chunk = Buffer.alloc(chunkBytes);
    const count = readAt(chunk, readTo);
    if (count === 0) return false;
    readTo += count;
    pending = Buffer.concat([pending.subarray(from), chunk.subarray(0, count)]);
    from = 0;
    return true;
  }

  return {
    next: () => {
      let end = pending.indexOf(lineBreak, from);
      while (end < 0) {
        if (!fill()) return null;
        end = pending.indexOf(lineBreak, from);
      }
      const line = pending.toString("utf8", from, end);
      taken += end + 1 - from;
      from = end + 1;
      return line;
    },
    bytes: () => taken,
  };
}
