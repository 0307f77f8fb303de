import type { BookLevelView, BookView } from "#exchange";
import { bookChecksum, type RawLevel, type RowByChannel, type Whole } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { levelRow } from "../rows/market-rows.ts";

type BookRow = Whole<RowByChannel["books"]>;
type LevelsRow = Omit<BookRow, "checksum" | "prevSeqId" | "instId">;

/**
 * The books channel of one instrument: every subscriber sees the same sequence of updates, and who
 * comes later starts from the state that the last one left.
 */
export type BookPublisher = Readonly<{
  /** What the channel has published so far, as a first message; null before the first update. */
  snapshot: () => BookRow | null;
  /** Publishes the book as it is now; null when nothing changed. */
  update: (book: BookView, atMs: number) => BookRow | null;
  /** An update without levels: the channel lives though nothing happens. */
  heartbeat: (atMs: number) => BookRow | null;
}>;

const summedLevels = 25;

export function createBookPublisher(listing: Listing, firstSeqId: number): BookPublisher {
  let published: BookView | null = null;
  let seqId = firstSeqId;
  let publishedMs = 0;

  const toRow = (level: BookLevelView): RawLevel => levelRow(level, listing);

  function checksum({ bids, asks }: BookView): number {
    return bookChecksum(
      bids.slice(0, summedLevels).map(toRow),
      asks.slice(0, summedLevels).map(toRow),
    );
  }

  function rowOf(
    sides: Readonly<{ asks: readonly RawLevel[]; bids: readonly RawLevel[] }>,
    prevSeqId: number,
    book: BookView,
  ): BookRow {
    const { instId } = listing;
    return {
      ...sides,
      ts: String(publishedMs),
      checksum: checksum(book),
      prevSeqId,
      seqId,
      instId,
    };
  }

  return {
    snapshot: () => {
      if (published === null) return null;
      const { asks, bids } = published;
      return rowOf({ asks: asks.map(toRow), bids: bids.map(toRow) }, -1, published);
    },
    update: (book, atMs) => {
      const before = published ?? emptyBook;
      const asks = changes(before.asks, book.asks, 1);
      const bids = changes(before.bids, book.bids, -1);
      if (published !== null && asks.length + bids.length === 0) return null;
      const prevSeqId = published === null ? -1 : seqId;
      // The engine's count of changes: it grows, with gaps, as OKX's does.
      seqId = Math.max(seqId + 1, firstSeqId + book.version);
      published = book;
      publishedMs = atMs;
      return rowOf({ asks: asks.map(toRow), bids: bids.map(toRow) }, prevSeqId, book);
    },
    heartbeat: (atMs) => {
      if (published === null) return null;
      publishedMs = atMs;
      return rowOf({ asks: [], bids: [] }, seqId, published);
    },
  };
}

const emptyBook: BookView = { version: 0, bids: [], asks: [] };

/** Levels that differ, best first; a level that went has no lots and no orders. */
function changes(
  before: readonly BookLevelView[],
  after: readonly BookLevelView[],
  direction: 1 | -1,
): readonly BookLevelView[] {
  const changed: BookLevelView[] = [];
  let [old, now] = [0, 0];
  for (;;) {
    const [was, is] = [before[old], after[now]];
    if (was === undefined && is === undefined) return changed;
    const order =
      was === undefined ? 1 : is === undefined ? -1 : direction * (was.priceTicks - is.priceTicks);
    if (was !== undefined && order < 0) {
      changed.push({ priceTicks: was.priceTicks, lots: 0, orders: 0 });
      old += 1;
    } else if (is !== undefined && order > 0) {
      changed.push(is);
      now += 1;
    } else {
      if (was !== undefined && is !== undefined && !isSame(was, is)) changed.push(is);
      old += 1;
      now += 1;
    }
  }
}

function isSame(one: BookLevelView, other: BookLevelView): boolean {
  return one.lots === other.lots && one.orders === other.orders;
}

/** Channels that show the best levels whole each time. */
export function topRow(book: BookView, listing: Listing, atMs: number, seqId: number): LevelsRow {
  return {
    asks: book.asks.map((level) => levelRow(level, listing)),
    bids: book.bids.map((level) => levelRow(level, listing)),
    ts: String(atMs),
    seqId,
  };
}
