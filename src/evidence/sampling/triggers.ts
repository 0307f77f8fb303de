import { millisFromIso } from "#base";
import type { BillRow } from "../artifacts/orders/audit-rows.ts";
import { type ExchangeApiCall, isAcknowledged } from "../artifacts/orders/exchange-api-calls.ts";
import type { OrderAttempt } from "../artifacts/orders/order-attempts.ts";
import type { SampleTrigger } from "../artifacts/orders/raw-samples.ts";
import type { ExecutionRawRecord } from "../artifacts/orders/raw-shards.ts";

type Event = Exclude<SampleTrigger, "baseline">;

/** What makes a call worth keeping whole; null = nothing. */
export function eventOfCall(call: ExchangeApiCall): Event | null {
  if (call.error_type === "timeout") return "timeout";
  if (call.error_type !== null) return "error";
  if (call.operation === "query") return null;
  return isAcknowledged(call) ? null : "reject";
}

export function eventOfAttempt(attempt: OrderAttempt): Event | null {
  if (attempt.status === "error") return "error";
  return attempt.rejected ? "reject" : null;
}

export function eventOfBill({ bill_type }: BillRow): Event | null {
  return bill_type === "liquidation" ? "forced_liquidation" : null;
}

export type SelfTradeWatch = Readonly<{
  /** Whether this execution may have met another of the same account. */
  suspect: (record: ExecutionRawRecord) => boolean;
}>;

/** How close two executions lie to be one trade seen from both sides, and how many are compared. */
const windowMs = 1000;
const maxHeld = 4096;

/**
 * Suspects a trade of the account with itself: the same trade id on both sides is certain; opposite
 * sides of one instrument at the same price within a second are suspicious. Memory is bounded: the
 * newest executions of the last second, at most 4096.
 */
export function createSelfTradeWatch(): SelfTradeWatch {
  let held: readonly ExecutionRawRecord[] = [];
  return {
    suspect(record): boolean {
      if (record.kind !== "fill") return false;
      const now = millisOf(record.ts_utc);
      held = held.filter(({ ts_utc }) => now - millisOf(ts_utc) <= windowMs).slice(-maxHeld);
      const met = held.some((other) => isOtherSide(other, record));
      held = [...held, record];
      return met;
    },
  };
}

function isOtherSide(left: ExecutionRawRecord, right: ExecutionRawRecord): boolean {
  if (left.account_id_hash !== right.account_id_hash || left.side === right.side) return false;
  if (left.inst_id !== right.inst_id) return false;
  return (left.tradeId !== null && left.tradeId === right.tradeId) || left.px === right.px;
}

function millisOf(ts: string): number {
  const millis = millisFromIso(ts);
  return millis.ok ? millis.value : 0;
}
