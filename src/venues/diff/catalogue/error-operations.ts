import type { StageRule } from "../stage.ts";
import { balanceTable, positionTable } from "./account-tables.ts";
import {
  bookTable,
  candleTable,
  fundingTable,
  markTable,
  tickerTable,
  tradeTable,
} from "./market-tables.ts";
import { type Operation, operation } from "./operation.ts";
import { orderTable } from "./order-tables.ts";

const errors = { group: "errors", effect: "writes" } as const;
const streams = { group: "streams" } as const;

/** The first write, or the first read, meets this fault; a second try would not. */
function onWrite(fault: StageRule["fault"]): StageRule {
  return { match: { endpoint: "POST /api/v5/trade/*", times: 1 }, fault };
}

function onRead(fault: StageRule["fault"]): StageRule {
  return { match: { endpoint: "GET /api/v5/account/balance", times: 1 }, fault };
}

/** Acts that fail, at the venue, on the way, or by what was asked. */
export const errorOperations: readonly Operation[] = [
  operation({ ...errors, id: "error_below_minimum", title: "a size below the smallest" }),
  operation({ ...errors, id: "error_unknown_instrument", title: "a contract that is not listed" }),
  operation({
    ...{ ...errors, id: "error_insufficient_margin", title: "more than the account can bear" },
    key: "poor",
  }),
  operation({
    ...{ ...errors, id: "error_duplicate_name", title: "a name that an order has already" },
    begins: "resting",
  }),
  operation({
    ...{ ...errors, id: "error_order_not_found", title: "ask for an order that never was" },
    effect: "reads",
  }),
  operation({
    ...{ ...errors, id: "error_cancel_unknown", title: "cancel an order that never was" },
    effect: "cancels",
  }),
  operation({ ...errors, id: "error_no_position", title: "reduce a position that is not there" }),
  operation({
    ...{ ...errors, id: "error_expired", title: "an order whose life is over when it comes" },
    expiresInMs: -1000,
  }),
  operation({
    ...{ ...errors, id: "error_bad_signature", title: "sign with another secret" },
    ...{ effect: "reads", key: "forged" },
  }),
  operation({
    ...{ ...errors, id: "error_wrong_environment", title: "use a demo key without saying so" },
    ...{ effect: "reads", demo: false },
  }),
  operation({
    ...{ ...errors, id: "error_read_only_key", title: "place with a key that may only read" },
    key: "reader",
  }),
  operation({
    ...{ ...errors, id: "error_rate_limited", title: "place too often (429)" },
    fault: onWrite({ kind: "http_429" }),
  }),
  operation({
    ...{ ...errors, id: "error_maintenance", title: "place during maintenance" },
    fault: onWrite({ kind: "maintenance" }),
  }),
  operation({
    ...{ ...errors, id: "error_5xx_unread", title: "the venue fails before it took the order" },
    fault: onWrite({ kind: "http_5xx", status: 503, when: "before" }),
  }),
  operation({
    ...{ ...errors, id: "error_5xx_carried_out", title: "the venue fails after it took the order" },
    fault: onWrite({ kind: "http_5xx", status: 500, when: "after" }),
  }),
  operation({
    ...{ ...errors, id: "error_gateway", title: "a gateway fails and speaks no JSON" },
    fault: onWrite({ kind: "http_5xx", status: 504, when: "after" }),
  }),
  operation({
    ...{ ...errors, id: "error_timeout", title: "no answer within the time to wait" },
    ...{ fault: onWrite({ kind: "latency", ms: 900, when: "after" }), timeoutMs: 300 },
  }),
  operation({
    ...{ ...errors, id: "error_disconnect", title: "the connection breaks before the order" },
    fault: onWrite({ kind: "drop_request" }),
  }),
  operation({
    ...{ ...errors, id: "error_answer_lost", title: "the connection breaks after the order" },
    fault: onWrite({ kind: "drop_answer" }),
  }),
  operation({
    ...{ ...errors, id: "error_read_5xx", title: "the venue fails on a read" },
    ...{ effect: "reads", fault: onRead({ kind: "http_5xx", status: 503, when: "before" }) },
  }),
  operation({
    ...{ ...errors, id: "error_read_disconnect", title: "the connection breaks on a read" },
    ...{ effect: "reads", fault: onRead({ kind: "drop_request" }) },
  }),
  operation({ group: "pace", id: "defaults", title: "what a client does unless told otherwise" }),
  operation({
    ...{ group: "pace", id: "burst", title: "ask six times at once" },
    sameQuestions: false,
  }),
  operation({ ...streams, id: "stream_tickers", title: "follow tickers", rows: tickerTable }),
  operation({ ...streams, id: "stream_books", title: "follow the book", rows: bookTable }),
  operation({ ...streams, id: "stream_trades", title: "follow trades", rows: tradeTable }),
  operation({ ...streams, id: "stream_candles", title: "follow candles", rows: candleTable }),
  operation({ ...streams, id: "stream_mark_price", title: "follow the mark", rows: markTable }),
  operation({
    ...{ ...streams, id: "stream_funding_rate", title: "follow funding", rows: fundingTable },
  }),
  operation({ ...streams, id: "stream_orders", title: "follow our orders", rows: orderTable }),
  operation({ ...streams, id: "stream_account", title: "follow our money", rows: balanceTable }),
  operation({
    ...{ ...streams, id: "stream_positions", title: "follow our positions", begins: "long" },
    rows: positionTable,
  }),
  operation({
    ...{ ...streams, id: "stream_bad_login", title: "log in with another secret", key: "forged" },
  }),
  operation({
    ...{ ...streams, id: "stream_cut", title: "the venue cuts the stream" },
    // The first message is the greeting; the second one never comes.
    fault: { match: { channel: "tickers", nth: 2 }, fault: { kind: "disconnect" } },
  }),
];
