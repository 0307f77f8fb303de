import { amountText } from "../amounts/amount.ts";
import type { RunState } from "../loop/run-state.ts";
import { killedCode, type LeftRecords } from "./left-records.ts";

const why = "the_process_was_killed_in_this_tick";

/** A line of the ledger for each tick that sent orders and was not closed by who lived it. */
export function closeLedger(
  { session, broker, bootstrapEquity }: RunState,
  { ledger }: LeftRecords,
): void {
  const closed = new Set(ledger.map(({ tick }) => tick));
  const open = new Set(broker.orders().map(({ intent }) => intent.tick));
  for (const tick of [...open].toSorted((left, right) => (left ?? 0) - (right ?? 0))) {
    if (tick === null || closed.has(tick)) continue;
    const { sent, acked, failed } = broker.tickOrders(tick);
    session.journal.order("ledger_ticks", {
      tick,
      bootstrap_equity: amountText(bootstrapEquity),
      exchange_equity: null,
      exchange_equity_reason: why,
      capital_health_ratio: null,
      capital_health_ratio_reason: why,
      positions_truth_quality: "unknown",
      position_exposure_ratio: null,
      position_exposure_ratio_reason: why,
      pos_side_sign: null,
      pos_side_sign_reason: why,
      reason_code: killedCode,
      execution_orders_sent: sent,
      execution_orders_acked: acked,
      execution_orders_failed: failed,
    });
  }
}
