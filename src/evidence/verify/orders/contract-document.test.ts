import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { z } from "zod";
import {
  venueBirthLine,
  venueDeathLine,
  venueGenomeLine,
} from "../../artifacts/execution/venue-lives.ts";
import { venueManifest } from "../../artifacts/execution/venue-manifest.ts";
import { venueSummary } from "../../artifacts/execution/venue-summary.ts";
import { billRow, fillRow, orderHistoryRow } from "../../artifacts/orders/audit-rows.ts";
import { auditorDiscrepancy, auditorReport } from "../../artifacts/orders/auditor-report.ts";
import { evidenceRefIndex } from "../../artifacts/orders/evidence-ref-index.ts";
import { exchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import { executionError } from "../../artifacts/orders/execution-errors.ts";
import { freezeEvent } from "../../artifacts/orders/freeze-events.ts";
import { ledgerTick } from "../../artifacts/orders/ledger-ticks.ts";
import { orderAttempt } from "../../artifacts/orders/order-attempts.ts";
import { orderStatusSample } from "../../artifacts/orders/order-status-samples.ts";
import { pagingTrace } from "../../artifacts/orders/paging-traces.ts";
import { positionsSnapshot } from "../../artifacts/orders/positions-snapshot.ts";
import { executionRawRecord, reconstructionRawRecord } from "../../artifacts/orders/raw-shards.ts";
import { startupPreflight } from "../../artifacts/orders/startup-preflight.ts";
import { venueFingerprint } from "../../artifacts/orders/venue-fingerprint.ts";
import { venueTelemetry } from "../../artifacts/orders/venue-telemetry.ts";
import { remedyByCode } from "./codes.ts";
import { orderClaims } from "./order-claims.ts";
import { orderFileNames } from "./records.ts";
import { orderFilesClaim } from "./verify-orders.ts";

const path = "docs/contracts/orders.md";
const contract = readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

test("every claim cites a clause that is in the contract", () => {
  const anchors = [...contract.matchAll(/^### (.+)$/gm)].map(([, title = ""]) => {
    return title.toLowerCase().replaceAll(" ", "-");
  });
  const cited = [orderFilesClaim, ...orderClaims].map(({ clause }) => clause);
  assert.deepEqual(
    cited.filter((clause) => !anchors.includes(clause.slice(path.length + 1))),
    [],
  );
  assert.deepEqual(
    anchors.filter((anchor) => !cited.includes(`${path}#${anchor}`)),
    [],
  );
});

test("every word is in the contract with its remedy, and no other", () => {
  const rows = [...contract.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)];
  const said = rows.map(([, code, remedy]) => [code, remedy]);
  assert.deepEqual(said, Object.entries(remedyByCode));
});

test("every artifact is in the table of files", () => {
  for (const file of Object.values(orderFileNames)) assert.ok(contract.includes(file), file);
});

const schemas: Readonly<Record<string, z.ZodType>> = {
  "order_attempts.jsonl": orderAttempt,
  "exchange_api_calls.jsonl": exchangeApiCall,
  "order_status_samples.jsonl": orderStatusSample,
  "orders_history.jsonl": orderHistoryRow,
  "fills.jsonl": fillRow,
  "bills.jsonl": billRow,
  "paging_traces.jsonl": pagingTrace,
  "auditor_discrepancies.jsonl": auditorDiscrepancy,
  "reconciliation_freeze_events.jsonl": freezeEvent,
  "ledger_ticks.jsonl": ledgerTick,
  "errors.jsonl": executionError,
  m_execution_raw: executionRawRecord,
  positions_reconstruction_raw: reconstructionRawRecord,
  "startup_preflight.json": startupPreflight,
  "auditor_report.json": auditorReport,
  "positions_snapshot.json": positionsSnapshot,
  "gating_telemetry.json": venueTelemetry,
  "execution_fingerprint.json": venueFingerprint,
  "evidence_ref_index.json": evidenceRefIndex,
  "genomes_snapshot.jsonl": venueGenomeLine,
  "birth_events.jsonl": venueBirthLine,
  "death_events.jsonl": venueDeathLine,
  "multiple_experiments_summary.json": venueSummary,
  "run_manifest.json": venueManifest,
};

for (const [file, schema] of Object.entries(schemas)) {
  test(`the contract gives the fields of ${file} in the order of its schema`, () => {
    const form = new RegExp(`^- \`${file.replaceAll(".", "\\.")}\`: \`([^\`]+)\``, "m");
    const [, list = ""] = form.exec(contract) ?? [];
    const { shape } = schema as z.ZodObject;
    assert.deepEqual(list.split(/,\s+/), Object.keys(shape));
  });
}
