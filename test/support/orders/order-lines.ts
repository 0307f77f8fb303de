import type { ExchangeApiCall, OrderAttempt, OrderParams } from "#evidence";
import type { Draft } from "./draft.ts";
import { head, type VenueSession } from "./session.ts";

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

export const placePath = "/api/v5/trade/order";
export const cancelPath = "/api/v5/trade/cancel-order";
export const amendPath = "/api/v5/trade/amend-order";

type Naming = Readonly<{ clOrdId: string; number: number }>;

export function attemptOf(
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

export function callOf(
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

export function outcomeOf(
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

export function refused(
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
