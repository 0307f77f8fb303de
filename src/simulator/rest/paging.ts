import type { IdKind, VenueIds } from "../catalog/venue-ids.ts";

/** Cursors and bounds of a page as a client writes them. */
export type PageRequest = Readonly<{
  after?: string | undefined;
  before?: string | undefined;
  begin?: string | undefined;
  end?: string | undefined;
  limit?: string | undefined;
}>;

/** The same in the engine's words; rows come newest first. */
export type PageBounds = Readonly<{
  olderThan?: number;
  newerThan?: number;
  fromMs?: number;
  toMs?: number;
  limit: number;
}>;

const pageMax = 100;

/**
 * `after` asks for rows older than a cursor, `before` for newer ones, `begin` and `end` are times,
 * both inclusive. A cursor that this venue never wrote still has a place in the order.
 */
export function readPage(request: PageRequest, kind: IdKind, ids: VenueIds): PageBounds {
  const { after, before, begin, end } = request;
  return {
    ...(after === undefined ? {} : { olderThan: ids.place(kind, after) }),
    ...(before === undefined ? {} : { newerThan: ids.place(kind, before) }),
    ...(begin === undefined ? {} : { fromMs: wholeOf(begin) }),
    ...(end === undefined ? {} : { toMs: wholeOf(end) }),
    limit: readLimit(request.limit, pageMax, pageMax),
  };
}

/** A limit out of range is taken as the largest there is, as OKX does. */
export function readLimit(text: string | undefined, standard: number, most: number): number {
  if (text === undefined) return standard;
  const limit = wholeOf(text);
  return limit < 1 || limit > most ? most : limit;
}

/** Digits as a number; what passes 2^53 is as good as infinite. */
export function wholeOf(text: string): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

/** The page of a list that is given newest first, by a number of each row. */
export function pageOf<Row>(
  list: readonly Row[],
  { olderThan, newerThan, limit }: PageBounds,
  numberOf: (row: Row) => number,
): readonly Row[] {
  const rows = list.filter((row) => {
    const number = numberOf(row);
    return (
      (olderThan === undefined || number < olderThan) &&
      (newerThan === undefined || number > newerThan)
    );
  });
  return rows.slice(0, limit);
}
