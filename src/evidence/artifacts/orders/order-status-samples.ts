import type { z } from "zod";
import { hex16, nullable, oneOf } from "../fields.ts";
import {
  clientOrderId,
  code,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
  size,
} from "./order-fields.ts";

/**
 * What the exchange says of an order. `not_found` ends nothing by itself: the order may not have
 * arrived yet. `unknown` is a state that we cannot read.
 */
export type OrderState =
  | "live"
  | "partially_filled"
  | "filled"
  | "canceled"
  | "mmp_canceled"
  | "rejected"
  | "not_found"
  | "unknown";

export type TruthQuality = "ok" | "degraded" | "unknown";

/** One look at one order: every poll and every push is a line, not only the last. */
export type OrderStatusSample = LineHead &
  Readonly<{
    audit_scope_id: string | null;
    clOrdId: string;
    ordId: string | null;
    /** First 16 hex of sha256(ordId): an index, never a key. */
    order_id_hash: string | null;
    state: OrderState;
    /** Size of the latest fill, as the exchange gives it. */
    fillSz: string;
    /** Filled so far. */
    accFillSz: string;
    source: "rest_query" | "ws_update";
    /** The query in exchange_api_calls.jsonl; null for a push. */
    call_id: string | null;
    truth_quality: TruthQuality;
    reason_code: string | null;
  }>;

export const orderStates: readonly OrderState[] = [
  "live",
  "partially_filled",
  "filled",
  "canceled",
  "mmp_canceled",
  "rejected",
  "not_found",
  "unknown",
];

export function isTerminal(state: OrderState): boolean {
  switch (state) {
    case "filled":
    case "canceled":
    case "mmp_canceled":
    case "rejected":
      return true;
    case "live":
    case "partially_filled":
    case "not_found":
    case "unknown":
      return false;
  }
}

export const orderStatusSample: z.ZodType<OrderStatusSample> = reasonedRecord<OrderStatusSample>({
  ...lineHead,
  audit_scope_id: nullable(recordId),
  clOrdId: clientOrderId,
  ordId: nullable(recordId),
  order_id_hash: nullable(hex16),
  state: oneOf(orderStates),
  fillSz: size,
  accFillSz: size,
  source: oneOf(["rest_query", "ws_update"]),
  call_id: nullable(recordId),
  truth_quality: oneOf(["ok", "degraded", "unknown"]),
  reason_code: nullable(code),
});
