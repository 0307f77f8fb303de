import { utf8ToBytes } from "#base";
import { type BinaryHash, sha256Binary } from "../merkle/hash.ts";

/**
 * A longer line or file enters the tree by its digest, so that a leaf is always small. Clause
 * seal.md#leaves: a leaf begins with a head line that says what it is, so that no record can look
 * like another kind of leaf.
 */
export const maxLeafBody = 8192;

/** Bytes of a leaf with the zero byte of RFC 9162 before it, ready to be hashed. */
export type LeafMessage = Buffer;

/** The leaf of a whole file of at most maxLeafBody bytes. */
export function documentLeaf(path: string, content: Uint8Array): LeafMessage {
  return Buffer.concat([utf8ToBytes(`\0assay/1 document ${path}\n`), content]);
}

/** The leaf of a longer file. */
export function digestLeaf(path: string, size: number, sha256: string): LeafMessage {
  return Buffer.from(`\0assay/1 digest ${path}\n${size} ${sha256}`);
}

/** The leaf of line `number` (from 1), without its newline, when it is longer than maxLeafBody. */
export function lineDigestLeaf(
  path: string,
  number: number,
  size: number,
  sha256: string,
): LeafMessage {
  return Buffer.from(`\0assay/1 line-digest ${path} ${number}\n${size} ${sha256}`);
}

/** The leaf of line `number` (from 1), without its newline, of at most maxLeafBody bytes. */
export function lineLeaf(path: string, number: number, line: Uint8Array): LeafMessage {
  return Buffer.concat([utf8ToBytes(`\0assay/1 line ${path} ${number}\n`), line]);
}

export function hashLeafMessage(message: Uint8Array): BinaryHash {
  return sha256Binary(message);
}

/** Builds the leaves of shorter lines in one place, because there are very many. */
export type LineLeaf = Readonly<{
  /** Begins the leaf of this line. */
  start: (number: number) => void;
  /** Adds to the line; false when it gets too long, and then nothing was added. */
  add: (source: Buffer, from: number, to: number) => boolean;
  /** The line so far. */
  body: () => Buffer;
  /** The leaf so far; the next line overwrites it. */
  message: () => LeafMessage;
}>;

export function createLineLeaf(path: string): LineLeaf {
  const head = `\0assay/1 line ${path} `;
  const message = Buffer.alloc(head.length + 17 + maxLeafBody);
  const numberAt = message.write(head, 0, "latin1");
  let bodyAt = 0;
  let end = 0;
  return {
    start(number): void {
      bodyAt = numberAt + message.write(`${number}\n`, numberAt, "latin1");
      end = bodyAt;
    },
    add(source, from, to): boolean {
      if (end - bodyAt + to - from > maxLeafBody) return false;
      end += source.copy(message, end, from, to);
      return true;
    },
    body: () => message.subarray(bodyAt, end),
    message: () => message.subarray(0, end),
  };
}
