import type { FillView } from "#exchange";
import type { RequestByEndpoint } from "#okx";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readPage } from "../rest/paging.ts";
import { type Reply, rows } from "../rest/reply.ts";
import { type FillRow, fillRow } from "../rows/fill-row.ts";
import { gather, select } from "./order-queries.ts";

type FillQueries = Pick<SingleHandlers, "fills" | "fills_history">;

/** `fills` reaches back three days, `fills-history` three months. */
const shortHistoryMs = 3 * 86_400_000;

export function createFillQueries(floor: Floor): FillQueries {
  const { exchange, ids, texts } = floor;

  /**
   * The cursors of fills are bill ids, the engine pages fills by their own number. Both grow
   * together, so the first fill of the account at or after a bill is found by halving.
   */
  function fillAtOrAfterBill(account: number, bill: number): number {
    const newest = exchange.fills({ account, limit: 1 })[0];
    if (newest === undefined || newest.billId < bill) return Number.MAX_SAFE_INTEGER;
    let [low, high] = [0, newest.id];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const fill = exchange.fills({ account, olderThan: middle + 1, limit: 1 })[0];
      if (fill === undefined || fill.billId < bill) low = middle;
      else high = fill.id;
    }
    return high;
  }

  function query(
    request: RequestByEndpoint["fills"],
    account: number,
    reachMs: number,
  ): Reply<FillRow> {
    const selection = select(request, floor);
    if (selection === null) return rows([]);
    const orderId = request.ordId === undefined ? null : ids.count("order", request.ordId);
    if (request.ordId !== undefined && orderId === null) return rows([]);
    const { olderThan, newerThan, ...page } = readPage(request, "bill", ids);
    const bounds = {
      ...page,
      fromMs: Math.max(page.fromMs ?? 0, reachMs),
      ...(olderThan === undefined ? {} : { olderThan: fillAtOrAfterBill(account, olderThan) }),
      ...(newerThan === undefined
        ? {}
        : { newerThan: fillAtOrAfterBill(account, newerThan + 1) - 1 }),
    };
    const isWanted = (fill: FillView): boolean =>
      selection.has(fill) &&
      (request.subType === undefined || fillRow(fill, texts).subType === request.subType);
    const found = gather(bounds, isWanted, (bound) =>
      exchange.fills({
        account,
        ...selection.page,
        ...(orderId === null ? {} : { orderId }),
        ...bound,
      }),
    );
    return rows(found.map((fill) => fillRow(fill, texts)));
  }

  return {
    fills: (request, { caller }) => query(request, caller.account, floor.nowMs() - shortHistoryMs),
    fills_history: (request, { caller }) => query(request, caller.account, 0),
  };
}
