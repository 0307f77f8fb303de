import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isoFromMillis } from "#base";
import type { EvidenceRef, ExecutionDocuments } from "#evidence";
import { type Amount, amountText, toAmount } from "../amounts/amount.ts";
import { refToLines } from "../landing/refs.ts";
import type { RunSession } from "../run/open-session.ts";
import { signedFill } from "./positions.ts";
import type { Audited } from "./run-audit.ts";

type Summary = ExecutionDocuments["reconciliation_summary"];

/** reconciliation_summary.json: what was tried, what the exchange has of it, what it moved. */
export function reconciliationSummaryOf(session: RunSession, audited: Audited): Summary {
  const { own, rows, scope, discrepancies } = audited;
  const { directory, runId, auditScopeId } = session;
  const fills = rows.fills.map(({ row }) => row);
  const positions = addUp(fills.map((fill) => [fill.instId, signedFill(fill)]));
  const bills = rows.bills.map(({ row }) => [row.ccy, toAmount(row.balChg)] as const);
  const attempts = own.attempts;
  const outcome = (status: string): number =>
    attempts.filter((one) => one.status === status && one.gate.gate_decision === "allow").length;
  const files = { orders_history: rows.history, fills: rows.fills, bills: rows.bills } as const;
  const links: readonly EvidenceRef[] = Object.entries(files).flatMap(([file, kept]) =>
    kept.length === 0
      ? []
      : refToLines(directory, { file: `${file}.jsonl`, start: 1, end: kept.length }, auditScopeId),
  );
  return {
    schema_version: "reconciliation_summary/1",
    run_id: runId,
    time_window_utc: {
      start: isoFromMillis(scope.time_window_ms.start_ms),
      end: isoFromMillis(scope.time_window_ms.end_ms),
    },
    attempt_counts: {
      placed: attempts.filter(
        ({ operation, status }) => operation === "place" && status === "sending",
      ).length,
      cancelled: attempts.filter(
        ({ operation, status }) => operation === "cancel" && status === "sending",
      ).length,
      refused: attempts.filter(({ gate }) => gate.gate_decision === "reject").length,
      ok: outcome("ok"),
      rejected: outcome("rejected"),
      error: outcome("error"),
    },
    exchange_materialized: {
      orders_history: fileOf(directory, "orders_history.jsonl", rows.history.length),
      fills: fileOf(directory, "fills.jsonl", rows.fills.length),
      bills: fileOf(directory, "bills.jsonl", rows.bills.length),
    },
    net_position_delta: positions.map(([inst_id, sum]) => ({
      inst_id,
      contracts: amountText(sum),
    })),
    net_cash_delta: addUp(bills).map(([ccy, sum]) => ({ ccy, amount: amountText(sum) })),
    explainability: {
      reason_codes: [...new Set(discrepancies.map(({ type }) => type))].toSorted(),
      links,
    },
    metabolism_alignment: null,
    metabolism_alignment_reason: "no_metabolism_is_measured_at_a_venue",
  };
}

function addUp(
  parts: readonly (readonly [string, Amount])[],
): readonly (readonly [string, Amount])[] {
  const sums = new Map<string, Amount>();
  for (const [key, amount] of parts) sums.set(key, (sums.get(key) ?? 0n) + amount);
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function fileOf(
  directory: string,
  file: string,
  count: number,
): Summary["exchange_materialized"]["fills"] {
  const sha256 = createHash("sha256")
    .update(readFileSync(join(directory, file)))
    .digest("hex");
  return { present: true, count, sha256_16: sha256.slice(0, 16) };
}
