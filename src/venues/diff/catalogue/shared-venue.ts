import type { Operation } from "./operation.ts";
import type { OperationId } from "./operation-ids.ts";

/**
 * At a venue that is not ours alone only acts that cannot trade, and that touch no order but their
 * own, may be compared. Gives the act as it is done there, or why it is left out.
 */
export function atSharedVenue(operation: Operation, writes: boolean): Operation | LeftOut {
  const { id } = operation;
  if (reads.has(id)) return { ...operation, begins: "flat" };
  if (!restingWrites.has(id)) return { reason: "needs_a_venue_of_its_own" };
  return writes ? operation : { reason: "writes_not_asked_for" };
}

export type LeftOut = Readonly<{ reason: string }>;

/** They see the account as it is. */
const reads: ReadonlySet<OperationId> = new Set([
  "time",
  "instruments",
  "ticker",
  "book",
  "candles",
  "mark_price",
  "funding_rate",
  "funding_history",
  "trades",
  "status",
  "public_after_private",
  "account_config",
  "balance",
  "positions_none",
  "leverage",
  "fee_rates",
  "orders_pending",
  "orders_history",
  "fills",
  "bills",
  "pages_of_orders",
  "pages_of_fills",
  "pages_of_bills",
  "error_order_not_found",
  "error_bad_signature",
  "defaults",
  "burst",
]);

/** Their orders rest far from the market, and are cancelled when the act is over. */
const restingWrites: ReadonlySet<OperationId> = new Set([
  "place_limit",
  "place_post_only",
  "place_expiring",
  "place_unnamed",
  "place_odd_size",
  "place_odd_price",
  "amend",
  "cancel",
  "cancel_by_name",
  "batch_place",
  "order_by_id",
  "order_by_name",
  "error_below_minimum",
  "error_unknown_instrument",
  "error_duplicate_name",
  "error_cancel_unknown",
  "error_expired",
]);
