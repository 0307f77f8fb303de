import type { BillRow } from "../../artifacts/orders/audit-rows.ts";
import { toUnits, unitsToText } from "./exact-decimal.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";
import { orderFileNames } from "./records.ts";

type Fees = { fills: bigint; bills: bigint; billCount: number };

/**
 * P4: what the fills of an order cost is what its bills charged, each bill is there once, and a
 * bill that no order caused is nobody's. It holds two sums for each order with fills or bills and
 * one id for each bill.
 */
export const p4Bills: OrderClaim<"fill" | "bill"> = {
  id: "step88_p4_bills",
  clause: "docs/contracts/orders.md#p4",
  reads: ["order_attempts", "fills", "bills", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const feesByOrder = new Map<string, Fees>();
    const bills = new Set<string>();

    function feesOf(ordId: string): Fees {
      const known = feesByOrder.get(ordId);
      if (known !== undefined) return known;
      const fees = { fills: 0n, bills: 0n, billCount: 0 };
      feesByOrder.set(ordId, fees);
      return fees;
    }

    return {
      on: {
        fill(fill): void {
          if (fill.audit_scope_id === run.auditScopeId) {
            feesOf(fill.ordId).fills += toUnits(fill.fee);
          }
        },
        bill(bill, at): void {
          if (bill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          if (bills.has(bill.billId)) {
            report.finding("p4_bill_repeated", at, `bill ${bill.billId} is there before`);
            return;
          }
          bills.add(bill.billId);
          checkOwner(bill, at, run, report);
          if (bill.ordId === null || bill.bill_type !== "trade") return;
          const fees = feesOf(bill.ordId);
          fees.bills += toUnits(bill.fee);
          fees.billCount += 1;
        },
      },
      end(): void {
        const fills = closedOrGap(run, "fills", report);
        const complete = closedOrGap(run, "bills", report);
        if (fills && complete) checkFees(feesByOrder, report);
      },
    };
  },
};

/** A bill is charged to whoever stands behind its order, and to nobody where there is none. */
function checkOwner(bill: BillRow, at: At, run: OrderRun, report: OrderReport): void {
  if (bill.ordId === null) {
    if (bill.agent_id_hash === null) return;
    const detail = `${bill.bill_type} without an order, charged to ${bill.agent_id_hash}`;
    report.finding("p4_system_bill_charged", at, detail);
    return;
  }
  const entry = run.orders.byOrdId(bill.ordId);
  if (entry === null || entry.agentIdHash === bill.agent_id_hash) return;
  const detail = `charged to ${bill.agent_id_hash}, placed by ${entry.agentIdHash}`;
  report.finding("p4_bill_of_other_agent", at, detail);
}

function checkFees(feesByOrder: ReadonlyMap<string, Fees>, report: OrderReport): void {
  const at = wholeFile(orderFileNames.bills);
  for (const [ordId, { fills, bills, billCount }] of feesByOrder) {
    report.count();
    if (billCount === 0) report.finding("p4_bill_missing", at, `order ${ordId} has fills, no bill`);
    else if (fills !== bills) {
      const detail = `order ${ordId}: fills ${unitsToText(fills)}, bills ${unitsToText(bills)}`;
      report.finding("p4_fee_differs", at, detail);
    }
  }
}
