import { hash } from "node:crypto";
import type { z } from "zod";
import {
  count,
  flag,
  hex16,
  type JsonRecord,
  nullable,
  oneOf,
  reason,
  strictRecord,
  text,
} from "../fields.ts";
import {
  code,
  foreignJson,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
} from "./order-fields.ts";
import type { TruthQuality } from "./order-status-samples.ts";

export type EndpointFamily = "orders_history" | "fills" | "bills";

export const endpointFamilies: readonly EndpointFamily[] = ["orders_history", "fills", "bills"];

export type TimeWindow = Readonly<{ start_ms: number; end_ms: number }>;

export const timeWindow: z.ZodType<TimeWindow> = strictRecord<TimeWindow>({
  start_ms: count,
  end_ms: count,
});

/** One page of one query of the auditor. The pages of one query share `query_chain_id`. */
export type PagingTrace = LineHead &
  Readonly<{
    audit_scope_id: string;
    audit_component: string;
    endpoint_family: EndpointFamily;
    endpoint: string;
    inst_id: string;
    time_window_ms: TimeWindow;
    scope_id: string;
    /** Counts the queries of a family: a retry is a new chain, never a mended one. */
    chain_seq: number;
    query_chain_id: string;
    page_idx: number;
    request_params: JsonRecord;
    /** The cursor asked for; null on the first page. */
    request_cursor: string | null;
    response_meta: Readonly<{ data_count: number; has_more: boolean; next_cursor: string | null }>;
    http_status: number | null;
    http_status_reason: string | null;
    code: string | null;
    msg: string | null;
    truth_quality: TruthQuality;
    reason_code: string | null;
  }>;

export const pagingTrace: z.ZodType<PagingTrace> = reasonedRecord<PagingTrace>({
  ...lineHead,
  audit_scope_id: recordId,
  audit_component: code,
  endpoint_family: oneOf(endpointFamilies),
  endpoint: reason,
  inst_id: recordId,
  time_window_ms: timeWindow,
  scope_id: recordId,
  chain_seq: count,
  query_chain_id: hex16,
  page_idx: count,
  request_params: foreignJson,
  request_cursor: nullable(recordId),
  response_meta: strictRecord<PagingTrace["response_meta"]>({
    data_count: count,
    has_more: flag,
    next_cursor: nullable(recordId),
  }),
  http_status: nullable(count),
  http_status_reason: nullable(reason),
  code: nullable(code),
  msg: nullable(text),
  truth_quality: oneOf(["ok", "degraded", "unknown"]),
  reason_code: nullable(code),
});

/** First 16 hex of sha256("endpoint|inst|start|end|scope|seq"): what makes two pages one query. */
export function queryChainId(
  query: Pick<PagingTrace, "endpoint" | "inst_id" | "time_window_ms" | "scope_id" | "chain_seq">,
): string {
  const { start_ms, end_ms } = query.time_window_ms;
  const parts = [query.endpoint, query.inst_id, start_ms, end_ms, query.scope_id, query.chain_seq];
  return hash("sha256", parts.join("|"), "hex").slice(0, 16);
}
