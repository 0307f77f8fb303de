import type { LedgerTick } from "../../artifacts/orders/ledger-ticks.ts";
import type { VenueFingerprint } from "../../artifacts/orders/venue-fingerprint.ts";
import { type At, type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * What the run says it did to the outside is what is recorded: calls, errors and orders of the
 * fingerprint, and the orders of every tick. It holds three counts for each tick with orders.
 */
export const executionCounts: OrderClaim<"attempt" | "api_call" | "ledger_tick" | "fingerprint"> = {
  id: "execution_counts",
  clause: "docs/contracts/orders.md#execution-counts",
  reads: ["order_attempts", "exchange_api_calls", "ledger_ticks", "execution_fingerprint"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(_run, report) {
    const countsByTick = new Map<number, Counts>();
    const calls = { all: 0, errors: 0, rateLimited: 0, sent: 0 };
    let fingerprint: VenueFingerprint | null = null;

    return {
      on: {
        attempt({ status, tick, gate }): void {
          if (status === "sending") calls.sent += 1;
          if (tick === null || gate.gate_decision === "reject") return;
          const counts = countsByTick.get(tick) ?? { sent: 0, acked: 0, failed: 0 };
          countsByTick.set(tick, counts);
          if (status === "sending") counts.sent += 1;
          else if (status === "ok") counts.acked += 1;
          else counts.failed += 1;
        },
        api_call(call): void {
          calls.all += 1;
          if (call.error_type !== null) calls.errors += 1;
          if (rateLimitCodes.has(call.sCode ?? call.code ?? "")) calls.rateLimited += 1;
        },
        ledger_tick(tick, at): void {
          report.count();
          checkTick(tick, countsByTick.get(tick.tick) ?? noCounts, at, report);
          countsByTick.delete(tick.tick);
        },
        fingerprint(record): void {
          fingerprint = record;
        },
      },
      end(): void {
        const ledger = wholeFile(orderFileNames.ledger_ticks);
        for (const tick of countsByTick.keys()) {
          report.finding("ledger_tick_missing", ledger, `orders in tick ${tick}, no ledger line`);
        }
        if (fingerprint !== null) checkFingerprint(fingerprint, calls, report);
      },
    };
  },
};

type Counts = { sent: number; acked: number; failed: number };

const noCounts: Counts = { sent: 0, acked: 0, failed: 0 };

/** The exchange's words for "too many": per endpoint and per account. */
const rateLimitCodes: ReadonlySet<string> = new Set(["50011", "50061"]);

function checkTick(said: LedgerTick, due: Counts, at: At, report: OrderReport): void {
  const pairs = [
    ["execution_orders_sent", said.execution_orders_sent, due.sent],
    ["execution_orders_acked", said.execution_orders_acked, due.acked],
    ["execution_orders_failed", said.execution_orders_failed, due.failed],
  ] as const;
  for (const [field, there, found] of pairs) {
    if (there === found) continue;
    const detail = `${there} in tick ${said.tick}, ${found} attempts say so`;
    report.finding("ledger_counts_differ", { ...at, field }, detail);
  }
}

function checkFingerprint(
  said: VenueFingerprint,
  due: Readonly<{ all: number; errors: number; rateLimited: number; sent: number }>,
  report: OrderReport,
): void {
  const pairs = [
    ["api_calls", said.api_calls, due.all],
    ["orders_sent", said.orders_sent, due.sent],
    ["error_count", said.error_count, due.errors],
    ["error_events", said.error_events.length, due.errors],
    ["rate_limit_hits", said.rate_limit_hits, due.rateLimited],
  ] as const;
  for (const [field, there, found] of pairs) {
    report.count();
    if (there === found) continue;
    const at = { ...wholeFile(orderFileNames.execution_fingerprint), field };
    report.finding("fingerprint_differs", at, `${there} there, ${found} recorded`);
  }
}
