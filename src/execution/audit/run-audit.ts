import { isoFromMillis } from "#base";
import type { AuditorReport, AuditScope, ExecutionDocuments } from "#evidence";
import type { BillRow, FillRow, OrderRow } from "#venues";
import { amountText } from "../amounts/amount.ts";
import type { AccountSeen } from "../loop/account-look.ts";
import type { RunState } from "../loop/run-state.ts";
import type { RunSession } from "../run/open-session.ts";
import { recordClock } from "../run/record-clock.ts";
import { compareWithExchange } from "./compare.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { ledgerAuditOf } from "./ledger-audit.ts";
import { type Materialised, materialise } from "./materialise.ts";
import { type OwnEvidence, readOwnEvidence } from "./own-orders.ts";
import { type PagingScope, pageThrough, type Walk } from "./page-through.ts";
import { type PositionsSeen, unexplainedContracts } from "./positions.ts";
import { auditorContract, reportOn } from "./report.ts";

export type AuditParts = Readonly<{
  session: RunSession;
  /** Null when the run ended before there were agents. */
  state: RunState | null;
  windowStartMs: number;
  /** Null: now. */
  windowEndMs: number | null;
  /** Null: nobody knows what was held. */
  startPositions: PositionsSeen | null;
  endAccount: AccountSeen;
}>;

/** What the auditor found, with everything that was read for it. */
export type Audited = Readonly<{
  scope: AuditScope;
  report: AuditorReport;
  ledger: ExecutionDocuments["post_run_ledger_audit"];
  own: OwnEvidence;
  rows: Materialised;
  closed: boolean;
  discrepancies: readonly Discrepancy[];
}>;

/** The window ends a little after now, so that what happens while pages are read is not cut. */
const windowTailMs = 1000;

const auditFiles: readonly string[] = [
  "auditor_report.json",
  "paging_traces.jsonl",
  "orders_history.jsonl",
  "fills.jsonl",
  "bills.jsonl",
  "auditor_discrepancies.jsonl",
];

/**
 * The audit of a run by a key that can only read: every page of orders, fills and bills of the
 * window, each row kept, and all of it held against what the run recorded of itself.
 */
export async function auditRun(parts: AuditParts): Promise<Audited> {
  const { session, windowStartMs } = parts;
  const { journal, askAuditor, auditScopeId, request, prefix } = session;
  const startMs = journal.clock.nowMillis();
  const paging: PagingScope = {
    auditScopeId,
    instId: request.config.instId,
    startMs: windowStartMs,
    endMs: parts.windowEndMs ?? startMs + windowTailMs,
    pageLimit: request.config.pageLimit,
  };
  const history: Walk<OrderRow> = await pageThrough(askAuditor, journal, paging, {
    family: "orders_history",
    page: (venue, query) => venue.ordersHistoryPage(query),
  });
  const fills: Walk<FillRow> = await pageThrough(askAuditor, journal, paging, {
    family: "fills",
    page: (venue, query) => venue.fillsPage(query),
  });
  const bills: Walk<BillRow> = await pageThrough(askAuditor, journal, paging, {
    family: "bills",
    page: (venue, query) => venue.billsPage(query),
  });
  await recordClock(session);
  const own = readOwnEvidence(session.directory);
  const rows = materialise(journal, auditScopeId, { history, fills, bills }, own);
  journal.land();
  const closed = { history: history.closed, fills: fills.closed, bills: bills.closed };
  const exclusive = request.config.exclusiveAccount;
  const ledger = ledgerAuditOf(parts, rows, closed.bills);
  const discrepancies = [
    ...compareWithExchange({ own, rows, closed, prefix, windowStartMs, exclusive }),
    ...pagingGaps({ history, fills, bills }),
    ...positionGaps(parts, rows, closed.fills),
    ...ledgerGaps(ledger, session),
  ];
  const walks = { orders_history: history, fills, bills };
  const report = reportOn({ journal, auditScopeId, own, rows, walks, discrepancies });
  journal.land();
  const isClosed = closed.history && closed.fills && closed.bills;
  const scope = scopeOf(session, paging);
  return { scope, report, ledger, own, rows, closed: isClosed, discrepancies };
}

function scopeOf(session: RunSession, paging: PagingScope): AuditScope {
  const { startMs, endMs, instId, auditScopeId } = paging;
  return {
    audit_scope_id: auditScopeId,
    auditor_contract_version: auditorContract,
    auditor_schema_version: "auditor_report/1",
    clOrdId_namespace_prefix: session.prefix,
    inst_id: instId,
    time_window_ms: { start_ms: startMs, end_ms: endMs },
    endpoints_attempted: ["orders_history", "fills", "bills"],
    artifacts: auditFiles,
    ts_utc_start: isoFromMillis(startMs),
    ts_utc_end: isoFromMillis(endMs),
  };
}

function pagingGaps(walks: Readonly<Record<string, Walk<unknown>>>): readonly Discrepancy[] {
  return Object.entries(walks)
    .filter(([, walk]) => !walk.closed)
    .map(([family, { reasons, chain }]) => ({
      type: "paging_incomplete",
      severity: "NOT_MEASURABLE",
      exchangeAnchor: null,
      localAnchor: null,
      symptom: `${family}: ${reasons.join(", ") || "not closed"}`,
      places: chain === null ? [] : [{ file: "paging_traces.jsonl", line: chain.lineEnd }],
    }));
}

function positionGaps(
  { session, startPositions, endAccount }: AuditParts,
  rows: Materialised,
  closed: boolean,
): readonly Discrepancy[] {
  if (!closed || startPositions === null || endAccount.positions === null) return [];
  const { instId } = session.request.config;
  const end = { atMs: endAccount.atMs, positions: endAccount.positions };
  const fills = rows.fills.map(({ row }) => row);
  const rest = unexplainedContracts(startPositions, fills, end, instId);
  if (rest === 0n) return [];
  const place = { file: "exchange_snapshots.jsonl", line: endAccount.line };
  const symptom = `${instId}: ${amountText(rest)} contracts are not accounted for by fills`;
  return [
    {
      type: "positions_do_not_add_up",
      severity: "FAIL",
      exchangeAnchor: null,
      localAnchor: null,
      symptom,
      places: [place],
    },
  ];
}

function ledgerGaps(ledger: Audited["ledger"], { journal }: RunSession): readonly Discrepancy[] {
  if (ledger.audit_status !== "FAIL") return [];
  const line = journal.lines("capital_reconciliation_events");
  const places = line === 0 ? [] : [{ file: "capital_reconciliation_events.jsonl", line }];
  const symptom = `${ledger.unexplained_total ?? "an unknown amount"} ${ledger.ccy} unexplained`;
  return [
    {
      type: "capital_unexplained",
      severity: places.length === 0 ? "WARN" : "FAIL",
      exchangeAnchor: null,
      localAnchor: null,
      symptom,
      places,
    },
  ];
}
