import type { BookView, Exchange } from "#exchange";
import type { Listing } from "../catalog/listing.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";

export type TappedBook = Readonly<{ book: BookView; atMs: number; isStale: boolean }>;

/** Books as clients may see them: as they are, or as they were when a planned fault began. */
export type BookTap = Readonly<{
  read: (listing: Listing, depth: number, point: FaultPoint) => TappedBook;
}>;

export const deepestBook = 400;

export function createBookTap(
  exchange: Exchange,
  faults: FaultInjector,
  nowMs: () => number,
): BookTap {
  const frozen = new Map<number, TappedBook>();

  return {
    read: (listing, depth, point) => {
      const { index } = listing;
      if (!faults.has("stale_books") || faults.strike("stale_books", point) === null) {
        frozen.delete(index);
        return { book: exchange.book(index, depth), atMs: nowMs(), isStale: false };
      }
      const kept = frozen.get(index) ?? {
        book: exchange.book(index, deepestBook),
        atMs: nowMs(),
        isStale: true,
      };
      frozen.set(index, kept);
      const { version, bids, asks } = kept.book;
      const cut = { version, bids: bids.slice(0, depth), asks: asks.slice(0, depth) };
      return { ...kept, book: cut };
    },
  };
}
