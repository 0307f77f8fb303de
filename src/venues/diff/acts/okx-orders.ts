import type { RequestByEndpoint } from "#okx";
import type { Seat, SeatMarket } from "../seat.ts";

type PlaceOrder = RequestByEndpoint["place_order"];

/** The acts that place one order. */
export type PlaceId =
  | "place_limit"
  | "place_market"
  | "place_post_only"
  | "place_fok"
  | "place_ioc"
  | "place_reduce_only"
  | "place_stp"
  | "place_expiring"
  | "place_isolated"
  | "place_long_side"
  | "place_unnamed"
  | "place_odd_size"
  | "place_odd_price"
  | "error_below_minimum"
  | "error_unknown_instrument"
  | "error_insufficient_margin"
  | "error_duplicate_name"
  | "error_no_position"
  | "error_expired"
  | "error_read_only_key"
  | "error_rate_limited"
  | "error_maintenance"
  | "error_5xx_unread"
  | "error_5xx_carried_out"
  | "error_gateway"
  | "error_timeout"
  | "error_disconnect"
  | "error_answer_lost";

/** The name that an act gives to its order. */
export const actName = "dxact";

/** An order in OKX's words, as it should arrive. */
export function okxOrder(id: PlaceId, seat: Seat): PlaceOrder {
  const { instId, size, restPx } = seat.market;
  const order: PlaceOrder = {
    ...{ instId, tdMode: "cross", side: "buy", ordType: "limit" },
    clOrdId: nameOf(actName, seat),
    ...{ sz: size(100), px: restPx },
  };
  return orderFor[id]?.(order, seat) ?? order;
}

/** The name of an order of this act. */
export function nameOf(name: string, { suffix }: Pick<Seat, "suffix">): string {
  return `${name}${suffix}`;
}

/** What sets an act's order apart from the plain one; acts that are not named place that. */
const orderFor: Partial<Record<PlaceId, (order: PlaceOrder, seat: Seat) => PlaceOrder>> = {
  place_market: (order) => marketOf(order),
  place_post_only: (order) => ({ ...order, ordType: "post_only" }),
  place_fok: (order, { market }) => ({ ...order, ordType: "fok", px: market.takePx }),
  place_ioc: (order, { market }) => ({ ...order, ordType: "ioc", px: market.takePx }),
  place_reduce_only: (order, { market }) => ({
    ...{ ...marketOf(order), side: "sell", sz: market.size(20), reduceOnly: true },
  }),
  place_stp: (order, { market }) => ({ ...order, px: market.insidePx, stpMode: "cancel_both" }),
  place_isolated: (order) => ({ ...order, tdMode: "isolated" }),
  place_long_side: (order) => ({ ...marketOf(order), posSide: "long" }),
  place_unnamed: ({ clOrdId: _name, ...unnamed }) => unnamed,
  place_odd_size: (order, seat) => ({ ...order, sz: oddSize(seat.market) }),
  place_odd_price: (order, seat) => ({ ...order, px: oddPrice(seat.market) }),
  error_below_minimum: (order, seat) => ({ ...order, sz: tinySize(seat.market) }),
  error_unknown_instrument: (order) => ({ ...order, instId: unlisted }),
  error_insufficient_margin: (order, { market }) => ({ ...order, sz: market.size(10_000) }),
  error_duplicate_name: (order, { left }) => ({ ...order, clOrdId: left["clOrdId"] ?? actName }),
  error_no_position: (order) => ({ ...marketOf(order), side: "sell", reduceOnly: true }),
};

function marketOf({ px: _px, ...order }: PlaceOrder): PlaceOrder {
  return { ...order, ordType: "market" };
}

const unlisted = "NIX-USDT-SWAP";

/** A hundred lots and a half. */
export function oddSize(market: SeatMarket): string {
  return `${market.size(100)}${market.size(100).includes(".") ? "" : "."}005`;
}

/** A third of a tick too much: the price with one more digit behind it. */
export function oddPrice(market: SeatMarket): string {
  return `${market.restPx}${market.restPx.includes(".") ? "" : ".0"}3`;
}

/** A tenth of the smallest size. */
export function tinySize(market: SeatMarket): string {
  const least = market.size(1);
  return least.includes(".") ? least.replace(".", ".0") : "0.1";
}
