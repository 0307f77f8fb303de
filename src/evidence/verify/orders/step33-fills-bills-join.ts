import type { FillRow } from "../../artifacts/orders/audit-rows.ts";
import type { OrderEntry } from "./order-book.ts";
import type { At, OrderClaim, OrderReport, OrderRun } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";

/**
 * Step 33: every fill and every bill under our prefix goes back to an order of ours, by the id that
 * we gave it, else by the exchange's; no trade and no bill is there twice. It holds one id for each
 * fill and each bill.
 */
export const step33FillsBillsJoin: OrderClaim<"fill" | "bill"> = {
  id: "step33_fills_bills_join",
  clause: "docs/contracts/orders.md#step-33",
  reads: ["order_attempts", "fills", "bills", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const trades = new Set<string>();
    const bills = new Set<string>();
    const foreignOrders = new Set<string>();

    function once(ids: Set<string>, id: string, at: At): void {
      if (ids.has(id)) report.finding("trade_or_bill_repeated", at, `${id} is there before`);
      ids.add(id);
    }

    return {
      on: {
        fill(fill, at): void {
          if (fill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          once(trades, fill.tradeId, at);
          if (isForeign(fill, run)) foreignOrders.add(fill.ordId);
          else joinFill(fill, at, run, report);
        },
        bill(bill, at): void {
          if (bill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          once(bills, bill.billId, at);
          if (bill.ordId === null || foreignOrders.has(bill.ordId)) return;
          if (run.orders.byOrdId(bill.ordId) !== null) return;
          report.finding("bill_without_order", at, `order ${bill.ordId} is in no attempt of ours`);
        },
      },
      end(): void {
        closedOrGap(run, "fills", report);
        closedOrGap(run, "bills", report);
      },
    };
  },
};

/** Somebody else's, by the name it was given: the account may be shared. */
function isForeign(fill: FillRow, run: OrderRun): boolean {
  const prefix = run.manifest.orders.audit_scope?.clOrdId_namespace_prefix ?? "";
  return fill.clOrdId !== null && !fill.clOrdId.startsWith(prefix);
}

function joinFill(fill: FillRow, at: At, run: OrderRun, report: OrderReport): void {
  const byName = run.orders.get(fill.clOrdId ?? "");
  const byId = run.orders.byOrdId(fill.ordId);
  if (byName === null && byId === null) {
    if (fill.clOrdId === null) {
      report.gap("fill_client_id_missing", at, `trade ${fill.tradeId} may be ours or not`);
    } else {
      report.finding("fill_without_order", at, `${fill.clOrdId} is in no attempt of this run`);
    }
  } else if (fill.clOrdId !== null && byName !== byId && !isUnnamed(byName, byId)) {
    const detail = `${fill.clOrdId} and ${fill.ordId} are different orders`;
    report.finding("fill_ids_differ", at, detail);
  }
}

/** The exchange's id of our order was never learnt: P1 says so, and nothing contradicts. */
function isUnnamed(byName: OrderEntry | null, byId: OrderEntry | null): boolean {
  return byId === null && byName?.ordId === null;
}
