import { type Operation, operation } from "./operation.ts";
import { ackTable, algoAckTable, algoTable, batchTable, timerTable } from "./order-tables.ts";

const orders = { group: "orders", effect: "writes", rows: ackTable } as const;

/** Acts that place, change and take away orders. */
export const orderOperations: readonly Operation[] = [
  operation({
    ...{ ...orders, id: "place_limit", title: "place a limit order" },
    headers: "all",
  }),
  operation({ ...orders, id: "place_market", title: "place a market order" }),
  operation({ ...orders, id: "place_post_only", title: "place a post-only order" }),
  operation({ ...orders, id: "place_fok", title: "place a fill-or-kill order" }),
  operation({ ...orders, id: "place_ioc", title: "place an immediate-or-cancel order" }),
  operation({
    ...{ ...orders, id: "place_reduce_only", title: "reduce a position" },
    begins: "long",
  }),
  operation({
    ...{ ...orders, id: "place_stp", title: "cross an order of our own, preventing the trade" },
    begins: "own_offer",
  }),
  operation({
    ...{ ...orders, id: "place_expiring", title: "place an order with an end of life" },
    expiresInMs: 60_000,
  }),
  operation({ ...orders, id: "place_isolated", title: "place an order with isolated margin" }),
  operation({
    ...{ ...orders, id: "place_long_side", title: "open the long side of two" },
    begins: "both_sides",
  }),
  operation({ ...orders, id: "place_unnamed", title: "place an order without a name" }),
  operation({ ...orders, id: "place_odd_size", title: "place a size between two lots" }),
  operation({ ...orders, id: "place_odd_price", title: "place a price between two ticks" }),
  operation({
    ...{ ...orders, id: "amend", title: "change size and price of an order" },
    begins: "resting",
  }),
  operation({
    ...{ ...orders, id: "cancel", title: "cancel an order by its id" },
    ...{ effect: "cancels", begins: "resting" },
  }),
  operation({
    ...{ ...orders, id: "cancel_by_name", title: "cancel an order by our name" },
    ...{ effect: "cancels", begins: "resting" },
  }),
  operation({ ...orders, id: "batch_place", title: "place two orders at once", rows: batchTable }),
  operation({
    ...{ ...orders, id: "batch_partly", title: "place two orders at once, one of them refused" },
    rows: batchTable,
  }),
  operation({
    ...{ ...orders, id: "batch_cancel", title: "cancel two orders at once" },
    ...{ effect: "cancels", begins: "traded", rows: batchTable },
  }),
  operation({
    ...{ ...orders, id: "close_position", title: "close a position", begins: "long" },
    rows: null,
  }),
  operation({
    ...{ ...orders, id: "place_algo", title: "place a stop-loss", rows: algoAckTable },
    begins: "long",
  }),
  operation({
    ...{ ...orders, id: "algos_pending", title: "list stop-losses", effect: "reads" },
    ...{ begins: "algo", rows: algoTable },
  }),
  operation({
    ...{ ...orders, id: "cancel_algo", title: "cancel a stop-loss", effect: "cancels" },
    ...{ begins: "algo", rows: algoAckTable },
  }),
  operation({
    ...{ ...orders, id: "cancel_all_after", title: "arm the timer that cancels all, 30 s" },
    ...{ effect: "cancels", begins: "resting", rows: timerTable },
  }),
  operation({
    ...{ ...orders, id: "cancel_all_after_as_okx", title: "give that timer OKX's number, 30" },
    ...{ effect: "cancels", begins: "resting", rows: timerTable },
  }),
];
