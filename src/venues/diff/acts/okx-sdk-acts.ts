import type { RestClient } from "okx-api";
import type { Seat } from "../seat.ts";
import { type Act, type Acts, act } from "./act.ts";
import { actName, nameOf, okxOrder, type PlaceId } from "./okx-orders.ts";
import { okxSdkStreamActs } from "./okx-sdk-stream-acts.ts";
import { pageSize, pages } from "./pages.ts";

type SdkAct = Act<RestClient>;

/** As anybody would call okx-api, by its own methods, with nothing set that is not said here. */
export const okxSdkActs: Acts<RestClient> = {
  time: act("getSystemTime()", async (client) => client.getSystemTime({})),
  instruments: act("getInstruments({instType, instId})", async (client, { market }) =>
    client.getInstruments({ instType: "SWAP", instId: market.instId }),
  ),
  ticker: act("getTicker({instId})", async (client, { market: { instId } }) =>
    client.getTicker({ instId }),
  ),
  book: act("getOrderBook({instId, sz})", async (client, { market: { instId } }) =>
    client.getOrderBook({ instId, sz: "5" }),
  ),
  candles: act("getCandles({instId, bar, limit})", async (client, { market: { instId } }) =>
    client.getCandles({ instId, bar: "1m", limit: "5" }),
  ),
  mark_price: act("getMarkPrice({instType, instId})", async (client, { market: { instId } }) =>
    client.getMarkPrice({ instType: "SWAP", instId }),
  ),
  funding_rate: act("getFundingRate({instId})", async (client, { market: { instId } }) =>
    client.getFundingRate({ instId }),
  ),
  funding_history: act("getFundingRateHistory({instId, limit})", async (client, { market }) =>
    client.getFundingRateHistory({ instId: market.instId, limit: "3" }),
  ),
  trades: act("getTrades({instId, limit})", async (client, { market: { instId } }) =>
    client.getTrades(loose({ instId, limit: "5" })),
  ),
  status: act("getSystemStatus({})", async (client) => client.getSystemStatus({})),
  public_after_private: act("getAccountConfiguration(), getTicker()", async (client, seat) => {
    await client.getAccountConfiguration();
    return client.getTicker({ instId: seat.market.instId });
  }),
  account_config: act("getAccountConfiguration()", async (client) =>
    client.getAccountConfiguration(),
  ),
  balance: balance(),
  positions_none: positions(),
  positions_long: positions(),
  positions_short: positions(),
  leverage: act("getLeverage({instId, mgnMode})", async (client, { market: { instId } }) =>
    client.getLeverage({ instId, mgnMode: "cross" }),
  ),
  set_leverage: act("setLeverage({instId, lever, mgnMode})", async (client, { market }) =>
    client.setLeverage({ instId: market.instId, lever: "5", mgnMode: "cross" }),
  ),
  set_position_mode: act("setPositionMode({posMode})", async (client) =>
    client.setPositionMode({ posMode: "long_short_mode" }),
  ),
  fee_rates: act("getFeeRates({instType, instFamily})", async (client, { market }) =>
    client.getFeeRates(loose({ instType: "SWAP", instFamily: market.instFamily })),
  ),
  place_limit: place("place_limit"),
  place_market: place("place_market"),
  place_post_only: place("place_post_only"),
  place_fok: place("place_fok"),
  place_ioc: place("place_ioc"),
  place_reduce_only: place("place_reduce_only"),
  place_stp: place("place_stp"),
  place_expiring: place("place_expiring"),
  place_isolated: place("place_isolated"),
  place_long_side: place("place_long_side"),
  place_unnamed: place("place_unnamed"),
  place_odd_size: place("place_odd_size"),
  place_odd_price: place("place_odd_price"),
  amend: act("amendOrder({instId, ordId, newSz, newPx})", async (client, { market, left }) =>
    client.amendOrder({
      ...{ instId: market.instId, ordId: left["ordId"] ?? "" },
      ...{ newSz: market.size(200), newPx: market.otherPxs[0] },
    }),
  ),
  cancel: act("cancelOrder({instId, ordId})", async (client, { market: { instId }, left }) =>
    client.cancelOrder({ instId, ordId: left["ordId"] ?? "" }),
  ),
  cancel_by_name: act("cancelOrder({instId, clOrdId})", async (client, { market, left }) =>
    client.cancelOrder({ instId: market.instId, clOrdId: left["clOrdId"] ?? "" }),
  ),
  batch_place: act("submitMultipleOrders([...])", async (client, seat) =>
    client.submitMultipleOrders([
      loose({ ...okxOrder("place_limit", seat), clOrdId: nameOf("dxbatch1", seat) }),
      loose({
        ...okxOrder("place_limit", seat),
        ...{ clOrdId: nameOf("dxbatch2", seat), px: seat.market.otherPxs[0] },
      }),
    ]),
  ),
  batch_partly: act("submitMultipleOrders([...])", async (client, seat) =>
    client.submitMultipleOrders([
      loose({ ...okxOrder("place_limit", seat), clOrdId: nameOf("dxbatch1", seat) }),
      loose({ ...okxOrder("error_no_position", seat), clOrdId: nameOf("dxbatch2", seat) }),
    ]),
  ),
  batch_cancel: act("cancelMultipleOrders([...])", async (client, { market: { instId } }) =>
    client.cancelMultipleOrders([
      { instId, clOrdId: "dxrest1" },
      { instId, clOrdId: "dxrest2" },
    ]),
  ),
  close_position: act("closePositions({instId, mgnMode})", async (client, { market }) =>
    client.closePositions({ instId: market.instId, mgnMode: "cross" }),
  ),
  place_algo: act("placeAlgoOrder({...})", async (client, { market }) =>
    client.placeAlgoOrder(
      loose({
        ...{ instId: market.instId, tdMode: "cross", side: "sell", ordType: "conditional" },
        ...{ sz: market.size(50), slTriggerPx: market.restPx, slOrdPx: "-1" },
        algoClOrdId: actName,
      }),
    ),
  ),
  algos_pending: act("getAlgoOrderList({ordType, ...})", async (client, { market }) =>
    client.getAlgoOrderList(
      loose({ ordType: "conditional", instType: "SWAP", instId: market.instId }),
    ),
  ),
  cancel_algo: act("cancelAlgoOrder([...])", async (client, { market: { instId }, left }) =>
    client.cancelAlgoOrder([{ instId, algoId: left["algoId"] ?? "" }]),
  ),
  order_by_id: orderById(),
  order_by_name: act("getOrderDetails({instId, clOrdId})", async (client, { market, left }) =>
    client.getOrderDetails({ instId: market.instId, clOrdId: left["clOrdId"] ?? "" }),
  ),
  order_filled: orderById(),
  order_prevented: orderById(),
  orders_pending: act("getOrderList({instType, instId})", async (client, { market }) =>
    client.getOrderList({ instType: "SWAP", instId: market.instId }),
  ),
  orders_history: act("getOrderHistory({instType, instId})", async (client, { market }) =>
    client.getOrderHistory({ instType: "SWAP", instId: market.instId }),
  ),
  fills: act("getFillsHistory({instType, instId})", async (client, { market: { instId } }) =>
    client.getFillsHistory({ instType: "SWAP", instId }),
  ),
  bills: act("getBills({instType, ccy})", async (client) =>
    client.getBills({ instType: "SWAP", ccy: "USDT" }),
  ),
  cancel_all_after: act("cancelAllAfter({timeOut: '30'})", async (client) =>
    client.cancelAllAfter({ timeOut: "30" }),
  ),
  cancel_all_after_as_okx: act("cancelAllAfter({timeOut: '30'})", async (client) =>
    client.cancelAllAfter({ timeOut: "30" }),
  ),
  pages_of_orders: act("getOrderHistory({after, limit})", async (client, { market }) =>
    pages("ordId", async (after) =>
      client.getOrderHistory({
        ...{ instType: "SWAP", instId: market.instId, limit: String(pageSize) },
        ...(after === null ? {} : { after }),
      }),
    ),
  ),
  pages_of_fills: act("getFillsHistory({after, limit})", async (client, { market }) =>
    pages("billId", async (after) =>
      client.getFillsHistory({
        ...{ instType: "SWAP", instId: market.instId, limit: String(pageSize) },
        ...(after === null ? {} : { after }),
      }),
    ),
  ),
  pages_of_bills: act("getBills({after, limit})", async (client) =>
    pages("billId", async (after) =>
      client.getBills({
        ...{ instType: "SWAP", limit: String(pageSize) },
        ...(after === null ? {} : { after }),
      }),
    ),
  ),
  error_below_minimum: place("error_below_minimum"),
  error_unknown_instrument: place("error_unknown_instrument"),
  error_insufficient_margin: place("error_insufficient_margin"),
  error_duplicate_name: place("error_duplicate_name"),
  error_order_not_found: act("getOrderDetails({instId, ordId})", async (client, { market }) =>
    client.getOrderDetails({ instId: market.instId, ordId: "404" }),
  ),
  error_cancel_unknown: act("cancelOrder({instId, ordId})", async (client, { market }) =>
    client.cancelOrder({ instId: market.instId, ordId: "404" }),
  ),
  error_no_position: place("error_no_position"),
  error_expired: place("error_expired"),
  error_bad_signature: balance(),
  error_wrong_environment: balance(),
  error_read_only_key: place("error_read_only_key"),
  error_rate_limited: place("error_rate_limited"),
  error_maintenance: place("error_maintenance"),
  error_5xx_unread: place("error_5xx_unread"),
  error_5xx_carried_out: place("error_5xx_carried_out"),
  error_gateway: place("error_gateway"),
  error_timeout: place("error_timeout"),
  error_disconnect: place("error_disconnect"),
  error_answer_lost: place("error_answer_lost"),
  error_read_5xx: balance(),
  error_read_disconnect: balance(),
  burst: act("6 x getSystemTime()", async (client) =>
    Promise.all(Array.from({ length: 6 }, async () => client.getSystemTime({}))),
  ),
  ...okxSdkStreamActs,
};

function place(id: PlaceId): SdkAct {
  return act("submitOrder({...})", async (client, seat: Seat) =>
    client.submitOrder(loose(okxOrder(id, seat))),
  );
}

function balance(): SdkAct {
  return act("getBalance()", async (client) => client.getBalance());
}

function positions(): SdkAct {
  return act("getPositions({instId})", async (client, { market: { instId } }) =>
    client.getPositions({ instId }),
  );
}

function orderById(): SdkAct {
  return act("getOrderDetails({instId, ordId})", async (client, { market, left }) =>
    client.getOrderDetails({ instId: market.instId, ordId: left["ordId"] ?? "" }),
  );
}

/** The library types some words more narrowly than OKX does, and passes on what it gets. */
function loose(params: object): never {
  return params as never;
}
