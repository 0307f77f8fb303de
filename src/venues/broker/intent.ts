import type { OrderAttempt } from "#evidence";
import type { MarginMode, OrderType, PositionSide, Side } from "../port.ts";
import type { OwnOrderView } from "./own-orders.ts";

/** How an outcome counts for the writer: what may be retried, and what needs a person. */
export type Classification = OrderAttempt["l1_classification"];

export type LifecycleScope = NonNullable<OrderAttempt["lifecycle_scope"]>;

/** Who stands behind a write: one agent by its decision, or one scope of the run's life. */
export type Owner =
  | Readonly<{ type: "agent"; agentIdHash: string }>
  | Readonly<{ type: "lifecycle"; scope: LifecycleScope }>;

/** What every write says of where it comes from. */
export type IntentHead = Readonly<{
  /** The decision it carries out: the same id again is the same order again. */
  intentId: string;
  owner: Owner;
  /** Lower snake, as in `open_long`. */
  kind: string;
  /** Null before the first tick and after the last. */
  tick: number | null;
  tickReason: string | null;
}>;

export type WantedOrder = Readonly<{
  instId: string;
  tdMode: MarginMode | "cash";
  side: Side;
  posSide: PositionSide;
  ordType: OrderType;
  /** Contracts for derivatives, base currency for spot. */
  sz: string;
  /** Null for market orders. */
  px: string | null;
  reduceOnly: boolean;
}>;

/** A leverage that is known, or why it is not. */
export type LeverageFact = Readonly<
  { value: number; reason: null } | { value: null; reason: string }
>;

export type PlaceIntent = IntentHead &
  Readonly<{
    order: WantedOrder;
    oneshot: boolean;
    leverageTarget: LeverageFact;
    leverageApplied: LeverageFact;
  }>;

export type AmendIntent = IntentHead &
  Readonly<{ clientOrderId: string; newSz: string | null; newPx: string | null }>;

export type CancelIntent = IntentHead & Readonly<{ clientOrderId: string }>;

/**
 * - ok: the exchange took the request.
 * - rejected: the exchange refused it.
 * - refused: a gate of ours refused it; nothing left.
 * - error: what became of it is not known from the answer; `order` says what is known by now.
 */
export type WriteOutcome = Readonly<{
  intentId: string;
  status: "ok" | "rejected" | "refused" | "error";
  classification: Classification;
  reasonCode: string | null;
  recommendedAction: string | null;
  /** The fence that refused; null when none did. */
  fence: string | null;
  order: OwnOrderView | null;
}>;
