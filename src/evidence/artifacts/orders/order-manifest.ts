import { z } from "zod";
import type { Json } from "#base";
import {
  count,
  flag,
  hex16,
  hex64,
  type JsonRecord,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { type FreezeReason, freezeReasons } from "./freeze-events.ts";
import { anyRunId, clientOrderId, code, fileName, recordId } from "./order-fields.ts";
import { type TimeWindow, timeWindow } from "./paging-traces.ts";

export type RunTier = "tier1_hf" | "tier2_full";
export type RunMode = "offline" | "okx_demo" | "okx_live";

/** One audit: which orders of which time it looked for, and where. */
export type AuditScope = Readonly<{
  audit_scope_id: string;
  auditor_contract_version: string;
  auditor_schema_version: string;
  /** Every clOrdId of this run starts with it: so ours are told from anyone else's. */
  clOrdId_namespace_prefix: string;
  inst_id: string;
  time_window_ms: TimeWindow;
  endpoints_attempted: readonly string[];
  artifacts: readonly string[];
  ts_utc_start: string;
  ts_utc_end: string;
}>;

export type StartupFlatten = Readonly<{
  enabled: boolean;
  positions_detected: number;
  orders_submitted: number;
  completed: boolean;
  reason_code: string;
}>;

export type ExecutionFreeze = Readonly<{
  enabled: boolean;
  frozen: boolean;
  freeze_reason_code: FreezeReason | null;
  freeze_ts_utc: string | null;
  freeze_event_rel_path: string | null;
  status: "not_triggered" | "frozen";
}>;

export type OneShotProof = Readonly<{
  enabled: boolean;
  tick: number | null;
  action: "open_long" | "open_short" | "close_to_flat" | null;
  agent_id_hash: string | null;
  client_order_id: string | null;
  ordId: string | null;
  step88_verdict: "PASS" | "FAIL" | "NOT_MEASURABLE" | null;
}>;

/** What order claims read of run_manifest.json; the rest of it is other claims' business. */
export type OrderManifest = Readonly<{
  run_id: string;
  meta: Readonly<{ tier: RunTier }>;
  mode: RunMode;
  startup_flatten: StartupFlatten | null;
  broker_trader_test: Readonly<{ client_order_ids: readonly string[] }> | null;
  oneshot_closure_proof: OneShotProof | null;
  execution_freeze: ExecutionFreeze | null;
  audit_scope: AuditScope | null;
  audit_scopes: readonly AuditScope[];
  m_execution_raw_index_path: string | null;
  m_execution_raw_index_hash: string | null;
  positions_reconstruction_raw_index_path: string | null;
  positions_reconstruction_raw_index_hash: string | null;
}>;

/** The manifest as it lies there, its text, and the part of it that order claims may trust. */
export type ManifestUnderCheck = Readonly<{
  fields: JsonRecord;
  text: string;
  orders: OrderManifest;
}>;

const auditScope: z.ZodType<AuditScope> = strictRecord<AuditScope>({
  audit_scope_id: recordId,
  auditor_contract_version: reason,
  auditor_schema_version: reason,
  clOrdId_namespace_prefix: clientOrderId,
  inst_id: recordId,
  time_window_ms: timeWindow,
  endpoints_attempted: listOf(reason),
  artifacts: listOf(fileName),
  ts_utc_start: utcTime,
  ts_utc_end: utcTime,
});

/** Unknown keys pass: this is a view. A run without any of the sections still has a view. */
export const orderManifest: z.ZodType<OrderManifest> = z.object({
  run_id: anyRunId,
  meta: z.object({ tier: oneOf(["tier1_hf", "tier2_full"]) }),
  mode: oneOf(["offline", "okx_demo", "okx_live"]),
  startup_flatten: section(
    strictRecord<StartupFlatten>({
      enabled: flag,
      positions_detected: count,
      orders_submitted: count,
      completed: flag,
      reason_code: code,
    }),
  ),
  broker_trader_test: section(
    strictRecord<Readonly<{ client_order_ids: readonly string[] }>>({
      client_order_ids: listOf(clientOrderId),
    }),
  ),
  oneshot_closure_proof: section(
    strictRecord<OneShotProof>({
      enabled: flag,
      tick: nullable(count),
      action: nullable(oneOf(["open_long", "open_short", "close_to_flat"])),
      agent_id_hash: nullable(hex16),
      client_order_id: nullable(clientOrderId),
      ordId: nullable(recordId),
      step88_verdict: nullable(oneOf(["PASS", "FAIL", "NOT_MEASURABLE"])),
    }),
  ),
  execution_freeze: section(
    strictRecord<ExecutionFreeze>({
      enabled: flag,
      frozen: flag,
      freeze_reason_code: nullable(oneOf(freezeReasons)),
      freeze_ts_utc: nullable(utcTime),
      freeze_event_rel_path: nullable(fileName),
      status: oneOf(["not_triggered", "frozen"]),
    }),
  ),
  audit_scope: section(auditScope),
  audit_scopes: z.array(auditScope).max(1000).default([]),
  m_execution_raw_index_path: section(fileName),
  m_execution_raw_index_hash: section(hex64),
  positions_reconstruction_raw_index_path: section(fileName),
  positions_reconstruction_raw_index_hash: section(hex64),
});

/** Null or absent alike: whether absence is allowed, the contract of (tier, mode) says. */
function section<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return z.nullable(schema).default(null);
}

/** A field that is known, or null beside a reason. */
export function isKnownOrReasoned(fields: Readonly<Record<string, Json>>, key: string): boolean {
  if (!Object.hasOwn(fields, key)) return false;
  if (fields[key] !== null) return true;
  const why = fields[`${key}_reason`];
  return typeof why === "string" && why !== "";
}
