import type { ExchangeApiCall } from "../../artifacts/orders/exchange-api-calls.ts";
import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import type { StartupPreflight } from "../../artifacts/orders/startup-preflight.ts";
import type { At, OrderReport, OrderRun } from "./order-claim.ts";

/** Cancels of what was at the account before the run: no attempt of ours placed it. */
export type ForeignCancels = Readonly<{
  preflight: (preflight: StartupPreflight) => void;
  attempt: (attempt: OrderAttempt) => void;
  /** Whether the call is such a cancel; then it is judged. */
  take: (call: ExchangeApiCall, at: At) => boolean;
  /** Once every id of our own orders is known. */
  end: (run: OrderRun) => void;
}>;

type Cancelled = Readonly<{ at: At; clientOrderId: string | null; ordId: string }>;

/** It holds one entry for each cancel. */
export function createForeignCancels(report: OrderReport): ForeignCancels {
  const cancelled: Cancelled[] = [];
  /** Times of the end of the preflight and of the first attempt of an agent, as far as known. */
  const ends: string[] = [];
  let hasAgentActed = false;

  return {
    preflight: ({ end_time }) => void ends.push(end_time),
    attempt({ agent_id_hash: agent, ts_utc }): void {
      if (agent !== null && !hasAgentActed) ends.push(ts_utc);
      hasAgentActed ||= agent !== null;
    },
    take(call, at): boolean {
      const { operation, component, attempt_id, ordId, clOrdId, call_id, ts_utc } = call;
      if (operation !== "cancel" || component !== "preflight" || attempt_id !== null) return false;
      if (ordId === null) {
        report.finding("p1_call_unknown", at, `${call_id} does not say what it cancels`);
      } else cancelled.push({ at, clientOrderId: clOrdId, ordId });
      const end = ends.find((one) => ts_utc > one);
      if (end !== undefined) {
        const detail = `${call_id} cancels what is not ours, and the preflight ended at ${end}`;
        report.finding("p1_foreign_cancel_late", at, detail);
      }
      return true;
    },
    end(run): void {
      for (const { at, clientOrderId, ordId } of cancelled) {
        const own = run.orders.get(clientOrderId ?? "") ?? run.orders.byOrdId(ordId);
        if (own === null) continue;
        const detail = `a cancel of ${own.clientOrderId}, which is ours, without an attempt`;
        report.finding("p1_call_unknown", at, detail);
      }
    },
  };
}

/** Everything under this path changes orders, but for the timer, which only may at its end. */
const orderPath = "/api/v5/trade/";
const timerPath = "/api/v5/trade/cancel-all-after";

/** Whether a call that says `query` goes where orders are changed. */
export function isWriteAsQuery({ operation, method, endpoint }: ExchangeApiCall): boolean {
  if (operation !== "query" || method !== "POST") return false;
  return endpoint.startsWith(orderPath) && endpoint !== timerPath;
}
