import type { OrderAttempt, OrderState } from "#evidence";
import type { Draft } from "./draft.ts";
import {
  type Answer,
  amendPath,
  attemptOf,
  callOf,
  cancelPath,
  outcomeOf,
  type PlaceOrder,
  placePath,
  refused,
  sizeText,
} from "./order-lines.ts";
import { head, type VenueSession } from "./session.ts";
import { digest } from "./spec.ts";

/** An order that the exchange took. */
export type VenueOrder = {
  readonly placed: PlaceOrder;
  readonly clOrdId: string;
  readonly ordId: string;
  readonly createdMs: number;
  /** As it was amended last. */
  tenths: number;
  filled: number;
  fees: number;
  state: OrderState;
};

/** Goes through the gate, the wire and the exchange, and records every step. */
export function place(session: VenueSession, wanted: PlaceOrder): VenueOrder | null {
  const number = session.attempts.length + 1;
  const clOrdId = `${session.ids.prefix}${String(number).padStart(6, "0")}`;
  const attempt = attemptOf(session, wanted, { clOrdId, number });
  if (wanted.answer.type === "refused" || wanted.answer.type === "frozen") {
    session.attempts.push(refused(attempt, wanted.answer));
    return null;
  }
  const ordId = wanted.answer.type === "ack" ? `9${digest(clOrdId).replace(/\D/g, "")}` : null;
  const short = ordId?.slice(0, 18) ?? null;
  session.attempts.push(attempt);
  session.calls.push(callOf(session, attempt, { ordId: short, answer: wanted.answer }));
  session.attempts.push(outcomeOf(session, attempt, { ordId: short, answer: wanted.answer }));
  if (short === null) return null;
  const known = { placed: wanted, clOrdId, ordId: short, createdMs: session.clock.ms };
  return { ...known, tenths: wanted.tenths, filled: 0, fees: 0, state: "live" };
}

export function cancel(session: VenueSession, order: VenueOrder): void {
  change(session, order, { operation: "cancel", endpoint: cancelPath, answer: { type: "ack" } });
  order.state = "canceled";
  sample(session, order);
  remember(session, order);
}

/** Asks for another size; made when it is taken. To less than is filled, it ends the order. */
export function amend(
  session: VenueSession,
  order: VenueOrder,
  { tenths, answer }: Readonly<{ tenths: number; answer: Answer }>,
): void {
  const wanted = { ...order, placed: { ...order.placed, tenths } };
  change(session, wanted, { operation: "replace", endpoint: amendPath, answer });
  if (answer.type === "ack") order.tenths = tenths;
  const isFull = order.filled >= order.tenths;
  if (isFull) order.state = "filled";
  sample(session, order);
  if (isFull) remember(session, order);
}

/** Cancels what somebody else left at the account: a call, and no attempt. */
export function cancelForeign(
  session: VenueSession,
  {
    clOrdId,
    ordId,
    endpoint,
  }: Readonly<{ clOrdId: string | null; ordId: string; endpoint: string }>,
): void {
  session.calls.push({
    ...head(session),
    call_id: `f${session.calls.length + 1}`,
    component: "preflight",
    method: "POST",
    endpoint,
    operation: "cancel",
    attempt_id: null,
    clOrdId,
    ordId,
    params: { instId: session.ids.instId, ordId },
    http_status: 200,
    http_status_reason: null,
    code: "0",
    msg: "",
    sCode: "0",
    sMsg: "",
    latency_ms: 11.5,
    latency_ms_reason: null,
    error_type: null,
    account_id_hash: session.ids.account,
  });
}

type Change = Readonly<{
  operation: "cancel" | "replace";
  endpoint: string;
  answer: Answer;
}>;

function change(
  session: VenueSession,
  { placed, clOrdId, ordId }: Pick<VenueOrder, "placed" | "clOrdId" | "ordId">,
  { operation, endpoint, answer }: Change,
): void {
  const number = session.attempts.length + 1;
  const attempt: Draft<OrderAttempt> = {
    ...attemptOf(session, placed, { clOrdId, number }),
    operation,
    connector_call: { endpoint, call_id: `c${number}` },
    exchange_ids: { ordId, tradeIds: [] },
  };
  session.attempts.push(attempt);
  const call = callOf(session, attempt, { ordId, answer });
  session.calls.push({ ...call, operation, endpoint });
  session.attempts.push(outcomeOf(session, attempt, { ordId, answer }));
}

/** One execution: a fill, its bill, and a look at the order. */
export function fill(session: VenueSession, order: VenueOrder, tenths: number, px: number): void {
  const { ids } = session;
  const number = session.fills.length + 1;
  const fee = -Math.round(tenths * px * 500_000) / 1e12;
  order.filled += tenths;
  order.fees += fee;
  order.state = order.filled >= order.tenths ? "filled" : "partially_filled";
  const row = head(session);
  const [tradeId, billId] = [`t${4000 + number}`, `b${7000 + session.bills.length}`];
  const { side, posSide, agent } = order.placed;
  const audit = { audit_scope_id: ids.scope, query_chain_id: "0".repeat(16), page_idx: 0 };
  session.fills.push({
    ...row,
    ...audit,
    clOrdId: order.clOrdId,
    clOrdId_reason: null,
    side,
    pos_side: posSide,
    inst_id: ids.instId,
    ordId: order.ordId,
    tradeId,
    billId,
    billId_reason: null,
    fill_px: String(px),
    fillSz: sizeText(tenths),
    fee: feeText(fee),
    fee_ccy: "USDT",
    exec_type: order.placed.type === "limit" ? "M" : "T",
    filled_ms: session.clock.ms,
  });
  session.bills.push({
    ...row,
    ...audit,
    billId,
    ordId: order.ordId,
    ordId_reason: null,
    tradeId,
    tradeId_reason: null,
    inst_id: ids.instId,
    inst_id_reason: null,
    bill_type: "trade",
    ccy: "USDT",
    bal_chg: feeText(fee),
    fee: feeText(fee),
    pnl: "0",
    agent_id_hash: agent,
    billed_ms: session.clock.ms,
  });
  sample(session, order, tenths);
  if (order.state === "filled") remember(session, order);
}

/** A movement of the balance that no order caused. */
export function funding(session: VenueSession, amount: string): void {
  const { ids } = session;
  session.bills.push({
    ...head(session),
    audit_scope_id: ids.scope,
    query_chain_id: "0".repeat(16),
    page_idx: 0,
    billId: `b${7000 + session.bills.length}`,
    ordId: null,
    ordId_reason: "funding_has_no_order",
    tradeId: null,
    tradeId_reason: "funding_has_no_trade",
    inst_id: ids.instId,
    inst_id_reason: null,
    bill_type: "funding_fee",
    ccy: "USDT",
    bal_chg: amount,
    fee: "0",
    pnl: amount,
    agent_id_hash: null,
    billed_ms: session.clock.ms,
  });
}

export function sample(session: VenueSession, order: VenueOrder, lastTenths = 0): void {
  session.samples.push({
    ...head(session),
    audit_scope_id: session.ids.scope,
    clOrdId: order.clOrdId,
    ordId: order.ordId,
    order_id_hash: digest(order.ordId).slice(0, 16),
    state: order.state,
    fillSz: sizeText(lastTenths),
    accFillSz: sizeText(order.filled),
    source: "ws_update",
    call_id: null,
    truth_quality: "ok",
    reason_code: null,
  });
}

/** A query that the exchange answers with "no such order". */
export function sampleNotFound(session: VenueSession, clOrdId: string): void {
  const callId = `q${session.calls.length + 1}`;
  session.calls.push({
    ...head(session),
    call_id: callId,
    component: "broker",
    method: "GET",
    endpoint: placePath,
    operation: "query",
    attempt_id: null,
    clOrdId,
    ordId: null,
    params: { clOrdId, instId: session.ids.instId },
    http_status: 200,
    http_status_reason: null,
    code: "51603",
    msg: "Order does not exist",
    sCode: null,
    sMsg: null,
    latency_ms: 11.5,
    latency_ms_reason: null,
    error_type: null,
    account_id_hash: session.ids.account,
  });
  session.samples.push({
    ...head(session),
    audit_scope_id: session.ids.scope,
    clOrdId,
    ordId: null,
    order_id_hash: null,
    state: "not_found",
    fillSz: "0",
    accFillSz: "0",
    source: "rest_query",
    call_id: callId,
    truth_quality: "ok",
    reason_code: "order_not_found",
  });
}

/** The row that the exchange will show of an order that ended. */
function remember(session: VenueSession, order: VenueOrder): void {
  const { placed, ordId, clOrdId, createdMs } = order;
  session.history.push({
    ...head(session),
    audit_scope_id: session.ids.scope,
    query_chain_id: "0".repeat(16),
    page_idx: 0,
    clOrdId,
    clOrdId_reason: null,
    side: placed.side,
    pos_side: placed.posSide,
    inst_id: session.ids.instId,
    ordId,
    td_mode: "cross",
    ord_type: placed.type,
    sz: sizeText(order.tenths),
    px: placed.px,
    accFillSz: sizeText(order.filled),
    avg_px: order.filled === 0 ? null : "42000",
    state: order.state,
    fee: feeText(order.fees),
    fee_ccy: "USDT",
    created_ms: createdMs,
    updated_ms: session.clock.ms,
  });
}

function feeText(fee: number): string {
  return fee === 0 ? "0" : fee.toFixed(8);
}
