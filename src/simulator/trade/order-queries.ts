import type { OrderView } from "#exchange";
import type { RequestByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { type PageBounds, pageOf, readPage } from "../rest/paging.ts";
import { type Reply, refused, rows } from "../rest/reply.ts";
import { type OrderRow, orderRow } from "../rows/order-row.ts";
import { findOrder } from "./find-order.ts";

type OrderQueries = Pick<
  SingleHandlers,
  "order" | "orders_pending" | "orders_history" | "orders_history_archive"
>;
type HistoryRequest = RequestByEndpoint["orders_history"];

/** OKX keeps orders that were cancelled without a fill for two hours in its short history. */
const unfilledKeptMs = 2 * 3_600_000;
/** The short history reaches back seven days, the archive three months. */
const shortHistoryMs = 7 * 86_400_000;

export function createOrderQueries(floor: Floor): OrderQueries {
  const { exchange, ids, catalog, texts } = floor;
  const toRow = (order: OrderView): OrderRow => orderRow(order, texts);

  function history(request: HistoryRequest, account: number, isArchive: boolean): Reply<OrderRow> {
    const selection = select(request, floor);
    if (selection === null) return rows([]);
    const bounds = readPage(request, "order", ids);
    const nowMs = floor.nowMs();
    const reachMs = isArchive ? 0 : nowMs - shortHistoryMs;
    const fromMs = Math.max(bounds.fromMs ?? 0, reachMs);
    const isWanted = (order: OrderView): boolean =>
      selection.has(order) &&
      matchesWord(request.ordType, order.orderType) &&
      matchesWord(request.state, order.state) &&
      (isArchive || order.filledLots > 0 || nowMs - order.updatedMs <= unfilledKeptMs);
    const page = { ...bounds, fromMs };
    const found = gather(page, isWanted, (bound) =>
      exchange.orderHistory({ account, ...selection.page, ...bound }),
    );
    return rows(found.map(toRow));
  }

  return {
    order: (request, { caller }) => {
      if (request.ordId === undefined && request.clOrdId === undefined) return refused("51003");
      const listing = catalog.find(request.instId);
      if (listing === null) return refused("51001");
      const order = findOrder(request, listing, caller.account, floor);
      return order === null ? refused("51603") : rows([toRow(order)]);
    },

    orders_pending: (request, { caller }) => {
      const selection = select(request, floor);
      if (selection === null) return rows([]);
      const open = exchange.openOrders(caller.account, selection.page.instrument);
      const wanted = open.filter(
        (order) =>
          selection.has(order) &&
          matchesWord(request.ordType, order.orderType) &&
          matchesWord(request.state, order.state),
      );
      const page = pageOf(
        wanted.toSorted((a, b) => b.id - a.id),
        readPage(request, "order", ids),
        ({ id }) => id,
      );
      return rows(page.map(toRow));
    },

    orders_history: (request, { caller }) => history(request, caller.account, false),
    orders_history_archive: (request, { caller }) => history(request, caller.account, true),
  };
}

export type Selection = Readonly<{
  /** What the engine can narrow by. */
  page: Readonly<{ instrument?: number }>;
  has: (row: Readonly<{ instrument: number | null }>) => boolean;
}>;

/** The instruments that a query means; null: none that trades here, so there are no rows. */
export function select(
  request: Readonly<{
    instType?: string | undefined;
    instId?: string | undefined;
    instFamily?: string | undefined;
    uly?: string | undefined;
  }>,
  { catalog }: Pick<Floor, "catalog">,
): Selection | null {
  const family = request.instFamily ?? request.uly;
  const isMeant = ({ instId, instType, family: own }: Listing): boolean =>
    (request.instId === undefined || request.instId === instId) &&
    (request.instType === undefined || request.instType === instType) &&
    (family === undefined || family === own);
  const meant = new Set(catalog.listings.filter(isMeant).map(({ index }) => index));
  if (meant.size === 0) return null;
  const [only] = meant;
  return {
    page: meant.size === 1 && only !== undefined ? { instrument: only } : {},
    has: ({ instrument }) => instrument !== null && meant.has(instrument),
  };
}

/** A query may name several words, separated by commas. */
export function matchesWord(wanted: string | undefined, word: string): boolean {
  return wanted === undefined || wanted.split(",").includes(word);
}

/**
 * Walks pages of the engine, newest first, until enough rows meet a condition that the engine does
 * not know. Without `olderThan` but with `newerThan` OKX gives the newest rows too.
 */
export function gather<Row extends Readonly<{ id: number }>>(
  bounds: PageBounds,
  isWanted: (row: Row) => boolean,
  pageAt: (bounds: PageBounds) => readonly Row[],
): readonly Row[] {
  const found: Row[] = [];
  let olderThan = bounds.olderThan;
  for (;;) {
    const page = pageAt(olderThan === undefined ? bounds : { ...bounds, olderThan });
    for (const row of page) {
      if (isWanted(row)) found.push(row);
      if (found.length === bounds.limit) return found;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < bounds.limit) return found;
    olderThan = last.id;
  }
}
