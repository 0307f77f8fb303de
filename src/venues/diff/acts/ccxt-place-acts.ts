import type { Seat } from "../seat.ts";
import { type Act, act, type SomeActs } from "./act.ts";
import type { CcxtClient } from "./ccxt-client-type.ts";
import { actName, nameOf, oddPrice, oddSize, type PlaceId, tinySize } from "./okx-orders.ts";

type CcxtAct = Act<CcxtClient>;

type Wanted = Readonly<{
  symbol?: string;
  type?: "limit" | "market";
  side?: "buy" | "sell";
  amount?: string;
  price?: string;
  params?: Readonly<Record<string, unknown>>;
}>;

/** The unified way to an order: numbers, ccxt's own words, the rest in `params`. */
export async function createOrder(
  client: CcxtClient,
  seat: Seat,
  wanted: Wanted,
): Promise<unknown> {
  const { market } = seat;
  const { type = "limit", side = "buy", params = {} } = wanted;
  const amount = Number(wanted.amount ?? market.size(100));
  const price = type === "market" ? undefined : Number(wanted.price ?? market.restPx);
  const named = { clientOrderId: nameOf(actName, seat), ...params };
  return client.createOrder(wanted.symbol ?? market.symbol, type, side, amount, price, named);
}

function place(words: string, wanted: (seat: Seat) => Wanted = () => ({})): CcxtAct {
  return act(`createOrder(${words})`, async (client, seat) =>
    createOrder(client, seat, wanted(seat)),
  );
}

const limit = "symbol, 'limit', 'buy', size, price";
const market = "symbol, 'market', 'buy', size";
const sell = "symbol, 'market', 'sell', size";

export const ccxtPlaceActs: SomeActs<CcxtClient, Exclude<PlaceId, "error_unknown_instrument">> = {
  place_limit: place(limit),
  place_market: place(market, () => ({ type: "market" })),
  place_post_only: place(`${limit}, {postOnly}`, () => ({ params: { postOnly: true } })),
  place_fok: place(`${limit}, {timeInForce: 'FOK'}`, ({ market: { takePx } }) => ({
    ...{ price: takePx, params: { timeInForce: "FOK" } },
  })),
  place_ioc: place(`${limit}, {timeInForce: 'IOC'}`, ({ market: { takePx } }) => ({
    ...{ price: takePx, params: { timeInForce: "IOC" } },
  })),
  place_reduce_only: place(`${sell}, {reduceOnly}`, ({ market: { size } }) => ({
    ...{ type: "market", side: "sell", amount: size(20), params: { reduceOnly: true } },
  })),
  place_stp: place(`${limit}, {stpMode}`, ({ market: { insidePx } }) => ({
    ...{ price: insidePx, params: { stpMode: "cancel_both" } },
  })),
  place_expiring: place(`${limit}, {expTime}`, expiring),
  place_isolated: place(`${limit}, {marginMode}`, () => ({ params: { marginMode: "isolated" } })),
  place_long_side: place(`${market}, {hedged}`, () => ({
    ...{ type: "market", params: { hedged: true } },
  })),
  place_unnamed: act(`createOrder(${limit})`, async (client, seat) => {
    const { symbol, size, restPx } = seat.market;
    return client.createOrder(symbol, "limit", "buy", Number(size(100)), Number(restPx));
  }),
  place_odd_size: place(limit, (seat) => ({ amount: oddSize(seat.market) })),
  place_odd_price: place(limit, (seat) => ({ price: oddPrice(seat.market) })),
  error_below_minimum: place(limit, (seat) => ({ amount: tinySize(seat.market) })),
  error_insufficient_margin: place(limit, ({ market: { size } }) => ({ amount: size(10_000) })),
  error_duplicate_name: place(limit, ({ left }) => ({
    params: { clientOrderId: left["clOrdId"] },
  })),
  error_no_position: place(`${sell}, {reduceOnly}`, () => ({
    ...{ type: "market", side: "sell", params: { reduceOnly: true } },
  })),
  error_expired: place(`${limit}, {expTime}`, expiring),
  error_read_only_key: place(limit),
  error_rate_limited: place(limit),
  error_maintenance: place(limit),
  error_5xx_unread: place(limit),
  error_5xx_carried_out: place(limit),
  error_gateway: place(limit),
  error_timeout: place(limit),
  error_disconnect: place(limit),
  error_answer_lost: place(limit),
};

/** ccxt knows no such setting; what it does not know it puts into the body. */
function expiring({ expTimeMs }: Seat): Wanted {
  return { params: { expTime: String(expTimeMs) } };
}
