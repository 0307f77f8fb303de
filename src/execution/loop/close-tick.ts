import {
  type Amount,
  absolute,
  amountNumber,
  amountText,
  microAmount,
  toAmount,
} from "../amounts/amount.ts";
import { netContracts } from "../audit/positions.ts";
import { totalLots } from "../colony/reserve.ts";
import { refToLines } from "../landing/refs.ts";
import { rounded } from "../quality/percentiles.ts";
import { recordClock } from "../run/record-clock.ts";
import { type AccountSeen, lookAtAccount } from "./account-look.ts";
import { type Balanced, balanceBooks } from "./balance-books.ts";
import type { RunState } from "./run-state.ts";
import { degrade, takeSystemBills } from "./take-fills.ts";

/** Looks at the account, holds the books against it, and writes the ledger's line of the tick. */
export async function closeTick(state: RunState, tick: number): Promise<void> {
  const reserveBefore = state.reserve.cash;
  await takeSystemBills(state);
  await recordClock(state.session);
  const seen = await lookAtAccount(state.session, "tick", tick);
  state.account = seen;
  state.apiErrors += seen.failed.length;
  checkPositions(state, seen);
  const balanced = balanceBooks(state, seen);
  await reconcile(state, { tick, seen, balanced, reserveBefore });
  writeLedger(state, tick, seen);
}

/** The exchange's position against the sum of everybody's; it may say nothing, but not another. */
function checkPositions(state: RunState, seen: AccountSeen): void {
  const { sizes } = state.colony;
  if (seen.positions === null) {
    degrade(state, "positions_unknown", seen.failed.join(", "));
    return;
  }
  const theirs = sizes.toLots(amountText(netContracts(seen.positions, sizes.instId)));
  const ours = totalLots(state.colony, state.reserve);
  if (theirs === ours) return;
  if (seen.positions.length === 0) {
    state.session.fences.count("fence_i_positions_empty_fallback");
    degrade(state, "positions_empty_fallback", `none reported, fills make ${ours} lots`);
    return;
  }
  degrade(state, "positions_differ", `${theirs} lots reported, fills make ${ours}`);
}

type Reconciled = Readonly<{
  tick: number;
  seen: AccountSeen;
  balanced: Balanced;
  reserveBefore: Amount;
}>;

async function reconcile(
  state: RunState,
  { tick, seen, balanced, reserveBefore }: Reconciled,
): Promise<void> {
  const { session, broker, reserve } = state;
  const { journal, auditScopeId, directory, request } = session;
  const { total, allocated, delta, reason } = balanced;
  const tolerance = microAmount(request.config.toleranceMicro);
  const wrong = delta !== null && absolute(delta) > tolerance;
  journal.land();
  const place = { file: "exchange_snapshots.jsonl", start: seen.line, end: seen.line };
  const ref = refToLines(directory, place, auditScopeId);
  const moved = reserve.cash - reserveBefore;
  journal.execution("capital_reconciliation_events", {
    tick,
    tick_reason: null,
    contract_version: "capital_reconciliation/1",
    reconciliation_mode: "observe_only",
    exchange_equity: seen.balance?.eq ?? null,
    exchange_equity_reason: seen.balance === null ? "balance_not_read" : null,
    internal_current_total: amountText(total),
    allocated_capital: amountText(allocated),
    system_reserve_before: amountText(total - allocated - moved),
    system_reserve_after: amountText(total - allocated),
    delta: delta === null ? null : amountText(delta),
    delta_reason: delta === null ? (reason ?? "unknown") : null,
    tolerance: amountText(tolerance),
    reason_codes: wrong ? ["unexplained_balance_delta"] : moved === 0n ? [] : ["reserve_moved"],
    action_taken: wrong ? "freeze_requested" : "none",
    evidence_refs: [ref],
  });
  if (!wrong) return;
  const detail = `the exchange and the books differ by ${amountText(delta)}`;
  await broker.freeze("unexplained_balance_delta", detail, { tick, refs: [ref] });
}

function writeLedger(state: RunState, tick: number, seen: AccountSeen): void {
  const { session, broker, bootstrapEquity, colony, reserve, markPrice } = state;
  const equity = seen.balance === null ? null : toAmount(seen.balance.eq);
  const start = amountNumber(bootstrapEquity);
  const lots = totalLots(colony, reserve);
  const value = markPrice === null ? null : colony.sizes.valueOf(Math.abs(lots), markPrice);
  const exposure =
    equity === null || equity <= 0n || value === null
      ? null
      : rounded(amountNumber(value) / amountNumber(equity));
  const health = equity === null || start <= 0 ? null : rounded(amountNumber(equity) / start);
  const { sent, acked, failed } = broker.tickOrders(tick);
  session.journal.order("ledger_ticks", {
    tick,
    bootstrap_equity: amountText(bootstrapEquity),
    exchange_equity: seen.balance?.eq ?? null,
    exchange_equity_reason: seen.balance === null ? "balance_not_read" : null,
    capital_health_ratio: health,
    capital_health_ratio_reason: health === null ? "equity_not_known" : null,
    positions_truth_quality: state.truth,
    position_exposure_ratio: exposure,
    position_exposure_ratio_reason: exposure === null ? "equity_or_price_not_known" : null,
    pos_side_sign: lots > 0 ? 1 : lots < 0 ? -1 : 0,
    pos_side_sign_reason: null,
    reason_code: broker.frozen() === null ? null : "execution_frozen",
    execution_orders_sent: sent,
    execution_orders_acked: acked,
    execution_orders_failed: failed,
  });
}
