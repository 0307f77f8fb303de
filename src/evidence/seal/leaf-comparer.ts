import { type BinaryHash, hashLength } from "../merkle/hash.ts";
import type { FileSystem } from "../store/file-system.ts";
import type { TableRow } from "./file-table.ts";

/** Where a file's leaves leave those of the tree. */
type LeafDifference = Readonly<{
  code: "seal_record_differs" | "seal_records_missing" | "seal_records_added";
  /** From 1. */
  line: number;
  message: string;
}>;

/** Holds the leaves of one file against the leaf hashes of the tree, in order. */
export type LeafComparer = Readonly<{
  take: (leaf: BinaryHash) => void;
  /** The first difference, null when there is none. Call once, at the end of the file. */
  end: () => LeafDifference | null;
}>;

const batchHashes = 4096;

/** The leaf hashes at `hashes` must be those of the signed root. */
export function createLeafComparer(
  fs: FileSystem,
  hashes: string,
  { first_leaf, leaves }: Pick<TableRow, "first_leaf" | "leaves">,
): LeafComparer {
  const found = Buffer.allocUnsafe(batchHashes * hashLength);
  let compared = 0;
  let waiting = 0;
  let differing: number | null = null;

  function compare(): void {
    if (differing !== null || waiting === 0) return;
    const expected = readAt(
      fs,
      hashes,
      first_leaf + compared,
      Math.min(waiting, leaves - compared),
    );
    const bytes = found.subarray(0, expected.length);
    if (Buffer.compare(bytes, expected) !== 0)
      differing = compared + firstDifference(bytes, expected);
    compared += waiting;
    waiting = 0;
  }

  return {
    take(leaf): void {
      found.write(leaf, waiting * hashLength, hashLength, "latin1");
      waiting += 1;
      if (waiting === batchHashes) compare();
    },
    end(): LeafDifference | null {
      compare();
      const counts = `${compared} records, ${leaves} were sealed`;
      if (differing !== null) {
        const message = compared === leaves ? "it is not the record that was sealed" : counts;
        return { code: "seal_record_differs", line: differing + 1, message };
      }
      if (compared < leaves)
        return { code: "seal_records_missing", line: compared + 1, message: counts };
      if (compared > leaves)
        return { code: "seal_records_added", line: leaves + 1, message: counts };
      return null;
    },
  };
}

function readAt(fs: FileSystem, path: string, first: number, count: number): Buffer {
  if (count <= 0) return Buffer.alloc(0);
  const file = fs.open(path, "read", 0);
  try {
    const bytes = Buffer.allocUnsafe(count * hashLength);
    const got = fs.read(file, bytes, first * hashLength);
    return bytes.subarray(0, got);
  } finally {
    fs.close(file);
  }
}

/** Number of the first hash that is not equal. */
function firstDifference(left: Buffer, right: Buffer): number {
  for (let at = 0; at < left.length; at += hashLength) {
    const end = at + hashLength;
    if (Buffer.compare(left.subarray(at, end), right.subarray(at, end)) !== 0)
      return at / hashLength;
  }
  return left.length / hashLength;
}
