import { createAccountLimits } from "../account/account-limits.ts";
import { type AccountParts, createAccountQueries } from "../account/account-queries.ts";
import { createAccountSettings } from "../account/account-settings.ts";
import { createBillQueries } from "../account/bill-queries.ts";
import type { Counters } from "../counters.ts";
import type { ClosedPositions } from "../floor/closed-positions.ts";
import { accountOrderLimit } from "../limits/rate-limits.ts";
import type { BookTap } from "../market/book-tap.ts";
import { createCandleQueries } from "../public/candle-queries.ts";
import { createDerivativeQueries } from "../public/derivative-queries.ts";
import { createMarketQueries } from "../public/market-queries.ts";
import { createPublicQueries } from "../public/public-queries.ts";
import { createAlgoQueries } from "../trade/algo-queries.ts";
import { createAlgoWrites } from "../trade/algo-writes.ts";
import { createFillQueries } from "../trade/fill-queries.ts";
import { createOrderQueries } from "../trade/order-queries.ts";
import { createOrderWrites } from "../trade/order-writes.ts";
import { createPositionWrites } from "../trade/position-writes.ts";
import type { EntryHandler, EntryHandlers, SingleHandlers } from "./call.ts";
import type { Reply } from "./reply.ts";
import { createRouteTable, type RouteTable } from "./routes.ts";

export type HandlerParts = AccountParts &
  Readonly<{
    closed: ClosedPositions;
    books: BookTap;
    openedMs: number;
    skewMs: () => number;
    counters: Counters;
  }>;

/** Every endpoint of OKX's table and what it does here. */
export function createHandlers(parts: HandlerParts): RouteTable {
  const { floor, market, faults, closed, books, openedMs, skewMs, counters } = parts;
  const { place, cancel, amend } = createOrderWrites(floor);
  const algos = createAlgoWrites(floor);
  const orders = {
    place: counted("place", place, counters),
    cancel: counted("cancel", cancel, counters),
    amend: counted("amend", amend, counters),
  };
  const single: SingleHandlers = {
    ...createPublicQueries({ floor, faults, openedMs, skewMs }),
    ...createMarketQueries(floor, market, books),
    ...createDerivativeQueries(floor, market),
    ...createCandleQueries(floor, market),
    ...createAccountQueries(parts),
    ...createAccountSettings(floor),
    ...createAccountLimits(floor),
    ...createBillQueries(floor, closed),
    ...createOrderQueries(floor),
    ...createFillQueries(floor),
    ...createAlgoQueries(floor),
    ...createPositionWrites(floor, () => accountOrderLimit.count),
    place_algo: algos.place,
    amend_algo: algos.amend,
    place_order: (request, call) => verdict(orders.place(request, call)),
    cancel_order: (request, call) => verdict(orders.cancel(request, call)),
    amend_order: (request, call) => verdict(orders.amend(request, call)),
  };
  const batch: EntryHandlers = {
    place_orders: orders.place,
    cancel_orders: orders.cancel,
    amend_orders: orders.amend,
    cancel_algos: algos.cancel,
  };
  return createRouteTable(single, batch);
}

/** Counts what became of each write, alone or in a list, over REST or a connection. */
function counted<Name extends "place_orders" | "cancel_orders" | "amend_orders">(
  what: string,
  write: EntryHandler<Name>,
  counters: Counters,
): EntryHandler<Name> {
  return (entry, call) => {
    const row = write(entry, call);
    counters.count("writes", `${what}:${row.sCode}`);
    return row;
  };
}

/** One order alone: the row says how it went, the answer as a whole says the same. */
function verdict<Row extends Readonly<{ sCode: string }>>(row: Row): Reply<Row> {
  return { type: "verdicts", rows: [row], failed: row.sCode === "0" ? 0 : 1 };
}
