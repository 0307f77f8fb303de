import type { ExchangeEvent, OrderView } from "#exchange";
import type { Floor } from "./floor.ts";

/** One order that the engine took, whatever became of it. */
export type AcceptedOrder = Readonly<{
  n: number;
  at_ms: number;
  account: string;
  inst_id: string;
  ord_id: string;
  cl_ord_id: string | null;
  side: string;
  ord_type: string;
  sz: string;
  px: string | null;
}>;

/** What really happened, for those who judge what clients say of it. */
export type Oracle = Readonly<{
  hear: (events: readonly ExchangeEvent[]) => void;
  /** In order of acceptance; the oldest give way beyond a million. */
  accepted: () => readonly AcceptedOrder[];
  /** How many were ever accepted. */
  acceptedCount: () => number;
}>;

const ordersKept = 1_000_000;

export function createOracle(floor: Floor, nameOf: (account: number) => string | null): Oracle {
  let orders: Taken[] = [];
  let count = 0;

  return {
    hear: (events) => {
      for (const event of events) {
        if (event.type !== "order_accepted") continue;
        count += 1;
        orders.push(takenOf(event.order, count));
      }
      if (orders.length > ordersKept) orders = orders.slice(ordersKept / 2);
    },
    accepted: () => orders.map((order) => acceptedOf(order, floor, nameOf)),
    acceptedCount: () => count,
  };
}

/** What is kept of an order while nobody asks: no texts. */
type Taken = Readonly<{ n: number }> &
  Pick<
    OrderView,
    | "id"
    | "account"
    | "instrument"
    | "clientId"
    | "side"
    | "orderType"
    | "lots"
    | "priceTicks"
    | "createdMs"
  >;

function takenOf(order: OrderView, n: number): Taken {
  const { id, account, instrument, clientId, side, orderType, lots, priceTicks } = order;
  const { createdMs } = order;
  return { n, id, account, instrument, clientId, side, orderType, lots, priceTicks, createdMs };
}

function acceptedOf(
  order: Taken,
  { catalog, ids }: Floor,
  nameOf: (account: number) => string | null,
): AcceptedOrder {
  const listing = catalog.at(order.instrument);
  return {
    n: order.n,
    at_ms: order.createdMs,
    account: nameOf(order.account) ?? "venue",
    inst_id: listing.instId,
    ord_id: ids.text("order", order.id),
    cl_ord_id: order.clientId,
    side: order.side,
    ord_type: order.orderType,
    sz: listing.sizeText(order.lots),
    px: order.priceTicks === null ? null : listing.priceText(order.priceTicks),
  };
}
