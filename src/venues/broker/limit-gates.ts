import { readUnits, type Units, unitsOrZero } from "./decimal-units.ts";
import type { Refusal } from "./fences.ts";
import type { WantedOrder } from "./intent.ts";
import type { BrokerLimits } from "./limits.ts";
import { notionalOf, type OwnOrder, openExposure } from "./own-orders.ts";

/** What the account holds and has sent, as far as limits look at it. */
export type AccountView = Readonly<{
  live: readonly OwnOrder[];
  /** Null: not known. */
  positionNotional: string | null;
  /** Size of a contract in the instrument's base, and its price now; null: not known. */
  contractOf: (instId: string) => Units;
  referenceOf: (instId: string) => Units | null;
}>;

const million = 1_000_000n;

/**
 * Limits on price, value and number of orders. Everything that was sent counts as if it filled,
 * until it is known that it did not. An order that can only make a position smaller is held to the
 * collar and to the number of open orders alone.
 */
export function limitRefusal(
  order: WantedOrder,
  limits: BrokerLimits,
  view: AccountView,
): Refusal | null {
  return (
    countRefusal(order, limits, view.live) ??
    collarRefusal(order, limits, view.referenceOf(order.instId)) ??
    valueRefusal(order, limits, view)
  );
}

/** The exposure of some orders; null when one of them cannot be valued. */
export function exposureOf(orders: readonly OwnOrder[], view: AccountView): Units | null {
  let sum = 0n;
  for (const own of orders) {
    const { instId } = own.intent.order;
    const reference = view.referenceOf(instId) ?? (own.px === null ? null : readUnits(own.px));
    if (reference === null) return null;
    sum += openExposure(own, view.contractOf(instId), reference);
  }
  return sum;
}

function countRefusal(
  { instId }: WantedOrder,
  { maxOpenOrders, maxOpenOrdersPerInstrument }: BrokerLimits,
  live: readonly OwnOrder[],
): Refusal | null {
  const here = live.filter(({ intent }) => intent.order.instId === instId).length;
  const full =
    live.length >= (maxOpenOrders ?? Number.POSITIVE_INFINITY) ||
    here >= (maxOpenOrdersPerInstrument ?? Number.POSITIVE_INFINITY);
  const reason = "exchange_order_limit_reached";
  return full ? { fence: "fence_max_open_orders", reason } : null;
}

function collarRefusal(
  { px, reduceOnly }: WantedOrder,
  { collarPpm, maxOrderNotional, maxTotalNotional }: BrokerLimits,
  reference: Units | null,
): Refusal | null {
  const fence = "fence_price_collar";
  const valued = !reduceOnly && (maxOrderNotional !== null || maxTotalNotional !== null);
  if (reference === null || reference <= 0n) {
    const needed = valued || (collarPpm !== null && px !== null);
    return needed ? { fence, reason: "reference_price_unknown" } : null;
  }
  if (collarPpm === null || px === null) return null;
  const distance = unitsOrZero(px) - reference;
  const size = distance < 0n ? -distance : distance;
  const outside = size * million > reference * BigInt(collarPpm);
  return outside ? { fence, reason: "price_outside_collar" } : null;
}

function valueRefusal(
  order: WantedOrder,
  { maxOrderNotional, maxTotalNotional }: BrokerLimits,
  view: AccountView,
): Refusal | null {
  if (order.reduceOnly) return null;
  if (maxOrderNotional === null && maxTotalNotional === null) return null;
  const reference = view.referenceOf(order.instId) ?? 0n;
  const notional = notionalOf(order, view.contractOf(order.instId), reference);
  if (maxOrderNotional !== null && notional > unitsOrZero(maxOrderNotional)) {
    return { fence: "fence_max_order_notional", reason: "max_order_notional_exceeded" };
  }
  if (maxTotalNotional === null) return null;
  const fence = "fence_max_total_notional";
  const held = view.positionNotional === null ? null : readUnits(view.positionNotional);
  if (held === null) return { fence, reason: "positions_unknown" };
  const open = exposureOf(view.live, view);
  if (open === null) return { fence, reason: "reference_price_unknown" };
  const total = (held < 0n ? -held : held) + open + notional;
  const reason = "max_total_notional_exceeded";
  return total > unitsOrZero(maxTotalNotional) ? { fence, reason } : null;
}
