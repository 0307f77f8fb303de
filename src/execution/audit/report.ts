import { isoFromMillis } from "#base";
import type { AuditorReport, EndpointFamily, EvidenceRef, PagingCoverage } from "#evidence";
import type { Journal, LinePlace } from "../landing/journal.ts";
import { refToLines } from "../landing/refs.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { adviceByType } from "./discrepancy.ts";
import type { Materialised } from "./materialise.ts";
import { ownerOf } from "./materialise.ts";
import { isEnd, type OwnEvidence } from "./own-orders.ts";
import type { Walk } from "./page-through.ts";

export const auditorContract = "auditor_contract/1";

export type ReportParts = Readonly<{
  journal: Journal;
  auditScopeId: string;
  own: OwnEvidence;
  rows: Materialised;
  walks: Readonly<Record<EndpointFamily, Walk<unknown>>>;
  discrepancies: readonly Discrepancy[];
}>;

/** Writes the discrepancies and gives the report over everything; counts are of what is on disk. */
export function reportOn(parts: ReportParts): AuditorReport {
  const { journal, auditScopeId, walks, discrepancies } = parts;
  for (const one of discrepancies) writeDiscrepancy(journal, auditScopeId, one);
  const verdict = verdictOf(discrepancies);
  const told = discrepancies.filter(({ severity }) => severity !== "WARN");
  return {
    schema_version: "auditor_report/1",
    run_id: journal.runId,
    audit_scope_id: auditScopeId,
    ts_utc: isoFromMillis(journal.clock.nowMillis()),
    verdict,
    exit_code: { PASS: 0, FAIL: 1, NOT_MEASURABLE: 3 }[verdict],
    reason_codes: [...new Set(told.map(({ type }) => type))],
    contract_versions: {
      auditor_contract: auditorContract,
      auditor_schema: "auditor_report/1",
      broker_trader_evidence: "orders/1",
      ledger: "ledger_tick/1",
      probe_gating: "probe_gating/1",
      order_confirmation_protocol: "orders/1",
    },
    summary_counts: countsOf(parts),
    paging_coverage: {
      orders_history: coverageOf(walks.orders_history),
      fills: coverageOf(walks.fills),
      bills: coverageOf(walks.bills),
    },
    evidence_refs: refsOf(parts),
  };
}

function writeDiscrepancy(journal: Journal, auditScopeId: string, one: Discrepancy): void {
  const advice = adviceByType[one.type];
  journal.order("auditor_discrepancies", {
    audit_scope_id: auditScopeId,
    discrepancy_type: one.type,
    severity: one.severity,
    exchange_evidence_anchor: one.exchangeAnchor,
    local_evidence_anchor: one.localAnchor,
    symptom: one.symptom,
    likely_root_causes: advice.causes,
    required_fix: advice.fix,
    evidence_refs: one.places.map((place) => refTo(journal, place, auditScopeId)),
  });
}

function refTo({ directory }: Journal, { file, line }: LinePlace, scope: string): EvidenceRef {
  return refToLines(directory, { file, start: line, end: line }, scope);
}

function verdictOf(discrepancies: readonly Discrepancy[]): AuditorReport["verdict"] {
  const severities = new Set(discrepancies.map(({ severity }) => severity));
  if (severities.has("FAIL")) return "FAIL";
  return severities.has("NOT_MEASURABLE") ? "NOT_MEASURABLE" : "PASS";
}

function countsOf({ own, rows, discrepancies }: ReportParts): AuditorReport["summary_counts"] {
  const endedInHistory = new Set(
    rows.history
      .filter(({ row }) => isEnd(row.state))
      .flatMap(({ row }) => ownerOf(row, own)?.clOrdId ?? []),
  );
  const sent = [...own.orders.values()].filter((order) => order.sent);
  const ended = sent.filter(
    ({ clOrdId, lastSample }) =>
      (lastSample !== null && isEnd(lastSample.state)) || endedInHistory.has(clOrdId),
  );
  return {
    orders_placed: sent.length,
    orders_acknowledged: sent.filter((order) => order.acknowledged).length,
    orders_terminal: ended.length,
    orders_history: rows.history.length,
    fills: rows.fills.length,
    bills: rows.bills.length,
    bills_without_order: rows.bills.filter(({ row }) => row.ordId === null).length,
    discrepancies: discrepancies.length,
  };
}

function coverageOf(walk: Walk<unknown>): PagingCoverage {
  const { chain, closed, reasons } = walk;
  return {
    attempted: chain !== null,
    page_count: chain?.pages ?? 0,
    closure_proved: closed,
    // What the last page says, which closes nothing when it is no answer: closure_proved does.
    closure_rule: chain !== null && !chain.lastHasMore ? "has_more_false" : null,
    last_has_more: chain?.lastHasMore ?? null,
    last_cursor: chain?.lastCursor ?? null,
    paging_traces_present: chain !== null,
    line_start: chain?.lineStart ?? null,
    line_end: chain?.lineEnd ?? null,
    scope_id: chain?.scopeId ?? null,
    query_chain_id: chain?.queryChainId ?? null,
    not_measurable_reasons: reasons,
  };
}

/** Into every file of P0 to P4 that has lines; pages of one query to a ref. */
function refsOf({ journal, auditScopeId, own, rows, walks }: ReportParts): readonly EvidenceRef[] {
  const whole: readonly (readonly [string, number])[] = [
    ["order_attempts.jsonl", own.attempts.length],
    ["order_status_samples.jsonl", own.samples.length],
    ["orders_history.jsonl", rows.history.length],
    ["fills.jsonl", rows.fills.length],
    ["bills.jsonl", rows.bills.length],
  ];
  const { directory } = journal;
  const refs = whole
    .filter(([, lines]) => lines > 0)
    .map(([file, end]) => refToLines(directory, { file, start: 1, end }, auditScopeId));
  const chains = [walks.orders_history, walks.fills, walks.bills].flatMap(({ chain }) =>
    chain === null ? [] : [chain],
  );
  const pages = chains.map(({ lineStart: start, lineEnd: end }) =>
    refToLines(directory, { file: "paging_traces.jsonl", start, end }, auditScopeId),
  );
  return [...refs, ...pages];
}
