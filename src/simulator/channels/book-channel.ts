import { Defect } from "#base";
import type { Listing } from "../catalog/listing.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { Floor } from "../floor/floor.ts";
import { type BookTap, deepestBook } from "../market/book-tap.ts";
import { type BookPublisher, createBookPublisher, topRow } from "./book-publisher.ts";
import type { Hub } from "./hub.ts";
import type { Subscription } from "./subscription.ts";

/** A books channel without changes says so often that it lives. */
const heartbeatMs = 60_000;

/** Channels `books`, `books5` and `bbo-tbt` of all instruments. */
export type BookChannel = Readonly<{
  /** Joins the sequence where it stands; the first subscriber of all begins it. */
  greet: (to: Subscription, listing: Listing) => void;
  /** Publishes what changed since the last time. */
  pulse: (listing: Listing) => void;
}>;

type Published = { readonly publisher: BookPublisher; sentMs: number };

export function createBookChannel(floor: Floor, books: BookTap, hub: Hub): BookChannel {
  const all = new Map<number, Published>(
    floor.catalog.listings.map((listing) => {
      const publisher = createBookPublisher(listing, firstSeqId * (listing.index + 1));
      return [listing.index, { publisher, sentMs: 0 }];
    }),
  );

  function publishedOf({ index, instId }: Listing): Published {
    const found = all.get(index);
    if (found === undefined) throw new Defect(`no market of ${instId}`);
    return found;
  }

  return {
    greet: (to, listing) => {
      const { family } = to.channel;
      if (family === "books5" || family === "bbo-tbt") return pushTop(listing, [to], floor, hub);
      const { publisher } = publishedOf(listing);
      const { book, atMs } = books.read(listing, deepestBook, bookPoint(listing));
      // With nobody else listening the state may be as old as the last who did.
      const isAlone = [...hub.ofInstrument("books", listing.index)].length <= 1;
      if (isAlone) publisher.update(book, atMs);
      const row = publisher.snapshot() ?? publisher.update(book, atMs);
      if (row === null) return;
      hub.push(to, `[${JSON.stringify({ ...row, prevSeqId: -1 })}]`, { action: "snapshot" });
    },

    pulse: (listing) => {
      const state = publishedOf(listing);
      const { book, isStale } = books.read(listing, deepestBook, bookPoint(listing));
      if (isStale) return;
      const nowMs = floor.nowMs();
      const isIdle = nowMs - state.sentMs >= heartbeatMs;
      const changed = state.publisher.update(book, nowMs);
      const row = changed ?? (isIdle ? state.publisher.heartbeat(nowMs) : null);
      if (row === null) return;
      state.sentMs = nowMs;
      const text = `[${JSON.stringify(row)}]`;
      for (const to of hub.ofInstrument("books", listing.index)) {
        hub.push(to, text, { action: "update" });
      }
      pushTop(listing, [...hub.ofInstrument("books5", listing.index)], floor, hub);
      pushTop(listing, [...hub.ofInstrument("bbo-tbt", listing.index)], floor, hub);
    },
  };
}

/** Far apart, so that a sequence of one instrument never looks like that of another. */
const firstSeqId = 1_000_000_000;

/** The best levels whole: five of them, or one. All `to` are of one channel. */
function pushTop(listing: Listing, to: readonly Subscription[], floor: Floor, hub: Hub): void {
  const [first] = to;
  if (first === undefined) return;
  const depth = first.channel.family === "books5" ? 5 : 1;
  const book = floor.exchange.book(listing.index, depth);
  const row = { ...topRow(book, listing, floor.nowMs(), book.version), instId: listing.instId };
  const text = `[${JSON.stringify(row)}]`;
  for (const each of to) hub.push(each, text);
}

function bookPoint({ instId }: Listing): FaultPoint {
  return { endpoint: "push books", account: null, channel: "books", instId, clOrdIds: [] };
}
