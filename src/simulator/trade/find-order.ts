import type { OrderView } from "#exchange";
import type { RequestByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";

/** The order that is meant: ordId wins, and only one's own orders of this instrument are found. */
export function findOrder(
  { ordId, clOrdId }: RequestByEndpoint["order"],
  { index }: Listing,
  account: number,
  { exchange, ids }: Floor,
): OrderView | null {
  const order =
    ordId === undefined
      ? exchange.orderByClientId(account, clOrdId ?? "")
      : byNumber(ids.count("order", ordId), exchange.order);
  return order?.account === account && order.instrument === index ? order : null;
}

function byNumber(
  count: number | null,
  find: (count: number) => OrderView | null,
): OrderView | null {
  return count === null ? null : find(count);
}
