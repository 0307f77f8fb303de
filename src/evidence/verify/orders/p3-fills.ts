import { toUnits, unitsToText } from "./exact-decimal.ts";
import { endOf } from "./order-book.ts";
import { type OrderClaim, type OrderReport, type OrderRun, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";
import { orderFileNames } from "./records.ts";

/**
 * P3: the fills of every order that ended add up to what it says was filled, each trade is there
 * once, and the query that brought them was read to its end. It holds one sum for each order with
 * fills and one id for each fill.
 */
export const p3Fills: OrderClaim<"fill"> = {
  id: "step88_p3_fills",
  clause: "docs/contracts/orders.md#p3",
  reads: ["order_attempts", "fills", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const filledByOrder = new Map<string, bigint>();
    const trades = new Set<string>();

    return {
      on: {
        fill(fill, at): void {
          if (fill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          if (trades.has(fill.tradeId)) {
            report.finding("p3_trade_repeated", at, `trade ${fill.tradeId} is there before`);
            return;
          }
          trades.add(fill.tradeId);
          const entry = run.orders.get(fill.clOrdId ?? "") ?? run.orders.byOrdId(fill.ordId);
          if (entry === null) return;
          const before = filledByOrder.get(entry.clientOrderId) ?? 0n;
          filledByOrder.set(entry.clientOrderId, before + toUnits(fill.fillSz));
        },
      },
      end(): void {
        if (!closedOrGap(run, "fills", report)) return;
        checkSizes(run, filledByOrder, report);
      },
    };
  },
};

function checkSizes(
  run: OrderRun,
  filledByOrder: ReadonlyMap<string, bigint>,
  report: OrderReport,
): void {
  for (const entry of run.orders.entries()) {
    const end = endOf(entry);
    if (!entry.sent || end === null) continue;
    report.count();
    const fills = filledByOrder.get(entry.clientOrderId) ?? 0n;
    if (fills === toUnits(end.filled)) continue;
    const detail = `${entry.clientOrderId}: fills of ${unitsToText(fills)}, order ${end.filled}`;
    report.finding("p3_size_differs", wholeFile(orderFileNames.fills), detail);
  }
}
