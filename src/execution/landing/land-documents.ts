import { type Fault, ok, type Result } from "#base";
import {
  type ExecutionDocuments,
  executionDocumentText,
  type OrderDocuments,
  orderDocumentText,
} from "#evidence";
import type { Broker } from "#venues";
import { alignmentBundle } from "../alignment/alignment-bundle.ts";
import { type PositionsSeen, positionsDocument } from "../audit/positions.ts";
import { landRawEvidence, type RawIndexes } from "../audit/raw-evidence.ts";
import { reconciliationSummaryOf } from "../audit/reconciliation-summary.ts";
import type { Audited } from "../audit/run-audit.ts";
import type { VenueRunEnd } from "../loop/run-end.ts";
import type { RunState } from "../loop/run-state.ts";
import { landErrorEvents, type TruthGap } from "../quality/error-events.ts";
import { landQuality, type MeasuredOrder } from "../quality/measure.ts";
import { createReferenceBook } from "../quality/price-reference.ts";
import type { RunSession } from "../run/open-session.ts";
import { telemetryOf } from "./fences.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { createRefMaker } from "./refs.ts";
import { summaryOf } from "./summary.ts";
import { writeRunDocument } from "./write-document.ts";

export type DocumentParts = Readonly<{
  session: RunSession;
  broker: Broker | null;
  state: RunState | null;
  end: VenueRunEnd;
  audited: Audited;
  startPositions: PositionsSeen | null;
  endPositions: PositionsSeen | null;
}>;

export type LandedDocuments = Readonly<{
  raw: RawIndexes;
  alignment: Readonly<{ ok: boolean; reportName: string; samplesName: string }>;
}>;

/** Everything that is a function of what was recorded and audited. Faults: those of writing. */
export function landDocuments(parts: DocumentParts): Result<LandedDocuments, Fault> {
  const { session, broker, state, end, audited } = parts;
  const { directory, journal, runId, request, accountIdHash } = session;
  const { own, rows } = audited;
  const { mode, config } = request;
  const nowMs = journal.clock.nowMillis();
  if (rows.fills.length === 0) session.fences.count("fence_m_no_fills_skip_reconstruction");
  const raw = landRawEvidence({
    directory,
    runId,
    accountIdHash,
    instId: config.instId,
    own,
    rows,
    start: parts.startPositions,
    end: parts.endPositions,
    nowMs,
  });
  if (!raw.ok) return raw;
  const bundle = alignmentBundle({
    runId,
    library: config.library,
    mode,
    instId: config.instId,
    nowMs,
    endpoints: session.raw.endpoints(),
  });
  const steps = state?.steps ?? 0;
  const { attempts, calls } = own;
  const { counterfactualRunId } = session.request;
  const put = createPut(directory);
  const { counters, gates } = { counters: session.fences, gates: broker?.fences() ?? [] };
  put.order("auditor_report", audited.report);
  put.order(
    "positions_snapshot",
    positionsDocument(runId, parts.startPositions, parts.endPositions, nowMs),
  );
  put.order("execution_fingerprint", fingerprintOf(runId, mode, calls, attempts));
  put.order(
    "gating_telemetry",
    telemetryOf({ runId, mode, nowMs, steps, attempts, counters, gates, counterfactualRunId }),
  );
  put.own("post_run_ledger_audit", audited.ledger);
  put.own("reconciliation_summary", reconciliationSummaryOf(session, audited));
  put.own("execution_quality_summary", qualityOf(parts));
  put.own("exchange_error_basket", basketOf(parts));
  put.own("lifecycle_judge_report", lifecycleOf(parts));
  put.own("multiple_experiments_summary", summaryOf(session, state, end, audited));
  put.own("alignment_report", bundle.report, bundle.reportName);
  put.own("raw_samples", bundle.samples, bundle.samplesName);
  const failure = put.failure();
  if (failure !== null) return { ok: false, fault: failure };
  const { reportName, samplesName } = bundle;
  const alignment = { ok: bundle.report.execution_alignment_ok, reportName, samplesName };
  return ok({ raw: raw.value, alignment });
}

type Put = Readonly<{
  order: <File extends keyof OrderDocuments>(file: File, document: OrderDocuments[File]) => void;
  own: <File extends keyof ExecutionDocuments>(
    file: File,
    document: ExecutionDocuments[File],
    name?: string,
  ) => void;
  failure: () => Fault | null;
}>;

/** After the first document that cannot be written no other is tried. */
function createPut(directory: string): Put {
  let failure: Fault | null = null;
  function write(name: string, text: string): void {
    if (failure !== null) return;
    const written = writeRunDocument(directory, name, text);
    if (!written.ok) failure = written.fault;
  }
  return {
    order: (file, document) => write(`${file}.json`, orderDocumentText(file, document)),
    own: (file, document, name = `${file}.json`) =>
      write(name, executionDocumentText(file, document)),
    failure: () => failure,
  };
}

function qualityOf({
  session,
  state,
  audited,
}: DocumentParts): ExecutionDocuments["execution_quality_summary"] {
  const { own, rows } = audited;
  const historyById = new Map(rows.history.map(({ row }) => [row.ordId, row]));
  const orders = [...own.orders.values()].map((order): MeasuredOrder => {
    const call = own.calls.find(
      ({ operation, clOrdId }) => operation === "place" && clOrdId === order.clOrdId,
    );
    return {
      order,
      history: order.ordId === null ? null : (historyById.get(order.ordId) ?? null),
      fills: rows.fills.map(({ row }) => row).filter((row) => row.ordId === order.ordId),
      ackMs: call?.latency_ms ?? null,
    };
  });
  return landQuality({
    journal: session.journal,
    orders,
    references:
      state?.references ?? createReferenceBook(session.journal, session.request.config.instId),
    pagingClosed: audited.closed,
    thinBooks: state?.thinBooks ?? 0,
  });
}

function basketOf({
  session,
  audited,
}: DocumentParts): ExecutionDocuments["exchange_error_basket"] {
  const { directory, auditScopeId, journal } = session;
  const gaps: readonly TruthGap[] = audited.closed
    ? []
    : [
        {
          classification: "TRUTH_PAGING_INCOMPLETE",
          reasonCode: "paging_incomplete",
          message: "not every query of the auditor reached its last page",
        },
      ];
  return landErrorEvents(journal, audited.own, gaps, createRefMaker(directory, auditScopeId));
}

function lifecycleOf({
  session,
  state,
}: DocumentParts): ExecutionDocuments["lifecycle_judge_report"] {
  const deaths = state?.deaths ?? 0;
  const kept = state?.colony.members.length ?? 0;
  return {
    schema_version: "lifecycle_judge_report/1",
    run_id: session.runId,
    contract_version: "lifecycle/1",
    verdict: state === null || state.truth !== "ok" ? "NOT_MEASURABLE" : "PASS",
    reason_codes: state === null ? ["no_agents"] : state.truth === "ok" ? [] : ["truth_degraded"],
    agents: deaths + kept,
    kept,
    deaths,
    settlements_sent: state?.settlements ?? 0,
  };
}
