import type { Seat } from "../seat.ts";
import { type Act, type Acts, act } from "./act.ts";
import type { CcxtClient } from "./ccxt-client-type.ts";
import { ccxtPlaceActs, createOrder } from "./ccxt-place-acts.ts";
import { ccxtStreamActs } from "./ccxt-stream-acts.ts";
import { actName, nameOf } from "./okx-orders.ts";
import { pageSize, pages } from "./pages.ts";

type CcxtAct = Act<CcxtClient>;

/** As anybody would call ccxt, by its unified methods, with nothing set that is not said here. */
export const ccxtActs: Acts<CcxtClient> = {
  ...ccxtPlaceActs,
  ...ccxtStreamActs,
  time: act("fetchTime()", async (client) => client.fetchTime()),
  instruments: act("loadMarkets(true)", async (client) => client.loadMarkets(true)),
  ticker: act("fetchTicker(symbol)", async (client, { market: { symbol } }) =>
    client.fetchTicker(symbol),
  ),
  book: act("fetchOrderBook(symbol, 5)", async (client, { market: { symbol } }) =>
    client.fetchOrderBook(symbol, 5),
  ),
  candles: act("fetchOHLCV(symbol, '1m', undefined, 5)", async (client, { market: { symbol } }) =>
    client.fetchOHLCV(symbol, "1m", undefined, 5),
  ),
  mark_price: act("fetchMarkPrice(symbol)", async (client, { market: { symbol } }) =>
    client.fetchMarkPrice(symbol),
  ),
  funding_rate: act("fetchFundingRate(symbol)", async (client, { market: { symbol } }) =>
    client.fetchFundingRate(symbol),
  ),
  funding_history: act("fetchFundingRateHistory(symbol, undefined, 3)", async (client, seat) =>
    client.fetchFundingRateHistory(seat.market.symbol, undefined, 3),
  ),
  trades: act("fetchTrades(symbol, undefined, 5)", async (client, { market: { symbol } }) =>
    client.fetchTrades(symbol, undefined, 5),
  ),
  status: act("fetchStatus()", async (client) => client.fetchStatus()),
  public_after_private: act("fetchAccounts(), fetchTicker(symbol)", async (client, seat) => {
    await client.fetchAccounts();
    return client.fetchTicker(seat.market.symbol);
  }),
  account_config: act("fetchAccounts()", async (client) => client.fetchAccounts()),
  balance: balance(),
  positions_none: positions(),
  positions_long: positions(),
  positions_short: positions(),
  leverage: act("fetchLeverage(symbol, {marginMode})", async (client, { market: { symbol } }) =>
    client.fetchLeverage(symbol, { marginMode: "cross" }),
  ),
  set_leverage: act("setLeverage(5, symbol, {marginMode})", async (client, { market }) =>
    client.setLeverage(5, market.symbol, { marginMode: "cross" }),
  ),
  set_position_mode: act("setPositionMode(true)", async (client) => client.setPositionMode(true)),
  fee_rates: act("fetchTradingFee(symbol)", async (client, { market: { symbol } }) =>
    client.fetchTradingFee(symbol),
  ),
  amend: act("editOrder(id, symbol, 'limit', 'buy', size, price)", async (client, seat) =>
    client.editOrder(
      ...([seat.left["ordId"] ?? "", seat.market.symbol, "limit", "buy"] as const),
      ...([Number(seat.market.size(200)), Number(seat.market.otherPxs[0])] as const),
    ),
  ),
  cancel: act("cancelOrder(id, symbol)", async (client, { market: { symbol }, left }) =>
    client.cancelOrder(left["ordId"] ?? "", symbol),
  ),
  cancel_by_name: act("cancelOrder('', symbol, {clientOrderId})", async (client, seat) =>
    client.cancelOrder("", seat.market.symbol, { clientOrderId: seat.left["clOrdId"] }),
  ),
  batch_place: act("createOrders([...])", async (client, seat) =>
    client.createOrders([
      entry(seat.market, nameOf("dxbatch1", seat), seat.market.restPx),
      entry(seat.market, nameOf("dxbatch2", seat), seat.market.otherPxs[0]),
    ]),
  ),
  batch_partly: act("createOrders([...])", async (client, { market }) =>
    client.createOrders([
      entry(market, "dxbatch1", market.restPx),
      {
        ...{ symbol: market.symbol, type: "market", side: "sell" },
        amount: Number(market.size(100)),
        params: { clientOrderId: "dxbatch2", reduceOnly: true },
      },
    ]),
  ),
  batch_cancel: act("cancelOrders([], symbol, {clientOrderId: [...]})", async (client, seat) =>
    client.cancelOrders([], seat.market.symbol, { clientOrderId: ["dxrest1", "dxrest2"] }),
  ),
  close_position: act("closePosition(symbol)", async (client, { market: { symbol } }) =>
    client.closePosition(symbol),
  ),
  place_algo: act("createOrder(..., {stopLossPrice})", async (client, { market }) =>
    client.createOrder(market.symbol, "market", "sell", Number(market.size(50)), undefined, {
      ...{ stopLossPrice: Number(market.restPx), clientOrderId: actName },
    }),
  ),
  algos_pending: act("fetchOpenOrders(symbol, ..., {ordType})", async (client, { market }) =>
    client.fetchOpenOrders(market.symbol, undefined, undefined, {
      ...{ ordType: "conditional", trigger: true },
    }),
  ),
  cancel_algo: act("cancelOrder(id, symbol, {trigger})", async (client, { market, left }) =>
    client.cancelOrder(left["algoId"] ?? "", market.symbol, { trigger: true }),
  ),
  order_by_id: orderById(),
  order_by_name: act("fetchOrder('', symbol, {clientOrderId})", async (client, seat) =>
    client.fetchOrder("", seat.market.symbol, { clientOrderId: seat.left["clOrdId"] }),
  ),
  order_filled: orderById(),
  order_prevented: orderById(),
  orders_pending: act("fetchOpenOrders(symbol)", async (client, { market: { symbol } }) =>
    client.fetchOpenOrders(symbol),
  ),
  orders_history: act("fetchClosedOrders(symbol)", async (client, { market: { symbol } }) =>
    client.fetchClosedOrders(symbol),
  ),
  fills: act("fetchMyTrades(symbol)", async (client, { market: { symbol } }) =>
    client.fetchMyTrades(symbol),
  ),
  bills: act("fetchLedger('USDT', undefined, undefined, {type})", async (client) =>
    client.fetchLedger("USDT", undefined, undefined, { type: "swap" }),
  ),
  cancel_all_after: act("cancelAllOrdersAfter(30000)", async (client) =>
    client.cancelAllOrdersAfter(30_000),
  ),
  cancel_all_after_as_okx: act("cancelAllOrdersAfter(30)", async (client) =>
    client.cancelAllOrdersAfter(30),
  ),
  pages_of_orders: act("fetchClosedOrders(..., {after})", async (client, { market }) =>
    pages("info.ordId", async (after) =>
      client.fetchClosedOrders(market.symbol, undefined, pageSize, cursor(after)),
    ),
  ),
  pages_of_fills: act("fetchMyTrades(..., {after})", async (client, { market: { symbol } }) =>
    pages("info.billId", async (after) =>
      client.fetchMyTrades(symbol, undefined, pageSize, cursor(after)),
    ),
  ),
  pages_of_bills: act("fetchLedger(..., {after})", async (client) =>
    pages("info.billId", async (after) =>
      client.fetchLedger(undefined, undefined, pageSize, { type: "swap", ...cursor(after) }),
    ),
  ),
  error_order_not_found: act("fetchOrder(id, symbol)", async (client, { market: { symbol } }) =>
    client.fetchOrder("404", symbol),
  ),
  error_cancel_unknown: act("cancelOrder(id, symbol)", async (client, { market: { symbol } }) =>
    client.cancelOrder("404", symbol),
  ),
  error_unknown_instrument: act("createOrder(unlisted symbol, ...)", async (client, seat) =>
    createOrder(client, seat, { symbol: "NIX/USDT:USDT" }),
  ),
  error_bad_signature: balance(),
  error_wrong_environment: balance(),
  error_read_5xx: balance(),
  error_read_disconnect: balance(),
  defaults: act("new ccxt.pro.okx()", async (client) => ({
    ...ownWays(Reflect.construct(client.constructor, [{}])),
  })),
  burst: act("6 x fetchTime()", async (client) =>
    Promise.all(Array.from({ length: 6 }, async () => client.fetchTime())),
  ),
};

/** What a client made without a word says of itself; null: it knows no such setting. */
function ownWays({ timeout, enableRateLimit, rateLimit, options }: CcxtClient): object {
  const retries: unknown = options["maxRetriesOnFailure"];
  const pace = enableRateLimit ? Math.round(Number(rateLimit)) : null;
  return { timeout_ms: timeout, pace_ms: pace, retries: retries ?? null };
}

function balance(): CcxtAct {
  return act("fetchBalance()", async (client) => client.fetchBalance());
}

function positions(): CcxtAct {
  return act("fetchPositions([symbol])", async (client, { market: { symbol } }) =>
    client.fetchPositions([symbol]),
  );
}

function orderById(): CcxtAct {
  return act("fetchOrder(id, symbol)", async (client, { market: { symbol }, left }) =>
    client.fetchOrder(left["ordId"] ?? "", symbol),
  );
}

function cursor(after: string | null): object {
  return after === null ? {} : { after };
}

function entry(
  { symbol, size }: Seat["market"],
  clientOrderId: string,
  price: string,
): Parameters<CcxtClient["createOrders"]>[0][number] {
  const order = { symbol, type: "limit", side: "buy", amount: Number(size(100)) } as const;
  return { ...order, price: Number(price), params: { clientOrderId } };
}
