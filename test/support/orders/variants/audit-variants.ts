import { chainId } from "../audit.ts";
import {
  clientIdOf,
  drop,
  must,
  ordIdOf,
  restsOnLevels,
  type Variant,
  variant,
} from "./variant.ts";

const p5 = "step88_p5_auditor_join";
const paging = "step34_paging_closure";
const scopes = "step38_audit_scopes";
const shot = "step94_one_shot_closure";

/** What rests on the fills and bills having been read to the end. */
const onFills: readonly string[] = [
  "step88_p3_fills",
  "step88_p4_bills",
  ...restsOnLevels,
  "step33_fills_bills_join",
  "positions_balance",
];
const onBills: readonly string[] = ["step88_p4_bills", ...restsOnLevels, "step33_fills_bills_join"];

/** The auditor's report, its pages and its scopes; the one-shot proof. */
export const auditVariants: readonly Variant[] = [
  variant(
    p5,
    "p5_report_of_other_audit",
    "a report of another audit",
    { derived: ({ audit }) => void (audit.report.audit_scope_id = "audit_0002") },
    { also: [scopes, ...restsOnLevels] },
  ),
  level("p5_counts_differ", "a report that counts one fill more", {
    derived: ({ audit }) => void (audit.report.summary_counts.fills += 1),
  }),
  level("p5_report_contradicts", "a PASS with another exit code", {
    derived: ({ audit }) => void (audit.report.exit_code = 3),
  }),
  level("p5_auditor_failed", "an auditor that failed the run", {
    derived: ({ audit: { report } }) => {
      [report.verdict, report.exit_code] = ["FAIL", 1];
      report.reason_codes = ["orphan_order"];
    },
  }),
  level("p5_discrepancy", "a discrepancy that the report passes over", {
    derived: ({ audit }) => void (must(audit.discrepancies[0]).severity = "FAIL"),
  }),
  level("p5_history_differs", "a history that remembers another size", {
    session: (session) => {
      const id = ordIdOf(session, "partly_filled");
      must(session.history.find((row) => row.ordId === id)).accFillSz = "0.4";
    },
  }),
  level("p5_ref_missing", "a report that does not point at the fills", {
    linked: ({ audit }) => drop(audit.report.evidence_refs, (ref) => ref.file === "fills.jsonl"),
  }),
  variant(
    p5,
    "p5_ref_broken",
    "a ref of the report whose digest was changed",
    { linked: ({ audit }) => void (must(audit.report.evidence_refs[0]).sha256 = "0".repeat(64)) },
    { also: ["step41_evidence_refs", ...restsOnLevels] },
  ),
  gap(p5, "p5_auditor_not_measurable", "an auditor that could not tell", restsOnLevels, {
    derived: ({ audit: { report } }) => {
      [report.verdict, report.exit_code] = ["NOT_MEASURABLE", 3];
      report.reason_codes = ["paging_unclosed"];
    },
  }),
  gap(p5, "p5_discrepancy_open", "a discrepancy that nobody settled", restsOnLevels, {
    derived: ({ audit }) => void (must(audit.discrepancies[0]).severity = "NOT_MEASURABLE"),
  }),
  gap(p5, "p5_truth_degraded", "an order whose last sample is not sound", restsOnLevels, {
    session: (session) => {
      const id = clientIdOf(session, "closed");
      const sample = must(session.samples.findLast((one) => one.clOrdId === id));
      [sample.truth_quality, sample.reason_code] = ["degraded", "stale_push"];
    },
  }),
  variant(shot, "one_shot_broken", "a proof that names another tick", {
    manifest: (manifest) => void (must(manifest.oneshot_closure_proof).tick = 3),
  }),
  variant(shot, "one_shot_repeated", "a second decision with the marker", {
    session: ({ decisions }) => {
      const line = decisions.findLast((one) => one.record_type === "agent_detail");
      if (line?.record_type === "agent_detail") line.oneshot = true;
    },
  }),
  variant(
    paging,
    "paging_rows_differ",
    "a fill dropped after the pages announced it",
    { derived: ({ session }) => void session.fills.splice(2, 1) },
    {
      also: [
        ...[p5, "step88_p3_fills", "step88_p4_bills", ...restsOnLevels],
        ...["positions_balance", "venue_summary"],
      ],
    },
  ),
  variant(
    paging,
    "paging_row_of_other_query",
    "a bill of another query among the rows",
    { derived: ({ session }) => void (must(session.bills[0]).query_chain_id = "f".repeat(16)) },
    { also: [p5, "step41_evidence_refs", ...restsOnLevels] },
  ),
  variant(
    paging,
    "paging_closure_false",
    "a last page that says there is more, called closed",
    { derived: ({ audit }) => leaveOpen(audit) },
    { also: onFills },
  ),
  gap(paging, "paging_unclosed", "fills that were honestly not read to the end", onFills, {
    derived: ({ audit }) => {
      leaveOpen(audit);
      const coverage = audit.report.paging_coverage.fills;
      [coverage.closure_proved, coverage.closure_rule] = [false, null];
      [coverage.last_has_more, coverage.last_cursor] = [true, "t4005"];
      coverage.not_measurable_reasons = ["rate_limited"];
    },
  }),
  gap(paging, "paging_not_attempted", "bills that nobody asked for", onBills, {
    derived: ({ audit, session }) => {
      const coverage = audit.report.paging_coverage.bills;
      drop(audit.traces, (trace) => trace.endpoint_family === "bills");
      session.bills.splice(0, session.bills.length);
      const counts = audit.report.summary_counts;
      [counts.bills, counts.bills_without_order] = [0, 0];
      Object.assign(coverage, {
        attempted: false,
        page_count: 0,
        closure_proved: false,
        closure_rule: null,
        last_has_more: null,
        last_cursor: null,
        paging_traces_present: false,
        line_start: null,
        line_end: null,
        scope_id: null,
        query_chain_id: null,
        not_measurable_reasons: ["not_permitted"],
      });
    },
    linked: ({ audit }) => {
      for (const row of audit.discrepancies) row.evidence_refs = [];
      drop(audit.report.evidence_refs, (ref, index) => ref.file === "bills.jsonl" || index === 4);
    },
  }),
  variant(paging, "paging_chain_id_wrong", "a page whose chain id is not its hash", {
    derived: ({ audit }) => void (must(audit.traces[1]).chain_seq = 9),
  }),
  variant(paging, "paging_coverage_differs", "a report that counts one page more", {
    derived: ({ audit }) => void (audit.report.paging_coverage.fills.page_count += 1),
  }),
  variant(
    paging,
    "paging_mixed_queries",
    "a proof that runs into the pages of another family",
    {
      derived: ({ audit }) => widen(audit),
    },
    { also: [p5, "step41_evidence_refs", ...restsOnLevels] },
  ),
  variant(
    paging,
    "paging_mixed_queries",
    "a page of another query inside the proof",
    {
      derived: ({ audit, session }) => {
        const trace = must(
          audit.traces.find((one) => one.endpoint_family === "fills" && one.page_idx === 1),
        );
        trace.chain_seq = 2;
        trace.query_chain_id = chainId(trace);
        for (const fill of session.fills) {
          if (fill.page_idx === 1) fill.query_chain_id = trace.query_chain_id;
        }
      },
    },
    { also: [...onFills, p5, "step41_evidence_refs"] },
  ),
  variant(
    scopes,
    "audit_scope_unknown",
    "a sample of an audit that nobody declared",
    { session: ({ samples }) => void (must(samples[1]).audit_scope_id = "audit_0009") },
    { also: [p5, "step41_evidence_refs", ...restsOnLevels] },
  ),
  variant(scopes, "audit_scope_unknown", "a freeze of an audit that nobody declared", {
    linked: ({ session }) => void (must(session.freezes[0]).audit_scope_id = "audit_0009"),
  }),
  variant(scopes, "audit_scope_unknown", "an error of an audit that nobody declared", {
    linked: ({ session }) => void (must(session.errors[0]).audit_scope_id = "audit_0009"),
  }),
  variant(scopes, "audit_scope_not_current", "an audit scope that is not the last", {
    manifest: (manifest) => {
      must(manifest.audit_scope).auditor_contract_version = "auditor_contract/0";
    },
  }),
  variant(scopes, "audit_scope_repeated", "an audit declared twice", {
    manifest: ({ audit_scopes: all }) => void all.push(structuredClone(must(all[0]))),
  }),
  variant(scopes, "audit_scope_disordered", "an audit that ends before it starts", {
    manifest: ({ audit_scope: current, audit_scopes: all }) => {
      for (const scope of [must(current), must(all[0])]) {
        scope.ts_utc_end = "2026-01-04T00:00:00.000Z";
      }
    },
  }),
  variant(scopes, "audit_prefix_foreign", "an order outside our prefix", {
    session: ({ attempts }) => void (must(attempts.at(-1)).client_order_id = "zz1"),
  }),
  variant(scopes, "audit_window_missed", "a fill outside the window of the audit", {
    session: ({ fills }) => void (must(fills[0]).filled_ms = 5),
  }),
  variant(scopes, "audit_query_outside", "queries for another instrument than the scope's", {
    manifest: ({ audit_scope: current, audit_scopes: all }) => {
      for (const scope of [must(current), must(all[0])]) scope.inst_id = "ETH-USDT-SWAP";
    },
  }),
  variant(scopes, "audit_artifact_missing", "an audit that declares a file nobody has", {
    manifest: ({ audit_scope: current, audit_scopes: all }) => {
      for (const scope of [must(current), must(all[0])]) scope.artifacts.push("summary.json");
    },
  }),
];

type AuditDraft = Parameters<NonNullable<Variant["edits"]["derived"]>>[0]["audit"];

/** The last page of the fills says that there is more. */
function leaveOpen(audit: AuditDraft): void {
  const last = must(audit.traces.findLast((trace) => trace.endpoint_family === "fills"));
  last.response_meta.has_more = true;
  last.response_meta.next_cursor = "t4005";
}

function widen(audit: AuditDraft): void {
  const { fills } = audit.report.paging_coverage;
  fills.line_end = must(fills.line_end) + 1;
}

function level(code: string, name: string, edits: Variant["edits"]): Variant {
  return variant(p5, code, name, edits, { also: restsOnLevels });
}

function gap(
  claim: string,
  code: string,
  name: string,
  also: readonly string[],
  edits: Variant["edits"],
): Variant {
  return variant(claim, code, name, edits, { gap: true, also });
}
