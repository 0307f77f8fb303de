import { isoFromMillis } from "#base";
import type {
  AuditorDiscrepancy,
  AuditorReport,
  AuditScope,
  EndpointFamily,
  PagingCoverage,
  PagingTrace,
} from "#evidence";
import type { Draft } from "./draft.ts";
import { head, type VenueSession } from "./session.ts";
import { digest, type SessionIds, startMs } from "./spec.ts";

/** What the auditor adds: pages, a report, discrepancies. */
export type Audit = {
  scope: Draft<AuditScope>;
  traces: Draft<PagingTrace>[];
  report: Draft<AuditorReport>;
  discrepancies: Draft<AuditorDiscrepancy>[];
};

const endpoints: Readonly<Record<EndpointFamily, string>> = {
  orders_history: "/api/v5/trade/orders-history",
  fills: "/api/v5/trade/fills-history",
  bills: "/api/v5/account/bills",
};

/** Rows to a page; small, so that every family has several. */
const pageRows: Readonly<Record<EndpointFamily, number>> = {
  orders_history: 3,
  fills: 3,
  bills: 4,
};

/** Pages through what the exchange knows and writes down what it saw. */
export function audit(session: VenueSession): Audit {
  const { ids } = session;
  const scope = scopeOf(session);
  const traces: Draft<PagingTrace>[] = [];
  const coverage = {
    orders_history: turnPages(session, scope, traces, {
      family: "orders_history",
      rows: session.history,
      idOf: (index) => session.history[index]?.ordId ?? null,
    }),
    fills: turnPages(session, scope, traces, {
      family: "fills",
      rows: session.fills,
      idOf: (index) => session.fills[index]?.tradeId ?? null,
    }),
    bills: turnPages(session, scope, traces, {
      family: "bills",
      rows: session.bills,
      idOf: (index) => session.bills[index]?.billId ?? null,
    }),
  };
  const discrepancies = [billsWithoutOrder(session)];
  const report: Draft<AuditorReport> = {
    schema_version: "auditor_report/1",
    run_id: ids.runId,
    audit_scope_id: ids.scope,
    ts_utc: isoFromMillis(session.clock.ms),
    verdict: "PASS",
    exit_code: 0,
    reason_codes: [],
    contract_versions: {
      auditor_contract: "auditor_contract/1",
      auditor_schema: "auditor_report/1",
      broker_trader_evidence: "order_attempt/1",
      ledger: "ledger_tick/1",
      probe_gating: "not_attempted",
      order_confirmation_protocol: "orders/1",
    },
    summary_counts: countsOf(session, discrepancies.length),
    paging_coverage: coverage,
    evidence_refs: [],
  };
  return { scope, traces, report, discrepancies };
}

const terminal: ReadonlySet<string> = new Set(["filled", "canceled", "mmp_canceled", "rejected"]);

/** Counted from the records, without the verifier's books. */
function countsOf(
  session: VenueSession,
  discrepancies: number,
): Draft<AuditorReport["summary_counts"]> {
  const placed = session.attempts.filter((one) => one.operation === "place");
  const sent = new Set(
    placed.filter((one) => one.status === "sending").map((one) => one.client_order_id),
  );
  const taken = new Set(
    session.calls
      .filter((call) => call.operation === "place" && call.sCode === "0")
      .map((call) => call.clOrdId),
  );
  const ended = new Set(
    [...session.history, ...session.samples.map((one) => ({ ...one, state: one.state }))]
      .filter((one) => terminal.has(one.state) && sent.has(one.clOrdId ?? ""))
      .map((one) => one.clOrdId),
  );
  return {
    orders_placed: sent.size,
    orders_acknowledged: taken.size,
    orders_terminal: ended.size,
    orders_history: session.history.length,
    fills: session.fills.length,
    bills: session.bills.length,
    bills_without_order: session.bills.filter((bill) => bill.ordId === null).length,
    discrepancies,
  };
}

export function chainId(trace: Omit<PagingTrace, "query_chain_id" | "ts_utc" | "seq">): string {
  const { start_ms, end_ms } = trace.time_window_ms;
  const { endpoint, inst_id, scope_id, chain_seq } = trace;
  return digest([endpoint, inst_id, start_ms, end_ms, scope_id, chain_seq].join("|")).slice(0, 16);
}

type Family = Readonly<{
  family: EndpointFamily;
  rows: { audit_scope_id: string; query_chain_id: string; page_idx: number }[];
  idOf: (index: number) => string | null;
}>;

function turnPages(
  session: VenueSession,
  scope: AuditScope,
  traces: Draft<PagingTrace>[],
  { family, rows, idOf }: Family,
): Draft<PagingCoverage> {
  const step = pageRows[family];
  const pages = Math.max(1, Math.ceil(rows.length / step));
  const lineStart = traces.length + 1;
  let cursor: string | null = null;
  let last: Draft<PagingTrace> | null = null;
  for (let page = 0; page < pages; page += 1) {
    const held = rows.slice(page * step, (page + 1) * step);
    const isLast = page === pages - 1;
    // Bills end by an exhausted cursor, the others by has_more: both rules of the contract occur.
    const hasMore = !isLast || family === "bills";
    const next: string | null = isLast ? null : idOf(page * step + held.length - 1);
    const trace: Draft<PagingTrace> = {
      ...head(session),
      audit_scope_id: scope.audit_scope_id,
      audit_component: "exchange_auditor",
      endpoint_family: family,
      endpoint: endpoints[family],
      inst_id: scope.inst_id,
      time_window_ms: { ...scope.time_window_ms },
      scope_id: `${scope.audit_scope_id}.${family}`,
      chain_seq: 1,
      query_chain_id: "",
      page_idx: page,
      request_params: { instId: scope.inst_id, limit: String(step) },
      request_cursor: cursor,
      response_meta: { data_count: held.length, has_more: hasMore, next_cursor: next },
      http_status: 200,
      http_status_reason: null,
      code: "0",
      msg: "",
      truth_quality: "ok",
      reason_code: null,
    };
    trace.query_chain_id = chainId(trace);
    for (const row of held) {
      row.query_chain_id = trace.query_chain_id;
      row.page_idx = page;
    }
    traces.push(trace);
    cursor = next;
    last = trace;
  }
  return {
    attempted: true,
    page_count: pages,
    closure_proved: true,
    closure_rule: family === "bills" ? "cursor_exhausted" : "has_more_false",
    last_has_more: last?.response_meta.has_more ?? null,
    last_cursor: last?.response_meta.next_cursor ?? null,
    paging_traces_present: true,
    line_start: lineStart,
    line_end: traces.length,
    scope_id: last?.scope_id ?? null,
    query_chain_id: last?.query_chain_id ?? null,
    not_measurable_reasons: [],
  };
}

function scopeOf(session: VenueSession): Draft<AuditScope> {
  const { ids } = session;
  const end = session.clock.ms + 60_000;
  return {
    audit_scope_id: ids.scope,
    auditor_contract_version: "auditor_contract/1",
    auditor_schema_version: "auditor_report/1",
    clOrdId_namespace_prefix: ids.prefix,
    inst_id: ids.instId,
    time_window_ms: { start_ms: startMs, end_ms: end },
    endpoints_attempted: Object.values(endpoints),
    artifacts: [...auditFiles],
    ts_utc_start: isoFromMillis(startMs),
    ts_utc_end: isoFromMillis(end),
  };
}

const auditFiles: readonly string[] = [
  "auditor_report.json",
  "paging_traces.jsonl",
  "orders_history.jsonl",
  "fills.jsonl",
  "bills.jsonl",
  "auditor_discrepancies.jsonl",
];

function billsWithoutOrder(session: VenueSession): Draft<AuditorDiscrepancy> {
  const ids: SessionIds = session.ids;
  return {
    ...head(session),
    audit_scope_id: ids.scope,
    discrepancy_type: "bill_without_order",
    severity: "WARN",
    exchange_evidence_anchor: session.bills.find((bill) => bill.ordId === null)?.billId ?? null,
    local_evidence_anchor: null,
    symptom: "funding bills have no ordId",
    likely_root_causes: ["funding is charged to positions, not to orders"],
    required_fix: "none: they stay with the system",
    evidence_refs: [],
  };
}
