import { err, type Fault, ok, type Result } from "#base";
import { bookChecksum } from "./book-checksum.ts";
import type { RawLevel } from "./fields.ts";
import type { BookUpdateRow } from "./rows/market.ts";

/** The book as the pushes so far leave it. Bids descend, asks ascend. */
export type FollowedBook = Readonly<{
  bids: readonly RawLevel[];
  asks: readonly RawLevel[];
  tsMs: number;
  seqId: number | null;
}>;

export type BookFollower = Readonly<{
  /**
   * Takes the next push. Faults: book_no_snapshot (an update came first), book_sequence_gap (a push
   * is missing), book_checksum_mismatch. After a fault only a snapshot helps.
   */
  apply(action: "snapshot" | "update", row: BookUpdateRow): Result<FollowedBook, Fault>;
}>;

/** Follows the books channel of one instrument and refuses to show a book that it cannot trust. */
export function createBookFollower(instId: string): BookFollower {
  let book: FollowedBook | null = null;

  function apply(action: "snapshot" | "update", row: BookUpdateRow): Result<FollowedBook, Fault> {
    const before = action === "snapshot" ? emptyBook : book;
    book = null;
    if (before === null) return refuse(instId, "no_snapshot", "an update before any snapshot");
    const { prevSeqId, seqId, checksum } = row;
    if (action === "update" && prevSeqId !== undefined && prevSeqId !== before.seqId) {
      const gap = `sequence ${String(prevSeqId)} does not follow ${String(before.seqId)}`;
      return refuse(instId, "sequence_gap", gap);
    }

    const bids = merged(before.bids, row.bids, -1);
    const asks = merged(before.asks, row.asks, 1);
    // A venue that numbers its pushes may send 0 for every sum: then the numbers have to do.
    const isSummed = checksum !== undefined && (checksum !== 0 || seqId === undefined);
    if (isSummed && bookChecksum(bids, asks) !== checksum) {
      return refuse(instId, "checksum_mismatch", `the venue's sum is ${String(checksum)}`);
    }
    const after = { bids, asks, tsMs: Number(row.ts), seqId: seqId ?? null };
    book = after;
    return ok(after);
  }

  return { apply };
}

const emptyBook: FollowedBook = { bids: [], asks: [], tsMs: 0, seqId: null };

/** Levels of a push replace those at their price; a size of zero deletes. */
function merged(
  levels: readonly RawLevel[],
  changes: readonly RawLevel[],
  direction: 1 | -1,
): readonly RawLevel[] {
  const ordered = changes.toSorted((a, b) => direction * (Number(a[0]) - Number(b[0])));
  const result: RawLevel[] = [];
  let next = 0;
  for (const change of ordered) {
    const price = Number(change[0]);
    for (; next < levels.length; next += 1) {
      const level = levels[next];
      if (level === undefined || direction * (Number(level[0]) - price) >= 0) break;
      result.push(level);
    }
    const replaced = levels[next];
    if (replaced !== undefined && Number(replaced[0]) === price) next += 1;
    if (Number(change[1]) !== 0) result.push(change);
  }
  return [...result, ...levels.slice(next)];
}

function refuse(instId: string, code: string, message: string): Result<never, Fault> {
  return err({ code: `book_${code}`, message: `book of ${instId}: ${message}`, at: instId });
}
