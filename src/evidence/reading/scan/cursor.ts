/** A place in bytes that are scanned. Whoever scans moves it, and only when it takes something. */
export type Cursor = {
  bytes: Buffer;
  /** Over the same bytes. */
  view: DataView;
  at: number;
};

/**
 * Bytes that may be read behind what is scanned, whatever they hold: words of four are compared,
 * and a line that is compared with something longer ends in the middle of one.
 */
export const slackBytes = 8;

/** What a scanner gives for anything that is not certainly fine; null is a value. */
export const refused: unique symbol = Symbol("refused");

/** Takes one value at the cursor in its canonical spelling and gives it, or refuses it. */
export type Scan = (cursor: Cursor) => unknown;

export function createCursor(): Cursor {
  const bytes = Buffer.alloc(slackBytes);
  return { bytes, view: new DataView(bytes.buffer), at: 0 };
}

/**
 * Puts the cursor at the start of a block whose lines all have their ends. A block without slack
 * behind it in memory is copied.
 */
export function attach(cursor: Cursor, block: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = block;
  const hasSlack = byteOffset + byteLength + slackBytes <= buffer.byteLength;
  if (!hasSlack) {
    const copy = new Uint8Array(byteLength + slackBytes);
    copy.set(block);
    attach(cursor, copy.subarray(0, byteLength));
    return;
  }
  if (cursor.bytes.buffer !== buffer) {
    cursor.bytes = Buffer.from(buffer);
    cursor.view = new DataView(buffer);
  }
  cursor.at = byteOffset;
}
