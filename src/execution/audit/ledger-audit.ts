import { isoFromMillis } from "#base";
import type { ExecutionDocuments } from "#evidence";
import { type Amount, absolute, amountText, microAmount, toAmount } from "../amounts/amount.ts";
import { balanceBooks } from "../loop/balance-books.ts";
import { billTypeOf, type Materialised } from "./materialise.ts";
import type { AuditParts } from "./run-audit.ts";

type LedgerAudit = ExecutionDocuments["post_run_ledger_audit"];
type LedgerEvent = LedgerAudit["explained_events"][number];

/**
 * Whose the money is after the run: agents and reserve together against the exchange. What no
 * order caused (funding, transfers) is explained by its bills; the rest is not explained.
 */
export function ledgerAuditOf(
  { session, state, endAccount }: AuditParts,
  rows: Materialised,
  billsClosed: boolean,
): LedgerAudit {
  const { request, probed, runId, journal } = session;
  const tolerance = microAmount(request.config.toleranceMicro);
  const base = {
    schema_version: "post_run_ledger_audit/1",
    run_id: runId,
    ts_utc: isoFromMillis(journal.clock.nowMillis()),
    reconciliation_mode: "observe_only",
    ccy: probed.sizes.currency,
    tolerance_usdt: amountText(tolerance),
    exchange_equity_final: endAccount.balance?.eq ?? null,
    exchange_equity_final_reason: endAccount.balance === null ? "balance_not_read" : null,
  } as const;
  if (state === null) return { ...base, ...nobody };
  const { total, allocated, delta, reason } = balanceBooks(state, endAccount);
  const explained = explainedEvents(rows, state.bootstrapMs, probed.sizes.currency);
  const explainedTotal = explained.reduce((sum, { amount }) => sum + toAmount(amount), 0n);
  const known = delta !== null && billsClosed;
  const why = known ? null : (reason ?? "bills_not_closed");
  const wrong = known && absolute(delta) > tolerance;
  const text = (amount: Amount | null): string | null =>
    amount === null ? null : amountText(amount);
  return {
    ...base,
    truth_profile: known ? state.truth : "unknown",
    bootstrap_equity: amountText(state.bootstrapEquity),
    sum_agent_energy_final: amountText(allocated),
    system_reserve_final: amountText(total - allocated),
    identity_delta_final: text(delta),
    identity_delta_final_reason: delta === null ? (reason ?? "unknown") : null,
    explained_total: known ? amountText(explainedTotal) : null,
    explained_total_reason: why,
    unexplained_total: known ? text(delta) : null,
    unexplained_total_reason: why,
    explained_events: explained,
    unexplained_events: wrong
      ? [{ kind: "unknown_unexplained", amount: amountText(delta), count: 1 }]
      : [],
    audit_status: !known || state.truth !== "ok" ? "NOT_MEASURABLE" : wrong ? "FAIL" : "PASS",
    audit_reason: wrong
      ? "the exchange and the books differ by more than the tolerance"
      : known && state.truth === "ok"
        ? "agents, reserve and exchange agree within the tolerance"
        : (why ?? "the truth of the run was degraded"),
  };
}

const nobody = {
  truth_profile: "unknown",
  bootstrap_equity: "0",
  sum_agent_energy_final: "0",
  system_reserve_final: "0",
  identity_delta_final: null,
  identity_delta_final_reason: "the_run_ended_before_there_were_agents",
  explained_total: null,
  explained_total_reason: "the_run_ended_before_there_were_agents",
  unexplained_total: null,
  unexplained_total_reason: "the_run_ended_before_there_were_agents",
  explained_events: [],
  unexplained_events: [],
  audit_status: "NOT_MEASURABLE",
  audit_reason: "the run ended before there were agents",
} as const;

/** Bills that no order caused since the capital was shared out, added up by kind. */
function explainedEvents(
  rows: Materialised,
  sinceMs: number,
  currency: string,
): readonly LedgerEvent[] {
  const sums = new Map<string, { amount: Amount; count: number }>();
  for (const { row } of rows.bills) {
    if (row.ordId !== null || row.billedMs < sinceMs || row.ccy !== currency) continue;
    const kind = billTypeOf(row);
    const sum = sums.get(kind) ?? { amount: 0n, count: 0 };
    sums.set(kind, { amount: sum.amount + toAmount(row.balChg), count: sum.count + 1 });
  }
  return [...sums]
    .map(([kind, { amount, count }]) => ({ kind, amount: amountText(amount), count }))
    .toSorted((left, right) => (left.kind < right.kind ? -1 : 1));
}
