import type { AuditHead } from "../../artifacts/orders/audit-rows.ts";
import type { PagingCoverage } from "../../artifacts/orders/auditor-report.ts";
import {
  type EndpointFamily,
  endpointFamilies,
  type PagingTrace,
  queryChainId,
} from "../../artifacts/orders/paging-traces.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { type Chain, isAtEnd } from "./paging-book.ts";
import { orderFileNames } from "./records.ts";

/**
 * Steps 34 to 37: of every family the auditor names one query whose pages follow each other to
 * the last, as recorded lines of that query alone, and whose announced rows are the rows that were
 * kept. What it says of the proof is recomputed: an honest "not closed" is a gap, a false "closed"
 * a finding.
 */
export const step34PagingClosure: OrderClaim<"paging_trace" | "history" | "fill" | "bill"> = {
  id: "step34_paging_closure",
  clause: "docs/contracts/orders.md#step-34",
  reads: ["paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const mixed = new Set<EndpointFamily>();
    const coverage = run.paging;

    function row(family: EndpointFamily, head: AuditHead, at: At): void {
      if (head.audit_scope_id !== run.auditScopeId) return;
      report.count();
      const due = coverage.report?.paging_coverage[family].query_chain_id ?? null;
      if (due === null || head.query_chain_id === due) return;
      const detail = `from the query ${head.query_chain_id}, the proof is of ${due}`;
      report.finding("paging_row_of_other_query", at, detail);
    }

    return {
      on: {
        paging_trace(trace, at): void {
          report.count();
          if (trace.query_chain_id !== queryChainId(trace)) {
            const field = { ...at, field: "query_chain_id" };
            report.finding("paging_chain_id_wrong", field, "not the hash of this query");
          }
          for (const family of endpointFamilies) {
            const said = coverage.report?.paging_coverage[family];
            if (said === undefined || !isInside(at, said) || belongs(trace, family, said)) continue;
            if (mixed.has(family)) continue;
            mixed.add(family);
            const what = `${trace.endpoint_family} of ${trace.query_chain_id}`;
            report.finding("paging_mixed_queries", at, `${what} inside the proof of ${family}`);
          }
        },
        history: (record, at) => row("orders_history", record, at),
        fill: (record, at) => row("fills", record, at),
        bill: (record, at) => row("bills", record, at),
      },
      end(): void {
        for (const family of endpointFamilies) checkFamily(family, run, report);
        checkPages(run, report);
      },
    };
  },
};

function isInside({ line }: At, { line_start, line_end }: PagingCoverage): boolean {
  if (line === null || line_start === null || line_end === null) return false;
  return line >= line_start && line <= line_end;
}

function belongs(trace: PagingTrace, family: EndpointFamily, said: PagingCoverage): boolean {
  return (
    trace.endpoint_family === family &&
    trace.query_chain_id === said.query_chain_id &&
    trace.scope_id === said.scope_id
  );
}

function checkFamily(family: EndpointFamily, run: OrderRun, report: OrderReport): void {
  const said = run.paging.report?.paging_coverage[family];
  const at = { ...wholeFile(orderFileNames.auditor_report), field: `paging_coverage.${family}` };
  const closure = run.paging.closureOf(family);
  report.count();
  if (said === undefined) {
    report.gap("audit_not_executed", at, "there is no auditor report");
    return;
  }
  const chain = run.paging.chain(said.query_chain_id ?? "");
  if (chain !== null) checkCoverage(said, chain, at, report);
  if (said.closure_proved && !closure.closed) {
    report.finding("paging_closure_false", at, `said to be closed: ${closure.detail}`);
  } else if (!closure.closed) {
    report.gap(closure.code, at, closure.detail);
  } else if (!said.closure_proved) {
    report.gap("paging_unclosed", at, said.not_measurable_reasons.join(", "));
  }
}

/** What the report says of the proof, against the pages. */
function checkCoverage(said: PagingCoverage, chain: Chain, at: At, report: OrderReport): void {
  const due: Partial<Record<keyof PagingCoverage, string | number | boolean | null>> = {
    page_count: chain.pages,
    last_has_more: chain.lastHasMore,
    last_cursor: chain.lastCursor,
    paging_traces_present: true,
    line_start: chain.firstLine,
    line_end: chain.lastLine,
    scope_id: chain.scopeId,
    closure_rule: ruleOf(chain),
  };
  for (const [field, value] of Object.entries(due) as [keyof PagingCoverage, unknown][]) {
    report.count();
    if (said[field] === value) continue;
    const place = { ...at, field: `${at.field}.${field}` };
    report.finding(
      "paging_coverage_differs",
      place,
      `${String(said[field])} there, ${String(value)} in the pages`,
    );
  }
}

function ruleOf(chain: Chain): PagingCoverage["closure_rule"] {
  if (!isAtEnd(chain)) return null;
  return chain.lastHasMore ? "cursor_exhausted" : "has_more_false";
}

/** Rows that a page announced and that nobody kept, or kept twice. */
function checkPages(run: OrderRun, report: OrderReport): void {
  const coverage = run.paging.report?.paging_coverage;
  const proofs = new Set(endpointFamilies.map((family) => coverage?.[family].query_chain_id));
  for (const { chain, page, line, announced, materialised } of run.paging.unevenPages()) {
    if (!proofs.has(chain.id)) continue;
    const what = `page ${page} of ${chain.family}`;
    const detail = `${what} announced ${announced} rows, ${materialised} were kept`;
    report.finding("paging_rows_differ", { file: orderFileNames.paging_traces, line }, detail);
  }
}
