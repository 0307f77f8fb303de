import type { LinePlace } from "../landing/journal.ts";

/** One thing on which exchange and run disagree, before it is written down. */
export type Discrepancy = Readonly<{
  type: DiscrepancyType;
  severity: "FAIL" | "NOT_MEASURABLE" | "WARN";
  exchangeAnchor: string | null;
  localAnchor: string | null;
  symptom: string;
  /** Where it can be seen. */
  places: readonly LinePlace[];
}>;

/** Append-only. */
export type DiscrepancyType =
  | "orphan_order"
  | "foreign_activity"
  | "order_missing_at_exchange"
  | "order_without_end"
  | "outcome_unknown"
  | "history_differs"
  | "fill_without_order"
  | "fills_do_not_add_up"
  | "fees_do_not_add_up"
  | "bill_without_order"
  | "positions_do_not_add_up"
  | "capital_unexplained"
  | "paging_incomplete";

type Advice = Readonly<{ causes: readonly string[]; fix: string }>;

/** What may be behind it, and what to do. */
export const adviceByType: Readonly<Record<DiscrepancyType, Advice>> = {
  orphan_order: {
    causes: ["another process used our prefix", "an attempt was not recorded before it left"],
    fix: "find who placed it; nothing may write to the venue beside the broker",
  },
  foreign_activity: {
    causes: ["the account is shared", "somebody traded by hand"],
    fix: "give the run an account of its own",
  },
  order_missing_at_exchange: {
    causes: ["the history of the exchange is late", "the window of the audit is too small"],
    fix: "audit again later; orders that were taken do not vanish",
  },
  order_without_end: {
    causes: ["the order still rests", "polling was given up"],
    fix: "cancel it and audit again",
  },
  outcome_unknown: {
    causes: ["no answer came, and the order could not be found either way"],
    fix: "query it by its client order id until the exchange says what it is",
  },
  history_differs: {
    causes: ["a sample was taken from a lagging copy", "the history is wrong"],
    fix: "sample the order again and keep both",
  },
  fill_without_order: {
    causes: ["an attempt was not recorded before it left"],
    fix: "find the order behind the fill, or who made it",
  },
  fills_do_not_add_up: {
    causes: ["a fill is missing from the pages", "the filled size of the order is wrong"],
    fix: "query the fills of this order alone",
  },
  fees_do_not_add_up: {
    causes: ["a bill is missing from the pages", "a rebate was booked apart"],
    fix: "query the bills of this order alone",
  },
  bill_without_order: {
    causes: ["funding, transfers and liquidations are charged to the account, not to orders"],
    fix: "none: they stay with the system",
  },
  positions_do_not_add_up: {
    causes: ["a fill is missing", "a position was moved by something that is no fill"],
    fix: "rebuild the position from all fills of the instrument",
  },
  capital_unexplained: {
    causes: ["a bill of an unknown type", "money moved in or out of the account"],
    fix: "find the movement in the bills; the reserve is never adjusted to fit",
  },
  paging_incomplete: {
    causes: ["a page did not answer", "there are more pages than are walked"],
    fix: "audit again; what is behind the last page is unknown",
  },
};
