import type { z } from "zod";
import { count, finite, hex16, type JsonRecord, nullable, oneOf, reason, text } from "../fields.ts";
import {
  code,
  foreignJson,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
} from "./order-fields.ts";

export type CallError =
  | "timeout"
  | "connection_error"
  | "request_exception"
  | "http_error"
  | "api_error";

/** One request to the exchange and what came back. Parameters hold no key and no signature. */
export type ExchangeApiCall = LineHead &
  Readonly<{
    call_id: string;
    component: "broker" | "auditor" | "preflight";
    method: "GET" | "POST";
    endpoint: string;
    /** A query changes no order; the venue's timer is one, because it only may. */
    operation: "place" | "cancel" | "replace" | "query";
    /**
     * The attempt this call carries out. Null for queries, and for a cancel by the preflight of
     * what others left at the account: no attempt of this run placed it.
     */
    attempt_id: string | null;
    clOrdId: string | null;
    ordId: string | null;
    params: JsonRecord;
    http_status: number | null;
    http_status_reason: string | null;
    code: string | null;
    msg: string | null;
    /** Result of the single order; where present it decides, not `code`. */
    sCode: string | null;
    sMsg: string | null;
    latency_ms: number | null;
    latency_ms_reason: string | null;
    error_type: CallError | null;
    account_id_hash: string;
  }>;

export const exchangeApiCall: z.ZodType<ExchangeApiCall> = reasonedRecord<ExchangeApiCall>({
  ...lineHead,
  call_id: recordId,
  component: oneOf(["broker", "auditor", "preflight"]),
  method: oneOf(["GET", "POST"]),
  endpoint: reason,
  operation: oneOf(["place", "cancel", "replace", "query"]),
  attempt_id: nullable(recordId),
  clOrdId: nullable(recordId),
  ordId: nullable(recordId),
  params: foreignJson,
  http_status: nullable(count),
  http_status_reason: nullable(reason),
  code: nullable(code),
  msg: nullable(text),
  sCode: nullable(code),
  sMsg: nullable(text),
  latency_ms: nullable(finite),
  latency_ms_reason: nullable(reason),
  error_type: nullable(
    oneOf(["timeout", "connection_error", "request_exception", "http_error", "api_error"]),
  ),
  account_id_hash: hex16,
});

/** Whether the exchange took the request: an answer of 2xx whose deciding code is 0. */
export function isAcknowledged(call: ExchangeApiCall): boolean {
  const { http_status: status, error_type } = call;
  if (error_type !== null || status === null || status < 200 || status > 299) return false;
  return (call.sCode ?? call.code) === "0";
}
