import { wasTaken } from "./order-book.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";
import { orderFileNames } from "./records.ts";

/**
 * Step 32: every order that the exchange has under our prefix is one that we recorded and that
 * somebody stands behind, and every order that it took from us is one that it remembers.
 */
export const step32Orphans: OrderClaim<"history"> = {
  id: "step32_orphans",
  clause: "docs/contracts/orders.md#step-32",
  reads: ["order_attempts", "orders_history", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const prefix = run.manifest.orders.audit_scope?.clOrdId_namespace_prefix ?? null;
    const seen = new Set<string>();

    return {
      on: {
        history(row, at): void {
          if (row.audit_scope_id !== run.auditScopeId || prefix === null) return;
          report.count();
          if (seen.has(row.ordId)) {
            report.finding("order_repeated", at, `order ${row.ordId} is there before`);
          }
          seen.add(row.ordId);
          const { clOrdId: name } = row;
          const entry = name === null ? run.orders.byOrdId(row.ordId) : run.orders.get(name);
          if (entry !== null) {
            const anchored = entry.agentIdHash !== null || entry.lifecycleScope !== null;
            if (!anchored)
              report.finding("order_unanchored", at, `nobody stands behind ${row.ordId}`);
          } else if (name === null) {
            report.gap("orphan_client_id_missing", at, `${row.ordId} may be ours or not`);
          } else if (name.startsWith(prefix)) {
            report.finding("orphan_order", at, `${name} is in no attempt of this run`);
          }
        },
      },
      end(): void {
        if (closedOrGap(run, "orders_history", report)) checkForgotten(run, report);
      },
    };
  },
};

function checkForgotten(run: OrderRun, report: OrderReport): void {
  for (const entry of run.orders.entries()) {
    if (!entry.sent || !wasTaken(entry)) continue;
    report.count();
    if (entry.historyState !== null) continue;
    const detail = `${entry.clientOrderId} was taken, but the exchange's history lacks it`;
    report.finding("order_missing_at_exchange", wholeFile(orderFileNames.orders_history), detail);
  }
}
