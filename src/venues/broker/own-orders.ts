import type { OrderState } from "../port.ts";
import { timesUp, type Units, unitsOrZero } from "./decimal-units.ts";
import type { IntentHead, PlaceIntent, WantedOrder } from "./intent.ts";

/**
 * - sending: recorded, and its answer is not there yet.
 * - open: the exchange has it.
 * - unknown: it may or may not be there; it counts as if all of it were.
 * - ended: nothing of it can fill any more.
 */
export type OrderPhase = "sending" | "open" | "unknown" | "ended";

export type OwnOrder = {
  readonly clientOrderId: string;
  readonly intent: PlaceIntent;
  ordId: string | null;
  phase: OrderPhase;
  /** What the exchange last said; `absent`: it never got there; null: nothing yet. */
  state: OrderState | "rejected" | "absent" | null;
  /** Asked for, the larger of two while an amendment is unresolved. */
  sz: string;
  px: string | null;
  filled: string;
  /** The venue takes it no later than this; null: no bound. */
  expiresMs: number | null;
  readonly sentMs: number;
  /** When its state was last known for certain. */
  knownMs: number;
};

export type OwnOrderView = Readonly<Omit<OwnOrder, "intent">> & Readonly<{ intent: IntentHead }>;

/** Every order of this run by the id that we gave it. */
export type OwnOrders = Readonly<{
  add: (order: OwnOrder) => void;
  get: (clientOrderId: string) => OwnOrder | null;
  byIntent: (intentId: string) => OwnOrder | null;
  all: () => Iterable<OwnOrder>;
  /** Those that are not ended; the number of them is bounded by a limit. */
  live: () => readonly OwnOrder[];
  end: (order: OwnOrder, state: NonNullable<OwnOrder["state"]>) => void;
}>;

export function createOwnOrders(): OwnOrders {
  const byId = new Map<string, OwnOrder>();
  const byIntentId = new Map<string, OwnOrder>();
  const living = new Set<OwnOrder>();
  return {
    add(order): void {
      // The same id again is a second try of a request that certainly never arrived.
      const before = byId.get(order.clientOrderId);
      if (before !== undefined) living.delete(before);
      byId.set(order.clientOrderId, order);
      byIntentId.set(order.intent.intentId, order);
      if (order.phase !== "ended") living.add(order);
    },
    get: (id) => byId.get(id) ?? null,
    byIntent: (id) => byIntentId.get(id) ?? null,
    all: () => byId.values(),
    live: () => [...living],
    end(order, state): void {
      order.phase = "ended";
      order.state = state;
      living.delete(order);
    },
  };
}

/** The exchange took it; a push may have told of its end before the answer came. */
export function markOpen(order: OwnOrder, nowMs: number): void {
  if (order.phase === "ended") return;
  order.phase = "open";
  order.knownMs = nowMs;
}

export function viewOf(order: OwnOrder): OwnOrderView {
  return { ...order };
}

/** Contracts, size and price of an order in the currency that settles it, rounded up. */
export function notionalOf(
  order: Pick<WantedOrder, "sz" | "px">,
  contract: Units,
  reference: Units,
): Units {
  const px = order.px === null ? reference : max(unitsOrZero(order.px), reference);
  return timesUp(timesUp(unitsOrZero(order.sz), contract), px);
}

/** What may still fill, and nothing for an order that can only make a position smaller. */
export function openExposure(order: OwnOrder, contract: Units, reference: Units): Units {
  if (order.phase === "ended" || order.intent.order.reduceOnly) return 0n;
  const whole = notionalOf(order, contract, reference);
  if (order.phase !== "open") return whole;
  const sz = unitsOrZero(order.sz);
  const left = max(sz - unitsOrZero(order.filled), 0n);
  return sz === 0n ? 0n : (whole * left + sz - 1n) / sz;
}

function max(left: Units, right: Units): Units {
  return left > right ? left : right;
}
