import type { z } from "zod";
import {
  count,
  exactly,
  flag,
  hex16,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { type EvidenceRef, evidenceRef } from "../orders/evidence-ref.ts";
import { anyRunId, code, decimal, reasonedRecord, recordId } from "../orders/order-fields.ts";
import { type TickHead, type TruthProfile, tickHead, truthProfile } from "./execution-fields.ts";

export type SnapshotBalance = Readonly<{
  ccy: string;
  eq: string;
  cash_bal: string;
  avail_eq: string;
}>;

export type SnapshotPosition = Readonly<{
  inst_id: string;
  pos_side: string;
  pos: string;
  avg_px: string | null;
  mark_px: string | null;
  upl: string | null;
  lever: string | null;
}>;

/** exchange_snapshots.jsonl: the account as the exchange reported it. */
export type ExchangeSnapshotLine = TickHead &
  Readonly<{
    moment: "before_flatten" | "after_flatten" | "tick" | "run_end";
    mode: "okx_demo" | "okx_live";
    inst_id: string;
    contract_version: string;
    exchange_equity: string | null;
    exchange_equity_reason: string | null;
    exchange_equity_field_used: string;
    balances_min: readonly SnapshotBalance[];
    positions_min: readonly SnapshotPosition[] | null;
    positions_min_reason: string | null;
    open_orders_min: number | null;
    open_orders_min_reason: string | null;
    /** Of the canonical JSON of balances, positions and open orders. */
    snapshot_hash_16: string;
    call_ids: readonly string[];
  }>;

export const exchangeSnapshotLine: z.ZodType<ExchangeSnapshotLine> =
  reasonedRecord<ExchangeSnapshotLine>({
    ...tickHead,
    moment: oneOf(["before_flatten", "after_flatten", "tick", "run_end"]),
    mode: oneOf(["okx_demo", "okx_live"]),
    inst_id: recordId,
    contract_version: reason,
    exchange_equity: nullable(decimal),
    exchange_equity_reason: nullable(reason),
    exchange_equity_field_used: reason,
    balances_min: listOf(
      strictRecord<SnapshotBalance>({
        ccy: code,
        eq: decimal,
        cash_bal: decimal,
        avail_eq: decimal,
      }),
    ),
    positions_min: nullable(
      listOf(
        strictRecord<SnapshotPosition>({
          inst_id: recordId,
          pos_side: code,
          pos: decimal,
          avg_px: nullable(decimal),
          mark_px: nullable(decimal),
          upl: nullable(decimal),
          lever: nullable(decimal),
        }),
      ),
    ),
    positions_min_reason: nullable(reason),
    open_orders_min: nullable(count),
    open_orders_min_reason: nullable(reason),
    snapshot_hash_16: hex16,
    call_ids: listOf(recordId),
  });

/** Agents' money and reserve against what the exchange says; observed, never mended. */
export type ReconciliationLine = TickHead &
  Readonly<{
    contract_version: string;
    reconciliation_mode: "observe_only";
    exchange_equity: string | null;
    exchange_equity_reason: string | null;
    /** allocated + reserve. */
    internal_current_total: string;
    allocated_capital: string;
    system_reserve_before: string;
    system_reserve_after: string;
    /** exchange equity - internal total; null where the former is unknown. */
    delta: string | null;
    delta_reason: string | null;
    tolerance: string;
    reason_codes: readonly string[];
    action_taken: "none" | "freeze_requested";
    evidence_refs: readonly EvidenceRef[];
  }>;

export const reconciliationLine: z.ZodType<ReconciliationLine> = reasonedRecord<ReconciliationLine>(
  {
    ...tickHead,
    contract_version: reason,
    reconciliation_mode: exactly("observe_only"),
    exchange_equity: nullable(decimal),
    exchange_equity_reason: nullable(reason),
    internal_current_total: decimal,
    allocated_capital: decimal,
    system_reserve_before: decimal,
    system_reserve_after: decimal,
    delta: nullable(decimal),
    delta_reason: nullable(reason),
    tolerance: decimal,
    reason_codes: listOf(code),
    action_taken: oneOf(["none", "freeze_requested"]),
    evidence_refs: listOf(evidenceRef),
  },
);

export type LedgerEvent = Readonly<{ kind: string; amount: string; count: number }>;

/** post_run_ledger_audit.json: whose the money is, after every bill has been read. */
export type LedgerAudit = Readonly<{
  schema_version: "post_run_ledger_audit/1";
  run_id: string;
  ts_utc: string;
  reconciliation_mode: "observe_only";
  ccy: string;
  truth_profile: TruthProfile;
  tolerance_usdt: string;
  bootstrap_equity: string;
  exchange_equity_final: string | null;
  exchange_equity_final_reason: string | null;
  sum_agent_energy_final: string;
  system_reserve_final: string;
  /** exchange equity - agents - reserve. */
  identity_delta_final: string | null;
  identity_delta_final_reason: string | null;
  explained_total: string | null;
  explained_total_reason: string | null;
  unexplained_total: string | null;
  unexplained_total_reason: string | null;
  explained_events: readonly LedgerEvent[];
  unexplained_events: readonly LedgerEvent[];
  audit_status: "PASS" | "FAIL" | "NOT_MEASURABLE";
  audit_reason: string;
}>;

const ledgerEvents: z.ZodType<readonly LedgerEvent[]> = listOf(
  strictRecord<LedgerEvent>({ kind: code, amount: decimal, count }),
);

export const ledgerAudit: z.ZodType<LedgerAudit> = reasonedRecord<LedgerAudit>({
  schema_version: exactly("post_run_ledger_audit/1"),
  run_id: anyRunId,
  ts_utc: utcTime,
  reconciliation_mode: exactly("observe_only"),
  ccy: code,
  truth_profile: truthProfile,
  tolerance_usdt: decimal,
  bootstrap_equity: decimal,
  exchange_equity_final: nullable(decimal),
  exchange_equity_final_reason: nullable(reason),
  sum_agent_energy_final: decimal,
  system_reserve_final: decimal,
  identity_delta_final: nullable(decimal),
  identity_delta_final_reason: nullable(reason),
  explained_total: nullable(decimal),
  explained_total_reason: nullable(reason),
  unexplained_total: nullable(decimal),
  unexplained_total_reason: nullable(reason),
  explained_events: ledgerEvents,
  unexplained_events: ledgerEvents,
  audit_status: oneOf(["PASS", "FAIL", "NOT_MEASURABLE"]),
  audit_reason: reason,
});

export type AttemptCounts = Readonly<{
  placed: number;
  cancelled: number;
  refused: number;
  ok: number;
  rejected: number;
  error: number;
}>;

export type Materialised = Readonly<{ present: boolean; count: number; sha256_16: string }>;

/** reconciliation_summary.json: attempts, what the exchange has of them, and what they moved. */
export type ReconciliationSummary = Readonly<{
  schema_version: "reconciliation_summary/1";
  run_id: string;
  time_window_utc: Readonly<{ start: string; end: string }>;
  attempt_counts: AttemptCounts;
  exchange_materialized: Readonly<{
    orders_history: Materialised | null;
    fills: Materialised | null;
    bills: Materialised | null;
  }>;
  net_position_delta: readonly Readonly<{ inst_id: string; contracts: string }>[];
  net_cash_delta: readonly Readonly<{ ccy: string; amount: string }>[];
  explainability: Readonly<{ reason_codes: readonly string[]; links: readonly EvidenceRef[] }>;
  metabolism_alignment: null;
  metabolism_alignment_reason: string;
}>;

const materialised: z.ZodType<Materialised | null> = nullable(
  strictRecord<Materialised>({ present: flag, count, sha256_16: hex16 }),
);

export const reconciliationSummary: z.ZodType<ReconciliationSummary> =
  reasonedRecord<ReconciliationSummary>({
    schema_version: exactly("reconciliation_summary/1"),
    run_id: anyRunId,
    time_window_utc: strictRecord<ReconciliationSummary["time_window_utc"]>({
      start: utcTime,
      end: utcTime,
    }),
    attempt_counts: strictRecord<AttemptCounts>({
      placed: count,
      cancelled: count,
      refused: count,
      ok: count,
      rejected: count,
      error: count,
    }),
    exchange_materialized: strictRecord<ReconciliationSummary["exchange_materialized"]>({
      orders_history: materialised,
      fills: materialised,
      bills: materialised,
    }),
    net_position_delta: listOf(
      strictRecord<ReconciliationSummary["net_position_delta"][number]>({
        inst_id: recordId,
        contracts: decimal,
      }),
    ),
    net_cash_delta: listOf(
      strictRecord<ReconciliationSummary["net_cash_delta"][number]>({ ccy: code, amount: decimal }),
    ),
    explainability: strictRecord<ReconciliationSummary["explainability"]>({
      reason_codes: listOf(code),
      links: listOf(evidenceRef),
    }),
    metabolism_alignment: exactly(null),
    metabolism_alignment_reason: reason,
  });
