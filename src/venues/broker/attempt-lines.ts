import type { OrderParams } from "#evidence";
import type { LineBody } from "../recording/evidence-sink.ts";
import type { Judged } from "./answer.ts";
import type { Refusal } from "./fences.ts";
import type { Frozen } from "./freeze.ts";
import type { IntentHead, LifecycleScope, Owner, PlaceIntent } from "./intent.ts";

export type AttemptBody = LineBody<"order_attempts">;

export type WriteOperation = AttemptBody["operation"];

/** What one try to write is, before anything became of it. */
export type Attempt = Readonly<{
  attemptId: string;
  clientOrderId: string;
  operation: WriteOperation;
  head: IntentHead;
  /** The intent that placed the order; its order is what a cancel and a replace are about. */
  placed: PlaceIntent;
  /** Size and price that this attempt asks for. */
  sz: string;
  px: string | null;
  ordId: string | null;
}>;

export const endpointByOperation: Readonly<Record<WriteOperation, string>> = {
  place: "/api/v5/trade/order",
  cancel: "/api/v5/trade/cancel-order",
  replace: "/api/v5/trade/amend-order",
};

/** The line that is durable before the request leaves. */
export function sendingLine(attempt: Attempt, callId: string, accountIdHash: string): AttemptBody {
  return {
    ...subjectOf(attempt, accountIdHash),
    status: "sending",
    rejected: false,
    l1_classification: "L1_OK",
    reason_code: null,
    recommended_action: null,
    gate: { gate_name: "none", gate_decision: "allow", gate_reason_code: null },
    connector_call: { endpoint: endpointByOperation[attempt.operation], call_id: callId },
    freeze: null,
  };
}

/** The line that tells what the answer said; the rest of it is what was sent. */
export function outcomeLine(sent: AttemptBody, judged: Judged, ordId: string | null): AttemptBody {
  return {
    ...sent,
    status: judged.status,
    rejected: judged.status === "rejected",
    l1_classification: judged.classification,
    reason_code: judged.reasonCode,
    recommended_action: judged.recommendedAction,
    exchange_ids: { ordId: ordId ?? sent.exchange_ids.ordId, tradeIds: [] },
  };
}

/** The one line of a write that a gate of ours refused. */
export function refusedLine(
  attempt: Attempt,
  refusal: Refusal,
  frozen: Frozen | null,
  accountIdHash: string,
): AttemptBody {
  const isFreeze = frozen !== null && refusal.fence === "fence_execution_frozen";
  return {
    ...subjectOf(attempt, accountIdHash),
    status: "rejected",
    rejected: true,
    l1_classification: isFreeze ? "L1_EXECUTION_FROZEN" : "L1_LOCAL_GATE_REJECTED",
    reason_code: refusal.reason,
    recommended_action: isFreeze ? "end_the_run" : "do_not_retry",
    gate: {
      gate_name: refusal.fence,
      gate_decision: "reject",
      gate_reason_code: refusal.reason,
    },
    connector_call: null,
    freeze: isFreeze ? { freeze_id: frozen.freezeId, freeze_reason_code: frozen.reason } : null,
  };
}

type Subject = Omit<
  AttemptBody,
  | "status"
  | "rejected"
  | "l1_classification"
  | "reason_code"
  | "recommended_action"
  | "gate"
  | "connector_call"
  | "freeze"
>;

function subjectOf(attempt: Attempt, accountIdHash: string): Subject {
  const { head, placed, attemptId, clientOrderId, operation, ordId } = attempt;
  const { agentIdHash, scope, source } = ownerFields(head.owner);
  return {
    tick: head.tick,
    tick_reason: head.tick === null ? (head.tickReason ?? "outside_the_ticks") : null,
    attempt_id: attemptId,
    intent_id: head.intentId,
    client_order_id: clientOrderId,
    operation,
    agent_id_hash: agentIdHash,
    lifecycle_scope: scope,
    intent_source: source,
    intent_kind: head.kind,
    flags: { oneshot: placed.oneshot },
    account_id_hash: accountIdHash,
    params: paramsOf(attempt),
    exchange_ids: { ordId, tradeIds: [] },
  };
}

type OwnerFields = Readonly<{
  agentIdHash: string | null;
  scope: LifecycleScope | null;
  source: AttemptBody["intent_source"];
}>;

function ownerFields(owner: Owner): OwnerFields {
  if (owner.type === "agent") {
    return { agentIdHash: owner.agentIdHash, scope: null, source: "decision_cycle" };
  }
  const { scope } = owner;
  const acts = scope === "preflight_self_test" || scope === "operator";
  return { agentIdHash: null, scope, source: acts ? scope : "lifecycle" };
}

function paramsOf({ placed, sz, px }: Attempt): OrderParams {
  const { order, leverageTarget, leverageApplied } = placed;
  return {
    inst_id: order.instId,
    td_mode: order.tdMode,
    side: order.side,
    pos_side: order.posSide,
    order_type: order.ordType,
    requested_sz: sz,
    limit_px: px,
    reduce_only: order.reduceOnly,
    leverage_target: leverageTarget.value,
    leverage_target_reason: leverageTarget.reason,
    leverage_applied: leverageApplied.value,
    leverage_applied_reason: leverageApplied.reason,
  };
}
