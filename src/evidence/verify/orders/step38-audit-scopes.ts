import { canonicalJson } from "#base";
import type { AuditScope } from "../../artifacts/orders/order-manifest.ts";
import { regularFilesBelow } from "./evidence-files.ts";
import { type At, type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Steps 38 to 40: every audit is declared, declarations are only ever added, and what the auditor
 * and the samplers wrote names one of them. The scope must be able to see the run: its prefix is
 * that of our orders, its window holds the fills, its files are there.
 */
export const step38AuditScopes: OrderClaim<
  | "attempt"
  | "sample"
  | "paging_trace"
  | "history"
  | "fill"
  | "bill"
  | "discrepancy"
  | "freeze_event"
  | "error"
  | "report"
> = {
  id: "step38_audit_scopes",
  clause: "docs/contracts/orders.md#step-38",
  reads: ["order_attempts"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const { audit_scope: current, audit_scopes: scopes } = run.manifest.orders;
    const declared = new Set(scopes.map((scope) => scope.audit_scope_id));

    function known(id: string | null, at: At): void {
      if (id === null) return;
      report.count();
      if (declared.has(id)) return;
      report.finding("audit_scope_unknown", at, `${id} is declared in no audit scope`);
    }

    /** The scope of a row that is judged: rows of an earlier audit stay as they are. */
    function judging(id: string): AuditScope | null {
      return id === run.auditScopeId ? current : null;
    }

    function inWindow(id: string, ms: number, at: At): void {
      const window = judging(id)?.time_window_ms;
      if (window === undefined || (ms >= window.start_ms && ms <= window.end_ms)) return;
      report.finding("audit_window_missed", at, `${ms} is outside the window of ${id}`);
    }

    return {
      on: {
        attempt({ client_order_id: id }, at): void {
          report.count();
          const prefix = current?.clOrdId_namespace_prefix;
          if (prefix === undefined || id.startsWith(prefix)) return;
          report.finding("audit_prefix_foreign", at, `${id} does not begin with ${prefix}`);
        },
        sample: ({ audit_scope_id: id }, at) => known(id, at),
        paging_trace(trace, at): void {
          known(trace.audit_scope_id, at);
          const scope = judging(trace.audit_scope_id);
          if (scope === null) return;
          if (trace.inst_id !== scope.inst_id || !sameWindow(trace.time_window_ms, scope)) {
            report.finding("audit_query_outside", at, `asks for another instrument or window`);
          }
        },
        history: ({ audit_scope_id: id }, at) => known(id, at),
        fill(row, at): void {
          known(row.audit_scope_id, at);
          inWindow(row.audit_scope_id, row.filled_ms, at);
        },
        bill(row, at): void {
          known(row.audit_scope_id, at);
          inWindow(row.audit_scope_id, row.billed_ms, at);
        },
        discrepancy: ({ audit_scope_id: id }, at) => known(id, at),
        freeze_event: ({ audit_scope_id: id }, at) => known(id, at),
        error: ({ audit_scope_id: id }, at) => known(id, at),
        report: ({ audit_scope_id: id }, at) => known(id, at),
      },
      end(): void {
        checkDeclarations(scopes, current, report);
        if (current === null) return;
        const there = regularFilesBelow(run.directory);
        for (const file of current.artifacts) {
          report.count();
          if (there.has(file)) continue;
          report.finding("audit_artifact_missing", place, `${file} is declared but not there`);
        }
      },
    };
  },
};

const place: At = { ...wholeFile("run_manifest.json"), field: "audit_scopes" };

function sameWindow(
  window: Readonly<{ start_ms: number; end_ms: number }>,
  { time_window_ms: due }: AuditScope,
): boolean {
  return window.start_ms === due.start_ms && window.end_ms === due.end_ms;
}

function checkDeclarations(
  scopes: readonly AuditScope[],
  current: AuditScope | null,
  report: OrderReport,
): void {
  if (current === null) {
    const attempts = wholeFile(orderFileNames.order_attempts);
    if (scopes.length === 0) report.gap("audit_not_executed", attempts, "no audit is declared");
    else report.finding("audit_scope_not_current", place, "audit_scope does not mirror the last");
    return;
  }
  const last = scopes.at(-1);
  if (last === undefined || textOf(last) !== textOf(current)) {
    report.finding("audit_scope_not_current", place, "audit_scope does not mirror the last");
  }
  const seen = new Set<string>();
  let before = "";
  for (const scope of scopes) {
    report.count();
    const { audit_scope_id: id, time_window_ms: window, ts_utc_start: start } = scope;
    if (seen.has(id)) report.finding("audit_scope_repeated", place, `${id} is declared twice`);
    seen.add(id);
    const ordered =
      start >= before && scope.ts_utc_end >= start && window.end_ms >= window.start_ms;
    if (!ordered) report.finding("audit_scope_disordered", place, `${id} runs backwards in time`);
    before = start;
  }
}

/** Two declarations are the same when their canonical texts are. */
function textOf(scope: AuditScope): string {
  return canonicalJson({ ...scope });
}
