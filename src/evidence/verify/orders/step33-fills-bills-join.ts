import type { OrderEntry } from "./order-book.ts";
import type { At, OrderClaim, OrderReport, OrderRun } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { closedOrGap } from "./paging-gap.ts";

/**
 * Step 33: every fill and every bill under our prefix goes back to an order of ours, by the id that
 * we gave it, else by the exchange's; no trade and no bill is there twice. Whose an order is says
 * the name that it was given: under another prefix it is somebody else's, without a name it may be
 * ours or not, for its fills and its bills alike. It holds one id for each fill and each bill, and
 * one name for each order that is not ours.
 */
export const step33FillsBillsJoin: OrderClaim<"history" | "fill" | "bill"> = {
  id: "step33_fills_bills_join",
  clause: "docs/contracts/orders.md#step-33",
  reads: ["order_attempts", "fills", "bills", "paging_traces", "auditor_report"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const trades = new Set<string>();
    const bills = new Set<string>();
    const strangers = createStrangers(run);

    function once(ids: Set<string>, id: string, at: At): void {
      if (ids.has(id)) report.finding("trade_or_bill_repeated", at, `${id} is there before`);
      ids.add(id);
    }

    return {
      on: {
        history(row): void {
          if (row.audit_scope_id === run.auditScopeId) strangers.note(row);
        },
        fill(fill, at): void {
          if (fill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          once(trades, fill.tradeId, at);
          strangers.note(fill);
          if (!strangers.isForeign(fill.ordId, fill.clOrdId)) joinFill(fill, at, run, report);
        },
        bill(bill, at): void {
          if (bill.audit_scope_id !== run.auditScopeId) return;
          report.count();
          once(bills, bill.billId, at);
          const { ordId } = bill;
          if (ordId === null || run.orders.byOrdId(ordId) !== null) return;
          if (strangers.isForeign(ordId, null)) return;
          if (strangers.isUnnamed(ordId)) {
            report.gap("bill_client_id_missing", at, `order ${ordId} may be ours or not`);
          } else {
            report.finding("bill_without_order", at, `order ${ordId} is in no attempt of ours`);
          }
        },
      },
      end(): void {
        closedOrGap(run, "fills", report);
        closedOrGap(run, "bills", report);
      },
    };
  },
};

type Named = Readonly<{ clOrdId: string | null; ordId: string }>;

/** Orders of the account that no attempt of ours placed, by what the exchange says of them. */
type Strangers = Readonly<{
  note: (row: Named) => void;
  /** Somebody else's, by this name or by the one in another row: the account may be shared. */
  isForeign: (ordId: string, name: string | null) => boolean;
  /** Rows of it are there, and none has a name. */
  isUnnamed: (ordId: string) => boolean;
}>;

function createStrangers({ manifest, orders }: OrderRun): Strangers {
  const prefix = manifest.orders.audit_scope?.clOrdId_namespace_prefix ?? "";
  const nameByOrdId = new Map<string, string | null>();
  const isOther = (name: string): boolean => !name.startsWith(prefix);
  return {
    note({ ordId, clOrdId }): void {
      if (clOrdId === null ? orders.byOrdId(ordId) !== null : !isOther(clOrdId)) return;
      nameByOrdId.set(ordId, nameByOrdId.get(ordId) ?? clOrdId);
    },
    isForeign(ordId, name): boolean {
      const known = name ?? nameByOrdId.get(ordId) ?? null;
      return known !== null && isOther(known);
    },
    isUnnamed: (ordId) => nameByOrdId.get(ordId) === null,
  };
}

type Fill = Named & Readonly<{ tradeId: string }>;

function joinFill(fill: Fill, at: At, run: OrderRun, report: OrderReport): void {
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
