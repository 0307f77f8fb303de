import { join } from "node:path";
import type { z } from "zod";
import { rosterAgent } from "../../artifacts/agent-roster.ts";
import {
  venueBirthLine,
  venueDeathLine,
  venueGenomeLine,
} from "../../artifacts/execution/venue-lives.ts";
import { venueSummary } from "../../artifacts/execution/venue-summary.ts";
import { billRow, fillRow, orderHistoryRow } from "../../artifacts/orders/audit-rows.ts";
import { auditorDiscrepancy, auditorReport } from "../../artifacts/orders/auditor-report.ts";
import { decisionTraceLine } from "../../artifacts/orders/decision-trace.ts";
import { evidenceRefIndex } from "../../artifacts/orders/evidence-ref-index.ts";
import { exchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import { executionError } from "../../artifacts/orders/execution-errors.ts";
import { freezeEvent } from "../../artifacts/orders/freeze-events.ts";
import { ledgerTick } from "../../artifacts/orders/ledger-ticks.ts";
import { orderAttempt } from "../../artifacts/orders/order-attempts.ts";
import { orderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import { pagingTrace } from "../../artifacts/orders/paging-traces.ts";
import { positionsSnapshot } from "../../artifacts/orders/positions-snapshot.ts";
import { startupPreflight } from "../../artifacts/orders/startup-preflight.ts";
import { venueFingerprint } from "../../artifacts/orders/venue-fingerprint.ts";
import { venueRosterHead } from "../../artifacts/orders/venue-roster.ts";
import { venueTelemetry } from "../../artifacts/orders/venue-telemetry.ts";
import type { Problem } from "../../reading/problem.ts";
import { readDocument } from "../../reading/read-document.ts";
import { readListDocument } from "../../reading/read-list-document.ts";
import { readRecords } from "../../reading/read-records.ts";
import type { ReadFile } from "./file-book.ts";
import type { At } from "./order-claim.ts";
import { readShards } from "./read-shards.ts";
import {
  type OrderArtifact,
  type OrderRecordKind,
  type OrderRecords,
  orderFileNames,
} from "./records.ts";

/** Who gets what the files hold. */
export type OrderIntake = Readonly<{
  record: <Kind extends OrderRecordKind>(kind: Kind, record: OrderRecords[Kind], at: At) => void;
  problem: (file: string, problem: Problem) => void;
  /** A file was read to its end. */
  file: (name: string, file: ReadFile) => void;
}>;

export type ReadOrderArtifact = (directory: string, intake: OrderIntake) => void;

export const readOrderArtifact: Readonly<Record<OrderArtifact, ReadOrderArtifact>> = {
  startup_preflight: document("startup_preflight", "preflight", startupPreflight),
  agent_roster: readRoster,
  genomes_snapshot: lines("genomes_snapshot", "genome", venueGenomeLine),
  birth_events: lines("birth_events", "birth", venueBirthLine),
  death_events: lines("death_events", "death", venueDeathLine),
  auditor_report: document("auditor_report", "report", auditorReport),
  paging_traces: lines("paging_traces", "paging_trace", pagingTrace),
  decision_trace: lines("decision_trace", "decision", decisionTraceLine),
  order_attempts: lines("order_attempts", "attempt", orderAttempt),
  exchange_api_calls: lines("exchange_api_calls", "api_call", exchangeApiCall),
  reconciliation_freeze_events: lines("reconciliation_freeze_events", "freeze_event", freezeEvent),
  order_status_samples: lines("order_status_samples", "sample", orderStatusSample),
  ledger_ticks: lines("ledger_ticks", "ledger_tick", ledgerTick),
  orders_history: lines("orders_history", "history", orderHistoryRow),
  fills: lines("fills", "fill", fillRow),
  bills: lines("bills", "bill", billRow),
  auditor_discrepancies: lines("auditor_discrepancies", "discrepancy", auditorDiscrepancy),
  errors: lines("errors", "error", executionError),
  positions_snapshot: document("positions_snapshot", "positions", positionsSnapshot),
  m_execution_raw: readShards("m_execution_raw"),
  positions_reconstruction_raw: readShards("positions_reconstruction_raw"),
  gating_telemetry: document("gating_telemetry", "telemetry", venueTelemetry),
  execution_fingerprint: document("execution_fingerprint", "fingerprint", venueFingerprint),
  multiple_experiments_summary: document("multiple_experiments_summary", "summary", venueSummary),
  evidence_ref_index: document("evidence_ref_index", "ref_index", evidenceRefIndex),
};

function lines<Kind extends OrderRecordKind>(
  artifact: OrderArtifact,
  kind: Kind,
  schema: z.ZodType<OrderRecords[Kind]>,
): ReadOrderArtifact {
  const file = orderFileNames[artifact];
  return (directory, intake) => {
    let count = 0;
    const facts = readRecords(join(directory, file), schema, {
      record(record, line): void {
        count = line;
        intake.record(kind, record, { file, line });
      },
      problem(problem): void {
        count = Math.max(count, problem.line ?? 0);
        intake.problem(file, problem);
      },
    });
    if (facts.ok) intake.file(file, { ...facts.value, lines: count });
    else intake.problem(file, facts.fault);
  };
}

function document<Kind extends OrderRecordKind>(
  artifact: OrderArtifact,
  kind: Kind,
  schema: z.ZodType<OrderRecords[Kind]>,
): ReadOrderArtifact {
  const file = orderFileNames[artifact];
  return (directory, intake) => {
    const { value, facts, problems } = readDocument(join(directory, file), schema);
    for (const problem of problems) intake.problem(file, problem);
    if (facts !== null) intake.file(file, { ...facts, lines: null });
    if (value !== null) intake.record(kind, value, { file, line: null });
  };
}

function readRoster(directory: string, intake: OrderIntake): void {
  const file = orderFileNames.agent_roster;
  const shape = { head: venueRosterHead, listKey: "agents", item: rosterAgent };
  const facts = readListDocument(join(directory, file), shape, {
    head: (head) => intake.record("roster_head", head, { file, line: 1 }),
    item: (item, line) => intake.record("roster_agent", item, { file, line }),
    problem: (problem) => intake.problem(file, problem),
  });
  if (facts !== null) intake.file(file, { ...facts, lines: null });
}
