import type { ExchangeApiCall, OrderAttempt, OrderParams, OrderState } from "#evidence";
import type { Draft } from "./draft.ts";
import { head, type VenueSession } from "./session.ts";
import { digest } from "./spec.ts";

/** What a caller wants placed. Sizes are tenths of a contract, so that sums are exact. */
export type PlaceOrder = Readonly<{
  tick: number | null;
  agent: string | null;
  scope: OrderAttempt["lifecycle_scope"];
  source: OrderAttempt["intent_source"];
  intentId: string;
  kind: string;
  side: "buy" | "sell";
  posSide: "long" | "short" | "net";
  type: OrderParams["order_type"];
  tenths: number;
  px: string | null;
  reduceOnly: boolean;
  oneShot: boolean;
  answer: Answer;
}>;

export type Answer =
  | Readonly<{ type: "ack" }>
  | Readonly<{ type: "reject"; sCode: string; sMsg: string }>
  | Readonly<{ type: "timeout" }>
  | Readonly<{ type: "refused"; fence: string; reason: string }>
  | Readonly<{ type: "frozen"; freezeId: string; reason: string }>;

/** An order that the exchange took. */
export type VenueOrder = {
  readonly placed: PlaceOrder;
  readonly clOrdId: string;
  readonly ordId: string;
  readonly createdMs: number;
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
  const createdMs = session.clock.ms;
  return { placed: wanted, clOrdId, ordId: short, createdMs, filled: 0, fees: 0, state: "live" };
}

export function cancel(session: VenueSession, order: VenueOrder): void {
  const number = session.attempts.length + 1;
  const base = attemptOf(session, order.placed, { clOrdId: order.clOrdId, number });
  const attempt: Draft<OrderAttempt> = {
    ...base,
    operation: "cancel",
    connector_call: { endpoint: cancelPath, call_id: `c${number}` },
    exchange_ids: { ordId: order.ordId, tradeIds: [] },
  };
  const answer: Answer = { type: "ack" };
  session.attempts.push(attempt);
  session.calls.push({
    ...callOf(session, attempt, { ordId: order.ordId, answer }),
    operation: "cancel",
    endpoint: cancelPath,
  });
  session.attempts.push(outcomeOf(session, attempt, { ordId: order.ordId, answer }));
  order.state = "canceled";
  sample(session, order);
  remember(session, order);
}

/** One execution: a fill, its bill, and a look at the order. */
export function fill(session: VenueSession, order: VenueOrder, tenths: number, px: number): void {
  const { ids } = session;
  const number = session.fills.length + 1;
  const fee = -Math.round(tenths * px * 500_000) / 1e12;
  order.filled += tenths;
  order.fees += fee;
  order.state = order.filled === order.placed.tenths ? "filled" : "partially_filled";
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
    sz: sizeText(placed.tenths),
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

const placePath = "/api/v5/trade/order";
const cancelPath = "/api/v5/trade/cancel-order";

type Naming = Readonly<{ clOrdId: string; number: number }>;

function attemptOf(
  session: VenueSession,
  wanted: PlaceOrder,
  { clOrdId, number }: Naming,
): Draft<OrderAttempt> {
  return {
    ...head(session),
    tick: wanted.tick,
    tick_reason: wanted.tick === null ? "before_the_first_tick" : null,
    attempt_id: `at${String(number).padStart(6, "0")}`,
    intent_id: wanted.intentId,
    client_order_id: clOrdId,
    operation: "place",
    status: "sending",
    rejected: false,
    agent_id_hash: wanted.agent,
    lifecycle_scope: wanted.scope,
    intent_source: wanted.source,
    intent_kind: wanted.kind,
    flags: { oneshot: wanted.oneShot },
    l1_classification: "L1_OK",
    reason_code: null,
    recommended_action: null,
    account_id_hash: session.ids.account,
    params: paramsOf(session, wanted),
    gate: { gate_name: "none", gate_decision: "allow", gate_reason_code: null },
    connector_call: { endpoint: placePath, call_id: `c${number}` },
    exchange_ids: { ordId: null, tradeIds: [] },
    freeze: null,
  };
}

function paramsOf(session: VenueSession, wanted: PlaceOrder): Draft<OrderParams> {
  const agent = wanted.agent !== null;
  return {
    inst_id: session.ids.instId,
    td_mode: "cross",
    side: wanted.side,
    pos_side: wanted.posSide,
    order_type: wanted.type,
    requested_sz: sizeText(wanted.tenths),
    limit_px: wanted.px,
    reduce_only: wanted.reduceOnly,
    leverage_target: agent ? 2 : null,
    leverage_target_reason: agent ? null : "no_agent_chose_it",
    leverage_applied: agent ? 2 : null,
    leverage_applied_reason: agent ? null : "account_setting",
  };
}

type Answered = Readonly<{ ordId: string | null; answer: Answer }>;

function callOf(
  session: VenueSession,
  attempt: Draft<OrderAttempt>,
  { ordId, answer }: Answered,
): Draft<ExchangeApiCall> {
  const lost = answer.type === "timeout";
  const no = answer.type === "reject" ? answer : null;
  return {
    ...head(session),
    call_id: attempt.connector_call?.call_id ?? "",
    component: attempt.lifecycle_scope === "preflight_self_test" ? "preflight" : "broker",
    method: "POST",
    endpoint: placePath,
    operation: "place",
    attempt_id: attempt.attempt_id,
    clOrdId: attempt.client_order_id,
    ordId,
    params: { instId: attempt.params.inst_id, sz: attempt.params.requested_sz },
    http_status: lost ? null : 200,
    http_status_reason: lost ? "no_answer" : null,
    code: lost ? null : no === null ? "0" : "1",
    msg: lost ? null : "",
    sCode: lost ? null : (no?.sCode ?? "0"),
    sMsg: lost ? null : (no?.sMsg ?? ""),
    latency_ms: lost ? null : 12.25,
    latency_ms_reason: lost ? "no_answer" : null,
    error_type: lost ? "timeout" : null,
    account_id_hash: session.ids.account,
  };
}

function outcomeOf(
  session: VenueSession,
  attempt: Draft<OrderAttempt>,
  { ordId, answer }: Answered,
): Draft<OrderAttempt> {
  const outcome = { ...attempt, ...head(session), exchange_ids: { ordId, tradeIds: [] } };
  if (answer.type === "timeout") {
    return {
      ...outcome,
      status: "error",
      l1_classification: "L1_RETRYABLE_TRANSPORT",
      reason_code: "timeout",
      recommended_action: "query_before_retry",
    };
  }
  if (answer.type !== "reject") return { ...outcome, status: "ok" };
  return {
    ...outcome,
    status: "rejected",
    rejected: true,
    l1_classification: "L1_EXCHANGE_REJECTED",
    reason_code: `exchange_${answer.sCode}`,
    recommended_action: "do_not_retry",
  };
}

function refused(
  attempt: Draft<OrderAttempt>,
  answer: Extract<Answer, { type: "refused" | "frozen" }>,
): Draft<OrderAttempt> {
  const frozen = answer.type === "frozen";
  return {
    ...attempt,
    status: "rejected",
    rejected: true,
    l1_classification: frozen ? "L1_EXECUTION_FROZEN" : "L1_LOCAL_GATE_REJECTED",
    reason_code: frozen ? "execution_frozen" : answer.reason,
    gate: {
      gate_name: frozen ? "fence_execution_freeze" : answer.fence,
      gate_decision: "reject",
      gate_reason_code: frozen ? "execution_frozen" : answer.reason,
    },
    connector_call: null,
    freeze: frozen ? { freeze_id: answer.freezeId, freeze_reason_code: answer.reason } : null,
  };
}

/** `1.5` for 15 tenths. */
export function sizeText(tenths: number): string {
  return tenths % 10 === 0 ? String(tenths / 10) : `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function feeText(fee: number): string {
  return fee === 0 ? "0" : fee.toFixed(8);
}
