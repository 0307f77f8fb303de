import type { RosterAgent } from "../../artifacts/agent-roster.ts";
import type {
  VenueBirthLine,
  VenueDeathLine,
  VenueGenomeLine,
} from "../../artifacts/execution/venue-lives.ts";
import type { VenueSummary } from "../../artifacts/execution/venue-summary.ts";
import type { BillRow, FillRow, OrderHistoryRow } from "../../artifacts/orders/audit-rows.ts";
import type { AuditorDiscrepancy, AuditorReport } from "../../artifacts/orders/auditor-report.ts";
import type { DecisionTraceLine } from "../../artifacts/orders/decision-trace.ts";
import type { EvidenceRefIndex } from "../../artifacts/orders/evidence-ref-index.ts";
import type { ExchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import type { ExecutionError } from "../../artifacts/orders/execution-errors.ts";
import type { FreezeEvent } from "../../artifacts/orders/freeze-events.ts";
import type { LedgerTick } from "../../artifacts/orders/ledger-ticks.ts";
import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import type { OrderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import type { PagingTrace } from "../../artifacts/orders/paging-traces.ts";
import type { PositionsSnapshot } from "../../artifacts/orders/positions-snapshot.ts";
import type {
  ExecutionRawRecord,
  ReconstructionRawRecord,
  ShardHead,
  ShardIndex,
} from "../../artifacts/orders/raw-shards.ts";
import type { StartupPreflight } from "../../artifacts/orders/startup-preflight.ts";
import type { VenueFingerprint } from "../../artifacts/orders/venue-fingerprint.ts";
import type { VenueRosterHead } from "../../artifacts/orders/venue-roster.ts";
import type { VenueTelemetry } from "../../artifacts/orders/venue-telemetry.ts";

/** What a pass over recorded order evidence hands to the claims, kind by kind. */
export type OrderRecords = Readonly<{
  preflight: StartupPreflight;
  roster_head: VenueRosterHead;
  roster_agent: RosterAgent;
  genome: VenueGenomeLine;
  birth: VenueBirthLine;
  death: VenueDeathLine;
  report: AuditorReport;
  paging_trace: PagingTrace;
  decision: DecisionTraceLine;
  attempt: OrderAttempt;
  api_call: ExchangeApiCall;
  freeze_event: FreezeEvent;
  sample: OrderStatusSample;
  ledger_tick: LedgerTick;
  history: OrderHistoryRow;
  fill: FillRow;
  bill: BillRow;
  discrepancy: AuditorDiscrepancy;
  error: ExecutionError;
  positions: PositionsSnapshot;
  shard_index: ShardIndex;
  shard_head: ShardHead;
  execution_raw: ExecutionRawRecord;
  reconstruction_raw: ReconstructionRawRecord;
  telemetry: VenueTelemetry;
  fingerprint: VenueFingerprint;
  summary: VenueSummary;
  ref_index: EvidenceRefIndex;
}>;

export type OrderRecordKind = keyof OrderRecords;

/** The files of recorded order evidence, in the order a pass reads them. */
export const orderArtifacts = [
  "startup_preflight",
  "agent_roster",
  "genomes_snapshot",
  "birth_events",
  "death_events",
  "auditor_report",
  "paging_traces",
  "decision_trace",
  "reconciliation_freeze_events",
  "order_attempts",
  "exchange_api_calls",
  "order_status_samples",
  "ledger_ticks",
  "orders_history",
  "fills",
  "bills",
  "auditor_discrepancies",
  "errors",
  "positions_snapshot",
  "m_execution_raw",
  "positions_reconstruction_raw",
  "gating_telemetry",
  "execution_fingerprint",
  "multiple_experiments_summary",
  "evidence_ref_index",
] as const;

export type OrderArtifact = (typeof orderArtifacts)[number];

/** For a sharded artifact: its index, which names the rest. */
export const orderFileNames: Readonly<Record<OrderArtifact, string>> = {
  startup_preflight: "startup_preflight.json",
  agent_roster: "agent_roster.json",
  genomes_snapshot: "genomes_snapshot.jsonl",
  birth_events: "birth_events.jsonl",
  death_events: "death_events.jsonl",
  auditor_report: "auditor_report.json",
  paging_traces: "paging_traces.jsonl",
  decision_trace: "decision_trace.jsonl",
  order_attempts: "order_attempts.jsonl",
  exchange_api_calls: "exchange_api_calls.jsonl",
  reconciliation_freeze_events: "reconciliation_freeze_events.jsonl",
  order_status_samples: "order_status_samples.jsonl",
  ledger_ticks: "ledger_ticks.jsonl",
  orders_history: "orders_history.jsonl",
  fills: "fills.jsonl",
  bills: "bills.jsonl",
  auditor_discrepancies: "auditor_discrepancies.jsonl",
  errors: "errors.jsonl",
  positions_snapshot: "positions_snapshot.json",
  m_execution_raw: "m_execution_raw_index.json",
  positions_reconstruction_raw: "positions_reconstruction_raw_index.json",
  gating_telemetry: "gating_telemetry.json",
  execution_fingerprint: "execution_fingerprint.json",
  multiple_experiments_summary: "multiple_experiments_summary.json",
  evidence_ref_index: "evidence_ref_index.json",
};
