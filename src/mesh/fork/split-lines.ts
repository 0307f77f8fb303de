/** Takes pieces as they come; false once a line is longer than it may be, and then for good. */
export type LineSplitter = (piece: Buffer) => boolean;

/**
 * Cuts a stream of bytes into lines of at most `maxBytes`, without their ends, and keeps no more
 * than one line of it. `take` says whether the next line is wanted.
 */
export function createLineSplitter(
  maxBytes: number,
  take: (line: Buffer) => boolean,
): LineSplitter {
  let kept: Buffer[] = [];
  let size = 0;
  let isOpen = true;

  function add(part: Buffer): void {
    if (part.length > 0) kept.push(part);
    size += part.length;
    isOpen = size <= maxBytes;
  }

  return (piece) => {
    let from = 0;
    while (isOpen) {
      const end = piece.indexOf(0x0a, from);
      add(piece.subarray(from, end < 0 ? piece.length : end));
      if (!isOpen || end < 0) break;
      const line = Buffer.concat(kept);
      kept = [];
      size = 0;
      from = end + 1;
      isOpen = take(line);
    }
    if (!isOpen) kept = [];
    return isOpen;
  };
}
