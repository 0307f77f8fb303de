import type { z } from "zod";
import {
  count,
  finite,
  flag,
  hex16,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
} from "../fields.ts";
import {
  clientOrderId,
  code,
  decimal,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
  size,
} from "./order-fields.ts";

/**
 * - sending: durable before the request leaves; one outcome line with the same attempt_id follows.
 * - ok: the exchange took the request. No statement about a fill.
 * - rejected: refused by a gate of ours (no sending line) or by the exchange.
 * - error: the request failed on the way; what became of the order is unknown until it is queried.
 */
export type AttemptStatus = "sending" | "ok" | "rejected" | "error";

/** Who acts when no agent does. */
export type LifecycleScope =
  | "startup_flatten"
  | "preflight_self_test"
  | "death_settlement"
  | "shutdown_flatten"
  | "operator";

export type Classification =
  | "L1_OK"
  | "L1_RETRYABLE_TRANSPORT"
  | "L1_ACCOUNT_RESTRICTED"
  | "L1_EXCHANGE_REJECTED"
  | "L1_TRUTH_INCOMPLETE"
  | "L1_LIQUIDITY_UNAVAILABLE"
  | "L1_EXECUTION_FROZEN"
  | "L1_LOCAL_GATE_REJECTED";

export type OrderParams = Readonly<{
  inst_id: string;
  td_mode: "cross" | "isolated" | "cash";
  side: "buy" | "sell";
  pos_side: "long" | "short" | "net";
  order_type: "market" | "limit" | "post_only" | "fok" | "ioc";
  requested_sz: string;
  /** Null for a market order. */
  limit_px: string | null;
  reduce_only: boolean;
  leverage_target: number | null;
  leverage_target_reason: string | null;
  leverage_applied: number | null;
  leverage_applied_reason: string | null;
}>;

/** One line of what we tried to do to an order. */
export type OrderAttempt = LineHead &
  Readonly<{
    tick: number | null;
    tick_reason: string | null;
    attempt_id: string;
    intent_id: string;
    client_order_id: string;
    operation: "place" | "cancel" | "replace";
    status: AttemptStatus;
    rejected: boolean;
    /** Exactly one of agent_id_hash and lifecycle_scope is null. */
    agent_id_hash: string | null;
    lifecycle_scope: LifecycleScope | null;
    intent_source: "decision_cycle" | "lifecycle" | "preflight_self_test" | "operator";
    intent_kind: string;
    flags: Readonly<{ oneshot: boolean }>;
    l1_classification: Classification;
    reason_code: string | null;
    recommended_action: string | null;
    account_id_hash: string;
    params: OrderParams;
    /** `gate_name` is the fence that decided, or `none` when all let it pass. */
    gate: Readonly<{
      gate_name: string;
      gate_decision: "allow" | "reject";
      gate_reason_code: string | null;
    }>;
    /** The call in exchange_api_calls.jsonl; null when a gate of ours refused. */
    connector_call: Readonly<{ endpoint: string; call_id: string }> | null;
    exchange_ids: Readonly<{ ordId: string | null; tradeIds: readonly string[] }>;
    /** The freeze that refused this write. */
    freeze: Readonly<{ freeze_id: string; freeze_reason_code: string }> | null;
  }>;

const classifications: readonly Classification[] = [
  "L1_OK",
  "L1_RETRYABLE_TRANSPORT",
  "L1_ACCOUNT_RESTRICTED",
  "L1_EXCHANGE_REJECTED",
  "L1_TRUTH_INCOMPLETE",
  "L1_LIQUIDITY_UNAVAILABLE",
  "L1_EXECUTION_FROZEN",
  "L1_LOCAL_GATE_REJECTED",
];

const lifecycleScopes: readonly LifecycleScope[] = [
  "startup_flatten",
  "preflight_self_test",
  "death_settlement",
  "shutdown_flatten",
  "operator",
];

const orderParams: z.ZodType<OrderParams> = reasonedRecord<OrderParams>({
  inst_id: recordId,
  td_mode: oneOf(["cross", "isolated", "cash"]),
  side: oneOf(["buy", "sell"]),
  pos_side: oneOf(["long", "short", "net"]),
  order_type: oneOf(["market", "limit", "post_only", "fok", "ioc"]),
  requested_sz: size,
  limit_px: nullable(decimal),
  reduce_only: flag,
  leverage_target: nullable(finite),
  leverage_target_reason: nullable(reason),
  leverage_applied: nullable(finite),
  leverage_applied_reason: nullable(reason),
});

export const orderAttempt: z.ZodType<OrderAttempt> = reasonedRecord<OrderAttempt>({
  ...lineHead,
  tick: nullable(count),
  tick_reason: nullable(reason),
  attempt_id: recordId,
  intent_id: recordId,
  client_order_id: clientOrderId,
  operation: oneOf(["place", "cancel", "replace"]),
  status: oneOf(["sending", "ok", "rejected", "error"]),
  rejected: flag,
  agent_id_hash: nullable(hex16),
  lifecycle_scope: nullable(oneOf(lifecycleScopes)),
  intent_source: oneOf(["decision_cycle", "lifecycle", "preflight_self_test", "operator"]),
  intent_kind: code,
  flags: strictRecord<OrderAttempt["flags"]>({ oneshot: flag }),
  l1_classification: oneOf(classifications),
  reason_code: nullable(code),
  recommended_action: nullable(code),
  account_id_hash: hex16,
  params: orderParams,
  gate: strictRecord<OrderAttempt["gate"]>({
    gate_name: code,
    gate_decision: oneOf(["allow", "reject"]),
    gate_reason_code: nullable(code),
  }),
  connector_call: nullable(
    strictRecord<NonNullable<OrderAttempt["connector_call"]>>({
      endpoint: reason,
      call_id: recordId,
    }),
  ),
  exchange_ids: strictRecord<OrderAttempt["exchange_ids"]>({
    ordId: nullable(recordId),
    tradeIds: listOf(recordId),
  }),
  freeze: nullable(
    strictRecord<NonNullable<OrderAttempt["freeze"]>>({
      freeze_id: recordId,
      freeze_reason_code: code,
    }),
  ),
});
