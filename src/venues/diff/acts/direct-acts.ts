import { type DirectClient, DirectFailure } from "../direct-client.ts";
import { type Act, type Acts, act } from "./act.ts";
import { directStreamActs } from "./direct-stream-acts.ts";
import { actName, nameOf, okxOrder, type PlaceId } from "./okx-orders.ts";
import { pageSize, pages } from "./pages.ts";

type DirectAct = Act<DirectClient>;

function place(id: PlaceId): DirectAct {
  return act("POST /trade/order", async (desk, seat) =>
    desk.call("place_order", okxOrder(id, seat)),
  );
}

/** OKX's protocol by hand: what the libraries are measured against. */
export const directActs: Acts<DirectClient> = {
  time: act("GET /public/time", async (desk) => desk.call("time", {})),
  instruments: act("GET /public/instruments", async (desk, { market: { instId } }) =>
    desk.call("instruments", { instType: "SWAP", instId }),
  ),
  ticker: act("GET /market/ticker", async (desk, { market: { instId } }) =>
    desk.call("ticker", { instId }),
  ),
  book: act("GET /market/books", async (desk, { market: { instId } }) =>
    desk.call("books", { instId, sz: "5" }),
  ),
  candles: act("GET /market/candles", async (desk, { market: { instId } }) =>
    desk.call("candles", { instId, bar: "1m", limit: "5" }),
  ),
  mark_price: act("GET /public/mark-price", async (desk, { market: { instId } }) =>
    desk.call("mark_price", { instType: "SWAP", instId }),
  ),
  funding_rate: act("GET /public/funding-rate", async (desk, { market: { instId } }) =>
    desk.call("funding_rate", { instId }),
  ),
  funding_history: act("GET /public/funding-rate-history", async (desk, { market: { instId } }) =>
    desk.call("funding_rate_history", { instId, limit: "3" }),
  ),
  trades: act("GET /market/trades", async (desk, { market: { instId } }) =>
    desk.call("trades", { instId, limit: "5" }),
  ),
  status: act("GET /system/status", async (desk) => desk.call("status", {})),
  public_after_private: act("config, then ticker", async (desk, { market: { instId } }) => {
    await desk.call("account_config", {});
    return desk.call("ticker", { instId });
  }),
  account_config: act("GET /account/config", async (desk) => desk.call("account_config", {})),
  balance: act("GET /account/balance", async (desk) => desk.call("balance", {})),
  positions_none: positions(),
  positions_long: positions(),
  positions_short: positions(),
  leverage: act("GET /account/leverage-info", async (desk, { market: { instId } }) =>
    desk.call("leverage_info", { instId, mgnMode: "cross" }),
  ),
  set_leverage: act("POST /account/set-leverage", async (desk, { market: { instId } }) =>
    desk.call("set_leverage", { instId, lever: "5", mgnMode: "cross" }),
  ),
  set_position_mode: act("POST /account/set-position-mode", async (desk) =>
    desk.call("set_position_mode", { posMode: "long_short_mode" }),
  ),
  fee_rates: act("GET /account/trade-fee", async (desk, { market: { instFamily } }) =>
    desk.call("trade_fee", { instType: "SWAP", instFamily }),
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
  amend: act("POST /trade/amend-order", async (desk, { market, left }) =>
    desk.call("amend_order", {
      ...{ instId: market.instId, ordId: left["ordId"] ?? "" },
      ...{ newSz: market.size(200), newPx: market.otherPxs[0] },
    }),
  ),
  cancel: act("POST /trade/cancel-order", async (desk, { market: { instId }, left }) =>
    desk.call("cancel_order", { instId, ordId: left["ordId"] ?? "" }),
  ),
  cancel_by_name: act("POST /trade/cancel-order", async (desk, { market: { instId }, left }) =>
    desk.call("cancel_order", { instId, clOrdId: left["clOrdId"] ?? "" }),
  ),
  batch_place: act("POST /trade/batch-orders", async (desk, seat) =>
    desk.call("place_orders", [
      { ...okxOrder("place_limit", seat), clOrdId: nameOf("dxbatch1", seat) },
      {
        ...okxOrder("place_limit", seat),
        clOrdId: nameOf("dxbatch2", seat),
        px: seat.market.otherPxs[0],
      },
    ]),
  ),
  batch_partly: act("POST /trade/batch-orders", async (desk, seat) =>
    partly(
      desk.call("place_orders", [
        { ...okxOrder("place_limit", seat), clOrdId: nameOf("dxbatch1", seat) },
        { ...okxOrder("error_no_position", seat), clOrdId: nameOf("dxbatch2", seat) },
      ]),
    ),
  ),
  batch_cancel: act("POST /trade/cancel-batch-orders", async (desk, { market: { instId } }) =>
    desk.call("cancel_orders", [
      { instId, clOrdId: "dxrest1" },
      { instId, clOrdId: "dxrest2" },
    ]),
  ),
  close_position: act("POST /trade/close-position", async (desk, { market: { instId } }) =>
    desk.call("close_position", { instId, mgnMode: "cross" }),
  ),
  place_algo: act("POST /trade/order-algo", async (desk, { market }) =>
    desk.call("place_algo", {
      ...{ instId: market.instId, tdMode: "cross", side: "sell", ordType: "conditional" },
      ...{ sz: market.size(50), slTriggerPx: market.restPx, slOrdPx: "-1", algoClOrdId: actName },
    }),
  ),
  algos_pending: act("GET /trade/orders-algo-pending", async (desk, { market: { instId } }) =>
    desk.call("algos_pending", { ordType: "conditional", instType: "SWAP", instId }),
  ),
  cancel_algo: act("POST /trade/cancel-algos", async (desk, { market: { instId }, left }) =>
    desk.call("cancel_algos", [{ instId, algoId: left["algoId"] ?? "" }]),
  ),
  order_by_id: orderById(),
  order_by_name: act("GET /trade/order", async (desk, { market: { instId }, left }) =>
    desk.call("order", { instId, clOrdId: left["clOrdId"] ?? "" }),
  ),
  order_filled: orderById(),
  order_prevented: orderById(),
  orders_pending: act("GET /trade/orders-pending", async (desk, { market: { instId } }) =>
    desk.call("orders_pending", { instType: "SWAP", instId }),
  ),
  orders_history: act("GET /trade/orders-history", async (desk, { market: { instId } }) =>
    desk.call("orders_history", { instType: "SWAP", instId }),
  ),
  fills: act("GET /trade/fills-history", async (desk, { market: { instId } }) =>
    desk.call("fills_history", { instType: "SWAP", instId }),
  ),
  bills: act("GET /account/bills", async (desk) =>
    desk.call("bills", { instType: "SWAP", ccy: "USDT" }),
  ),
  cancel_all_after: act("POST /trade/cancel-all-after", async (desk) =>
    desk.call("cancel_all_after", { timeOut: "30" }),
  ),
  cancel_all_after_as_okx: act("POST /trade/cancel-all-after", async (desk) =>
    desk.call("cancel_all_after", { timeOut: "30" }),
  ),
  pages_of_orders: act("GET /trade/orders-history, after=", async (desk, { market }) =>
    pages("ordId", async (after) =>
      desk.call("orders_history", { ...pageOf(after), instType: "SWAP", instId: market.instId }),
    ),
  ),
  pages_of_fills: act("GET /trade/fills-history, after=", async (desk, { market }) =>
    pages("billId", async (after) =>
      desk.call("fills_history", { ...pageOf(after), instType: "SWAP", instId: market.instId }),
    ),
  ),
  pages_of_bills: act("GET /account/bills, after=", async (desk) =>
    pages("billId", async (after) => desk.call("bills", { ...pageOf(after), instType: "SWAP" })),
  ),
  error_below_minimum: place("error_below_minimum"),
  error_unknown_instrument: place("error_unknown_instrument"),
  error_insufficient_margin: place("error_insufficient_margin"),
  error_duplicate_name: place("error_duplicate_name"),
  error_order_not_found: act("GET /trade/order", async (desk, { market: { instId } }) =>
    desk.call("order", { instId, ordId: "404" }),
  ),
  error_cancel_unknown: act("POST /trade/cancel-order", async (desk, { market: { instId } }) =>
    desk.call("cancel_order", { instId, ordId: "404" }),
  ),
  error_no_position: place("error_no_position"),
  error_expired: place("error_expired"),
  error_bad_signature: act("GET /account/balance", async (desk) => desk.call("balance", {})),
  error_wrong_environment: act("GET /account/balance", async (desk) => desk.call("balance", {})),
  error_read_only_key: place("error_read_only_key"),
  error_rate_limited: place("error_rate_limited"),
  error_maintenance: place("error_maintenance"),
  error_5xx_unread: place("error_5xx_unread"),
  error_5xx_carried_out: place("error_5xx_carried_out"),
  error_gateway: place("error_gateway"),
  error_timeout: place("error_timeout"),
  error_disconnect: place("error_disconnect"),
  error_answer_lost: place("error_answer_lost"),
  error_read_5xx: act("GET /account/balance", async (desk) => desk.call("balance", {})),
  error_read_disconnect: act("GET /account/balance", async (desk) => desk.call("balance", {})),
  defaults: act("none: every call says what it wants", async () => ({
    ...{ timeout_ms: null, pace_ms: null, retries: null },
  })),
  burst: act("6 x GET /public/time", async (desk) =>
    Promise.all(Array.from({ length: 6 }, async () => desk.call("time", {}))),
  ),
  ...directStreamActs,
};

function positions(): DirectAct {
  return act("GET /account/positions", async (desk, { market: { instId } }) =>
    desk.call("positions", { instId }),
  );
}

function orderById(): DirectAct {
  return act("GET /trade/order", async (desk, { market: { instId }, left }) =>
    desk.call("order", { instId, ordId: left["ordId"] ?? "" }),
  );
}

/** A batch that was refused in part is an answer with a verdict for each entry. */
async function partly(rows: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await rows;
  } catch (error) {
    if (error instanceof DirectFailure && error.rows.length > 1) return error.rows;
    throw error;
  }
}

function pageOf(after: string | null): object & Readonly<{ limit: string }> {
  return { limit: String(pageSize), ...(after === null ? {} : { after }) };
}
