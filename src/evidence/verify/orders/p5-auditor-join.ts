import type { AuditCounts } from "../../artifacts/orders/auditor-report.ts";
import { isTerminal, type OrderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import { toUnits } from "./exact-decimal.ts";
import { endOf, type OrderEntry, wasTaken } from "./order-book.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * P5: after the run the auditor looked again; exchange and samples agree by then, the report counts
 * what is there, and its refs lead to the evidence of P0 to P4 in this run and this audit. It holds
 * the last sample of each order.
 */
export const p5AuditorJoin: OrderClaim<
  "sample" | "fill" | "bill" | "history" | "discrepancy" | "report"
> = {
  id: "step88_p5_auditor_join",
  clause: "docs/contracts/orders.md#p5",
  reads: ["order_attempts", "order_status_samples", "orders_history", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const seen = { history: 0, fills: 0, bills: 0, bills_without_order: 0, discrepancies: 0 };
    const lastByOrder = new Map<string, OrderStatusSample>();
    /** Orders that some sample saw ended. */
    const ended = new Set<string>();
    const inScope = ({ audit_scope_id: id }: Readonly<{ audit_scope_id: string }>): boolean =>
      id === run.auditScopeId;

    return {
      on: {
        report: (record, at) => {
          report.count();
          if (record.audit_scope_id === run.auditScopeId) return;
          const detail = `of ${record.audit_scope_id}, the manifest says ${run.auditScopeId}`;
          report.finding("p5_report_of_other_audit", at, detail);
        },
        sample(sample): void {
          lastByOrder.set(sample.clOrdId, sample);
          if (isTerminal(sample.state)) ended.add(sample.clOrdId);
        },
        history: (row) => void (seen.history += inScope(row) ? 1 : 0),
        fill: (row) => void (seen.fills += inScope(row) ? 1 : 0),
        bill(row): void {
          if (!inScope(row)) return;
          seen.bills += 1;
          if (row.ordId === null) seen.bills_without_order += 1;
        },
        discrepancy(row, at): void {
          if (!inScope(row)) return;
          report.count();
          seen.discrepancies += 1;
          const detail = `${row.discrepancy_type}: ${row.symptom}`;
          if (row.severity === "FAIL") report.finding("p5_discrepancy", at, detail);
          if (row.severity === "NOT_MEASURABLE") report.gap("p5_discrepancy_open", at, detail);
        },
      },
      end(): void {
        checkReport(run, seen, report);
        checkRefs(run, report);
        for (const entry of run.orders.entries()) {
          const { clientOrderId: id } = entry;
          const seen = { last: lastByOrder.get(id) ?? null, hasEnded: ended.has(id) };
          checkAgreement(entry, seen, report);
        }
      },
    };
  },
};

type Seen = Readonly<
  Pick<AuditCounts, "fills" | "bills" | "bills_without_order" | "discrepancies"> & {
    history: number;
  }
>;

function checkReport(run: OrderRun, seen: Seen, report: OrderReport): void {
  const record = run.paging.report;
  const at = wholeFile(orderFileNames.auditor_report);
  if (record === null) {
    report.gap("audit_not_executed", at, "there is no auditor report");
    return;
  }
  const { history, ...rest } = seen;
  const due: AuditCounts = { ...countOrders(run), orders_history: history, ...rest };
  for (const [field, value] of Object.entries(due) as [keyof AuditCounts, number][]) {
    report.count();
    const said = record.summary_counts[field];
    if (said === value) continue;
    const place = { ...at, field: `summary_counts.${field}` };
    report.finding("p5_counts_differ", place, `${said} in the report, ${value} in the evidence`);
  }
  const exit = { PASS: 0, FAIL: 1, NOT_MEASURABLE: 3 }[record.verdict];
  if (record.exit_code !== exit) {
    report.finding("p5_report_contradicts", at, `${record.verdict} with exit ${record.exit_code}`);
  }
  const words = record.reason_codes.join(", ");
  if (record.verdict === "FAIL") report.finding("p5_auditor_failed", at, words);
  if (record.verdict === "NOT_MEASURABLE") report.gap("p5_auditor_not_measurable", at, words);
}

function countOrders(
  run: OrderRun,
): Pick<AuditCounts, "orders_placed" | "orders_acknowledged" | "orders_terminal"> {
  let [placed, acknowledged, terminal] = [0, 0, 0];
  for (const entry of run.orders.entries()) {
    if (!entry.sent) continue;
    placed += 1;
    if (entry.acknowledged) acknowledged += 1;
    if (endOf(entry) !== null) terminal += 1;
  }
  return {
    orders_placed: placed,
    orders_acknowledged: acknowledged,
    orders_terminal: terminal,
  };
}

/** Files that the report must point into: one for each level below this one. */
const coveredFiles = [
  orderFileNames.order_attempts,
  orderFileNames.order_status_samples,
  orderFileNames.paging_traces,
  orderFileNames.fills,
  orderFileNames.bills,
] as const;

function checkRefs(run: OrderRun, report: OrderReport): void {
  if (run.paging.report === null) return;
  const refs = run.paging.report.evidence_refs;
  for (const file of coveredFiles) {
    report.count();
    const lines = run.files.byName.get(file)?.lines ?? 0;
    if (lines === 0 || refs.some((ref) => ref.file === file)) continue;
    const at = wholeFile(orderFileNames.auditor_report);
    report.finding("p5_ref_missing", at, `the report does not point into ${file}`);
  }
  for (const { held, code, detail } of run.refs.problems()) {
    if (held.source !== "report") continue;
    if (code === "refs_beyond_bound") report.gap(code, held.at, detail);
    else report.finding("p5_ref_broken", held.at, `${code}: ${detail}`);
  }
  for (const { ref, source, at } of run.refs.refs) {
    if (source !== "report" || ref.audit_scope_id === run.auditScopeId) continue;
    report.finding("p5_ref_broken", at, `ref of the audit ${ref.audit_scope_id}`);
  }
}

/**
 * What the samples saw last is what the exchange remembers. Where they never saw the end, the
 * history tells it, and the order went on: but it never has less filled than was seen.
 */
function checkAgreement(
  entry: OrderEntry,
  { last, hasEnded }: Readonly<{ last: OrderStatusSample | null; hasEnded: boolean }>,
  report: OrderReport,
): void {
  if (!entry.sent || !wasTaken(entry)) return;
  report.count();
  const { historyState, historyFill, clientOrderId } = entry;
  if (last === null) return;
  if (last.truth_quality !== "ok") {
    const detail = `${clientOrderId} was last seen in a sample of quality ${last.truth_quality}`;
    report.gap("p5_truth_degraded", sampleFile, detail);
  }
  if (historyState === null) return;
  const [filled, seen] = [toUnits(historyFill), toUnits(last.accFillSz)];
  const agrees = hasEnded ? historyState === last.state && filled === seen : filled >= seen;
  if (agrees) return;
  const at = { file: orderFileNames.orders_history, line: entry.historyLine };
  const here = `${last.state} ${last.accFillSz}`;
  const there = `${historyState} ${historyFill}`;
  report.finding("p5_history_differs", at, `${clientOrderId}: samples ${here}, history ${there}`);
}

const sampleFile: At = wholeFile(orderFileNames.order_status_samples);
