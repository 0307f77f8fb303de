import type { CallError } from "#evidence";
import type { CallRecord } from "../port.ts";
import type { LineBody } from "./evidence-sink.ts";
import type { Redactor } from "./redact.ts";

/** What a call was for; the rest of its line is the call itself. */
export type CallPurpose = Readonly<{
  callId: string;
  component: "broker" | "auditor" | "preflight";
  operation: "place" | "cancel" | "replace" | "query";
  /** Null for a query, and for a cancel by the preflight of what is not ours. */
  attemptId: string | null;
  clOrdId: string | null;
  ordId: string | null;
}>;

/** The line of exchange_api_calls.jsonl of one call, without a secret and within all bounds. */
export function callLine(
  call: CallRecord,
  purpose: CallPurpose,
  { accountIdHash, redactor }: Readonly<{ accountIdHash: string; redactor: Redactor }>,
): LineBody<"exchange_api_calls"> {
  const why = call.errorType ?? "no_answer";
  const text = (value: string | null): string | null =>
    value === null ? null : redactor.text(value);
  const latency = finiteOrNull(call.latencyMs);
  return {
    call_id: purpose.callId,
    component: purpose.component,
    // Writes over a socket carry what a POST carries; their endpoint says which they were.
    method: call.method === "GET" ? "GET" : "POST",
    endpoint: redactor.text(call.endpoint),
    operation: purpose.operation,
    attempt_id: purpose.attemptId,
    clOrdId: idOrNull(purpose.clOrdId),
    ordId: idOrNull(purpose.ordId),
    params: redactor.record(call.params),
    http_status: call.httpStatus,
    http_status_reason: call.httpStatus === null ? why : null,
    code: codeOrNull(call.code),
    msg: text(call.msg),
    sCode: codeOrNull(call.sCode),
    sMsg: text(call.sMsg),
    latency_ms: latency,
    latency_ms_reason: latency === null ? why : null,
    error_type: call.errorType satisfies CallError | null,
    account_id_hash: accountIdHash,
  };
}

/** A code that is none says nothing; an empty sCode is what venues send for "see code". */
function codeOrNull(code: string | null): string | null {
  return code !== null && /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/.test(code) ? code : null;
}

function idOrNull(id: string | null): string | null {
  return codeOrNull(id);
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
