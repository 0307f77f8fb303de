import type { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  flag,
  hex16,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { type EvidenceRef, evidenceRef } from "./evidence-ref.ts";
import { anyRunId, code, type LineHead, lineHead, recordId } from "./order-fields.ts";
import type { EndpointFamily } from "./paging-traces.ts";

/** What the auditor says it saw of one family, and where the proof lies. */
export type PagingCoverage = Readonly<{
  attempted: boolean;
  page_count: number;
  closure_proved: boolean;
  closure_rule: "has_more_false" | "cursor_exhausted" | null;
  last_has_more: boolean | null;
  last_cursor: string | null;
  paging_traces_present: boolean;
  /** The pages of the proof in paging_traces.jsonl: one chain and nothing else. */
  line_start: number | null;
  line_end: number | null;
  scope_id: string | null;
  query_chain_id: string | null;
  not_measurable_reasons: readonly string[];
}>;

/** Counted over the current audit scope; a verifier counts again. */
export type AuditCounts = Readonly<{
  orders_placed: number;
  orders_acknowledged: number;
  orders_terminal: number;
  orders_history: number;
  fills: number;
  bills: number;
  bills_without_order: number;
  discrepancies: number;
}>;

export type ContractVersions = Readonly<{
  auditor_contract: string;
  auditor_schema: string;
  broker_trader_evidence: string;
  ledger: string;
  probe_gating: string;
  order_confirmation_protocol: string;
}>;

export type AuditorReport = Readonly<{
  schema_version: "auditor_report/1";
  run_id: string;
  audit_scope_id: string;
  ts_utc: string;
  verdict: "PASS" | "FAIL" | "NOT_MEASURABLE";
  /** 0 PASS, 1 FAIL, 3 NOT_MEASURABLE: the product's exit codes. */
  exit_code: number;
  reason_codes: readonly string[];
  contract_versions: ContractVersions;
  summary_counts: AuditCounts;
  paging_coverage: Readonly<Record<EndpointFamily, PagingCoverage>>;
  evidence_refs: readonly EvidenceRef[];
}>;

const pagingCoverage: z.ZodType<PagingCoverage> = strictRecord<PagingCoverage>({
  attempted: flag,
  page_count: count,
  closure_proved: flag,
  closure_rule: nullable(oneOf(["has_more_false", "cursor_exhausted"])),
  last_has_more: nullable(flag),
  last_cursor: nullable(recordId),
  paging_traces_present: flag,
  line_start: nullable(positive),
  line_end: nullable(positive),
  scope_id: nullable(recordId),
  query_chain_id: nullable(hex16),
  not_measurable_reasons: listOf(code),
});

const auditCounts: Fields<AuditCounts> = {
  orders_placed: count,
  orders_acknowledged: count,
  orders_terminal: count,
  orders_history: count,
  fills: count,
  bills: count,
  bills_without_order: count,
  discrepancies: count,
};

const contractVersions: Fields<ContractVersions> = {
  auditor_contract: reason,
  auditor_schema: reason,
  broker_trader_evidence: reason,
  ledger: reason,
  probe_gating: reason,
  order_confirmation_protocol: reason,
};

export const auditorReport: z.ZodType<AuditorReport> = strictRecord<AuditorReport>({
  schema_version: exactly("auditor_report/1"),
  run_id: anyRunId,
  audit_scope_id: recordId,
  ts_utc: utcTime,
  verdict: oneOf(["PASS", "FAIL", "NOT_MEASURABLE"]),
  exit_code: count,
  reason_codes: listOf(code),
  contract_versions: strictRecord<ContractVersions>(contractVersions),
  summary_counts: strictRecord<AuditCounts>(auditCounts),
  paging_coverage: strictRecord<AuditorReport["paging_coverage"]>({
    orders_history: pagingCoverage,
    fills: pagingCoverage,
    bills: pagingCoverage,
  }),
  evidence_refs: listOf(evidenceRef),
});

/** One thing on which exchange and run disagree. */
export type AuditorDiscrepancy = LineHead &
  Readonly<{
    audit_scope_id: string;
    discrepancy_type: string;
    severity: "FAIL" | "NOT_MEASURABLE" | "WARN";
    exchange_evidence_anchor: string | null;
    local_evidence_anchor: string | null;
    symptom: string;
    likely_root_causes: readonly string[];
    required_fix: string;
    evidence_refs: readonly EvidenceRef[];
  }>;

export const auditorDiscrepancy: z.ZodType<AuditorDiscrepancy> = strictRecord<AuditorDiscrepancy>({
  ...lineHead,
  audit_scope_id: recordId,
  discrepancy_type: code,
  severity: oneOf(["FAIL", "NOT_MEASURABLE", "WARN"]),
  exchange_evidence_anchor: nullable(recordId),
  local_evidence_anchor: nullable(recordId),
  symptom: reason,
  likely_root_causes: listOf(reason),
  required_fix: reason,
  evidence_refs: listOf(evidenceRef),
});
