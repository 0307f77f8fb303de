import type { ExchangeApiCall, ExecutionDocuments, ExecutionLines, OrderAttempt } from "#evidence";
import { codeMeaning } from "#okx";
import type { OwnEvidence } from "../audit/own-orders.ts";
import type { Body, Journal } from "../landing/journal.ts";
import type { RefMaker } from "../landing/refs.ts";

type ErrorEvent = Body<ExecutionLines["exchange_error_events"]>;
type ErrorBasket = ExecutionDocuments["exchange_error_basket"];
type ErrorClass = ErrorEvent["classification"];

/** What the truth about a run lacks, found after it: pages, reference prices. */
export type TruthGap = Readonly<{
  classification: "TRUTH_PAGING_INCOMPLETE" | "TRUTH_MISSING_SNAPSHOT";
  reasonCode: string;
  message: string;
}>;

/**
 * Step 96: every refusal and failure of the run as an event, in the order of time, and the basket
 * that adds them up. What a gate of ours refused never wears an exchange's class.
 */
export function landErrorEvents(
  journal: Journal,
  own: OwnEvidence,
  gaps: readonly TruthGap[],
  refs: RefMaker,
): ErrorBasket {
  const callById = new Map(own.calls.map((call) => [call.call_id, call]));
  const events = [
    ...own.attempts.flatMap((attempt, index) => {
      const call = callById.get(attempt.connector_call?.call_id ?? "") ?? null;
      return eventOfAttempt(attempt, call, refs("order_attempts.jsonl", index + 1));
    }),
    ...own.calls.flatMap((call, index) =>
      eventOfCall(call, refs("exchange_api_calls.jsonl", index + 1)),
    ),
  ].toSorted((left, right) => left.atMs - right.atMs);
  const buckets = new Map<string, Bucket>();
  const put = (event: ErrorEvent, atMs: number): void => {
    const seq = journal.lines("exchange_error_events");
    journal.execution("exchange_error_events", event, atMs);
    const { bucket_key, classification } = event;
    const bucket = buckets.get(bucket_key);
    if (bucket === undefined) {
      const first = { bucket_key, classification, count: 1, first_seq: seq, last_seq: seq };
      buckets.set(bucket_key, first);
    } else {
      bucket.count += 1;
      bucket.last_seq = seq;
    }
  };
  for (const { event, atMs } of events) put(event, atMs);
  for (const gap of gaps) put(eventOfGap(gap), journal.clock.nowMillis());
  const sorted = [...buckets.values()].toSorted((left, right) =>
    left.bucket_key < right.bucket_key ? -1 : 1,
  );
  return {
    schema_version: "exchange_error_basket/1",
    run_id: journal.runId,
    total: sorted.reduce((sum, { count }) => sum + count, 0),
    buckets: sorted,
  };
}

type Bucket = {
  bucket_key: string;
  classification: ErrorClass;
  count: number;
  first_seq: number;
  last_seq: number;
};

type Timed = Readonly<{ event: ErrorEvent; atMs: number }>;
type MakeRef = () => NonNullable<ErrorEvent["evidence"]>;

function eventOfAttempt(
  attempt: OrderAttempt,
  call: ExchangeApiCall | null,
  ref: MakeRef,
): readonly Timed[] {
  if (attempt.status === "sending" || attempt.status === "ok") return [];
  const local = attempt.gate.gate_decision === "reject";
  const classification = local ? localClass(attempt) : exchangeClass(call);
  const reasonCode = attempt.reason_code ?? attempt.l1_classification;
  const event: ErrorEvent = {
    tick: attempt.tick,
    tick_reason: attempt.tick_reason,
    event_type: local ? "local_reject" : "exchange_error",
    operation: attempt.lifecycle_scope?.endsWith("_flatten") ? "flatten" : attempt.operation,
    scope: attempt.agent_id_hash === null ? "system" : "agent",
    agent_id_hash: attempt.agent_id_hash,
    lifecycle_scope: attempt.lifecycle_scope,
    client_order_id: attempt.client_order_id,
    ordId: attempt.exchange_ids.ordId,
    classification,
    reason_code: reasonCode,
    message: call?.sMsg ?? call?.msg ?? attempt.gate.gate_name,
    evidence: ref(),
    evidence_reason: null,
    ...exchangePart(local ? null : call),
    bucket_key: local ? `${classification}:${reasonCode}` : keyOf(classification, call),
  };
  return [{ event, atMs: Date.parse(attempt.ts_utc) }];
}

function localClass({ reason_code: reason }: OrderAttempt): ErrorClass {
  const invalid = ["param_invalid", "lot_size_invalid", "intent_invalid"].includes(reason ?? "");
  return invalid ? "LOCAL_INVALID_DESIRED_STATE" : "LOCAL_GATE_REJECTED";
}

function exchangeClass(call: ExchangeApiCall | null): ErrorClass {
  if (call === null) return "EXCHANGE_HTTP_ERROR";
  const transport = call.error_type !== null && call.error_type !== "api_error";
  const code = call.sCode ?? call.code;
  if (transport || code === null) return "EXCHANGE_HTTP_ERROR";
  return codeMeaning(code).errorClass ?? "EXCHANGE_REJECTED";
}

/** What went wrong where no attempt tells of it: a question, or a cancel of what is not ours. */
function eventOfCall(call: ExchangeApiCall, ref: MakeRef): readonly Timed[] {
  if (call.attempt_id !== null || call.error_type === null) return [];
  const classification = exchangeClass(call);
  const event: ErrorEvent = {
    tick: null,
    tick_reason: "a_query_belongs_to_no_tick",
    event_type: "exchange_error",
    operation: call.operation,
    scope: "system",
    agent_id_hash: null,
    lifecycle_scope: null,
    client_order_id: call.clOrdId,
    ordId: call.ordId,
    classification,
    reason_code: call.error_type,
    message: call.msg ?? "",
    evidence: ref(),
    evidence_reason: null,
    ...exchangePart(call),
    bucket_key: keyOf(classification, call),
  };
  return [{ event, atMs: Date.parse(call.ts_utc) }];
}

function eventOfGap({ classification, reasonCode, message }: TruthGap): ErrorEvent {
  return {
    tick: null,
    tick_reason: "found_after_the_run",
    event_type: "not_measurable",
    operation: "query",
    scope: "system",
    agent_id_hash: null,
    lifecycle_scope: null,
    client_order_id: null,
    ordId: null,
    classification,
    reason_code: reasonCode,
    message,
    evidence: null,
    evidence_reason: "nothing_to_point_at",
    ...exchangePart(null),
    bucket_key: `${classification}:${reasonCode}`,
  };
}

function exchangePart(
  call: ExchangeApiCall | null,
): Pick<ErrorEvent, "http_status" | "exchange_code" | "exchange_msg" | "endpoint"> {
  return {
    http_status: call?.http_status ?? null,
    exchange_code: call === null ? null : (call.sCode ?? call.code),
    exchange_msg: call === null ? null : (call.sMsg ?? call.msg),
    endpoint: call?.endpoint ?? null,
  };
}

function keyOf(classification: ErrorClass, call: ExchangeApiCall | null): string {
  const http = call?.http_status ?? "none";
  const code = call?.sCode ?? call?.code ?? "none";
  return `${classification}:${http}:${code}:${call?.endpoint ?? "none"}`;
}
