import type { z } from "zod";
import {
  count,
  exactly,
  hex16,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  text,
} from "../fields.ts";
import { type EvidenceRef, evidenceRef } from "../orders/evidence-ref.ts";
import { anyRunId, code, reasonedRecord, recordId } from "../orders/order-fields.ts";
import { type TickHead, tickHead } from "./execution-fields.ts";

/** Step 96: what kind of thing went wrong. */
export type ErrorClass =
  | "EXCHANGE_HTTP_ERROR"
  | "EXCHANGE_REJECTED"
  | "EXCHANGE_ACCOUNT_MODE"
  | "EXCHANGE_PERMISSION"
  | "EXCHANGE_RATE_LIMIT"
  | "EXCHANGE_PARAM_INVALID"
  | "EXCHANGE_INSTRUMENT_INVALID"
  | "LOCAL_GATE_REJECTED"
  | "LOCAL_INVALID_DESIRED_STATE"
  | "TRUTH_PAGING_INCOMPLETE"
  | "TRUTH_MISSING_SNAPSHOT";

const errorClasses: readonly ErrorClass[] = [
  "EXCHANGE_HTTP_ERROR",
  "EXCHANGE_REJECTED",
  "EXCHANGE_ACCOUNT_MODE",
  "EXCHANGE_PERMISSION",
  "EXCHANGE_RATE_LIMIT",
  "EXCHANGE_PARAM_INVALID",
  "EXCHANGE_INSTRUMENT_INVALID",
  "LOCAL_GATE_REJECTED",
  "LOCAL_INVALID_DESIRED_STATE",
  "TRUTH_PAGING_INCOMPLETE",
  "TRUTH_MISSING_SNAPSHOT",
];

/** One failure of an exchange, of a gate of ours, or of the truth about either. */
export type ErrorEventLine = TickHead &
  Readonly<{
    event_type: "exchange_error" | "local_reject" | "not_measurable" | "warning";
    operation: "place" | "cancel" | "replace" | "flatten" | "query";
    scope: "agent" | "system";
    agent_id_hash: string | null;
    lifecycle_scope: string | null;
    client_order_id: string | null;
    ordId: string | null;
    classification: ErrorClass;
    reason_code: string;
    message: string;
    evidence: EvidenceRef | null;
    evidence_reason: string | null;
    http_status: number | null;
    exchange_code: string | null;
    exchange_msg: string | null;
    endpoint: string | null;
    /** `class:http:code:endpoint`, or `class:reason` for what never met the exchange. */
    bucket_key: string;
  }>;

export const errorEventLine: z.ZodType<ErrorEventLine> = reasonedRecord<ErrorEventLine>({
  ...tickHead,
  event_type: oneOf(["exchange_error", "local_reject", "not_measurable", "warning"]),
  operation: oneOf(["place", "cancel", "replace", "flatten", "query"]),
  scope: oneOf(["agent", "system"]),
  agent_id_hash: nullable(hex16),
  lifecycle_scope: nullable(code),
  client_order_id: nullable(recordId),
  ordId: nullable(recordId),
  classification: oneOf(errorClasses),
  reason_code: code,
  message: text,
  evidence: nullable(evidenceRef),
  evidence_reason: nullable(reason),
  http_status: nullable(count),
  exchange_code: nullable(code),
  exchange_msg: nullable(text),
  endpoint: nullable(reason),
  bucket_key: reason,
});

export type ErrorBucket = Readonly<{
  bucket_key: string;
  classification: ErrorClass;
  count: number;
  first_seq: number;
  last_seq: number;
}>;

/** exchange_error_basket.json: the events added up by bucket; nothing else. */
export type ErrorBasket = Readonly<{
  schema_version: "exchange_error_basket/1";
  run_id: string;
  total: number;
  buckets: readonly ErrorBucket[];
}>;

export const errorBasket: z.ZodType<ErrorBasket> = strictRecord<ErrorBasket>({
  schema_version: exactly("exchange_error_basket/1"),
  run_id: anyRunId,
  total: count,
  buckets: listOf(
    strictRecord<ErrorBucket>({
      bucket_key: reason,
      classification: oneOf(errorClasses),
      count: positive,
      first_seq: count,
      last_seq: count,
    }),
  ),
});
