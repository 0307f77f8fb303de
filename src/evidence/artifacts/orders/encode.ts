import type { z } from "zod";
import { Defect } from "#base";
import { documentText } from "../../run/documents.ts";
import { listHeadText, listTail } from "../../run/list-document.ts";
import { type RosterAgent, rosterAgent } from "../agent-roster.ts";
import {
  type BillRow,
  billRow,
  type FillRow,
  fillRow,
  type OrderHistoryRow,
  orderHistoryRow,
} from "./audit-rows.ts";
import {
  type AuditorDiscrepancy,
  type AuditorReport,
  auditorDiscrepancy,
  auditorReport,
} from "./auditor-report.ts";
import { type DecisionTraceLine, decisionTraceLine } from "./decision-trace.ts";
import { type EvidenceRefIndex, evidenceRefIndex } from "./evidence-ref-index.ts";
import { type ExchangeApiCall, exchangeApiCall } from "./exchange-api-calls.ts";
import { type ExecutionError, executionError } from "./execution-errors.ts";
import { type FreezeEvent, freezeEvent } from "./freeze-events.ts";
import { type LedgerTick, ledgerTick } from "./ledger-ticks.ts";
import { type OrderAttempt, orderAttempt } from "./order-attempts.ts";
import { type OrderStatusSample, orderStatusSample } from "./order-status-samples.ts";
import { type PagingTrace, pagingTrace } from "./paging-traces.ts";
import { type PositionsSnapshot, positionsSnapshot } from "./positions-snapshot.ts";
import {
  type ExecutionRawRecord,
  executionRawRecord,
  type ReconstructionRawRecord,
  reconstructionRawRecord,
} from "./raw-shards.ts";
import { type StartupPreflight, startupPreflight } from "./startup-preflight.ts";
import { type VenueFingerprint, venueFingerprint } from "./venue-fingerprint.ts";
import { type VenueRosterHead, venueRosterHead } from "./venue-roster.ts";
import { type VenueTelemetry, venueTelemetry } from "./venue-telemetry.ts";

/** Every kind of line that recorded order evidence has, by the file it lies in. */
export type OrderLines = Readonly<{
  paging_traces: PagingTrace;
  decision_trace: DecisionTraceLine;
  order_attempts: OrderAttempt;
  exchange_api_calls: ExchangeApiCall;
  reconciliation_freeze_events: FreezeEvent;
  order_status_samples: OrderStatusSample;
  ledger_ticks: LedgerTick;
  orders_history: OrderHistoryRow;
  fills: FillRow;
  bills: BillRow;
  auditor_discrepancies: AuditorDiscrepancy;
  errors: ExecutionError;
  m_execution_raw: ExecutionRawRecord;
  positions_reconstruction_raw: ReconstructionRawRecord;
}>;

/** Every document of it. */
export type OrderDocuments = Readonly<{
  startup_preflight: StartupPreflight;
  auditor_report: AuditorReport;
  positions_snapshot: PositionsSnapshot;
  gating_telemetry: VenueTelemetry;
  execution_fingerprint: VenueFingerprint;
  evidence_ref_index: EvidenceRefIndex;
}>;

/**
 * The one text of a record: JSON on one line, keys in the order of its schema. A record that its
 * schema refuses is a bug of the writer and never reaches the disk: Defect.
 */
export function orderLineText<File extends keyof OrderLines>(
  file: File,
  record: OrderLines[File],
): string {
  return lineText(lineSchemas[file], record, file);
}

/** The one text of a document: two spaces of indent, one line end. Defect as above. */
export function orderDocumentText<File extends keyof OrderDocuments>(
  file: File,
  document: OrderDocuments[File],
): string {
  return documentText(documentSchemas[file], document);
}

/** agent_roster.json of a run of any tier. */
export function rosterText(head: VenueRosterHead, agents: readonly RosterAgent[]): string {
  const first = lineText(venueRosterHead, head, "agent_roster");
  const lines = agents.map((agent, index) => {
    return `${index === 0 ? "" : ","}${lineText(rosterAgent, agent, "agent_roster")}`;
  });
  const headText = listHeadText(JSON.parse(first) as object, "agents");
  return `${[headText, ...lines, listTail].join("\n")}\n`;
}

const lineSchemas: { readonly [File in keyof OrderLines]: z.ZodType<OrderLines[File]> } = {
  paging_traces: pagingTrace,
  decision_trace: decisionTraceLine,
  order_attempts: orderAttempt,
  exchange_api_calls: exchangeApiCall,
  reconciliation_freeze_events: freezeEvent,
  order_status_samples: orderStatusSample,
  ledger_ticks: ledgerTick,
  orders_history: orderHistoryRow,
  fills: fillRow,
  bills: billRow,
  auditor_discrepancies: auditorDiscrepancy,
  errors: executionError,
  m_execution_raw: executionRawRecord,
  positions_reconstruction_raw: reconstructionRawRecord,
};

const documentSchemas: {
  readonly [File in keyof OrderDocuments]: z.ZodType<OrderDocuments[File]>;
} = {
  startup_preflight: startupPreflight,
  auditor_report: auditorReport,
  positions_snapshot: positionsSnapshot,
  gating_telemetry: venueTelemetry,
  execution_fingerprint: venueFingerprint,
  evidence_ref_index: evidenceRefIndex,
};

function lineText<T>(schema: z.ZodType<T>, record: T, file: string): string {
  const checked = schema.safeParse(record);
  if (checked.success) return JSON.stringify(checked.data);
  const issue = checked.error.issues[0];
  throw new Defect(`${file}: ${issue?.path.join(".")}: ${issue?.message}`);
}
