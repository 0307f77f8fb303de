import type { Side } from "../port.ts";
import { type Units, unitsOrZero } from "./decimal-units.ts";
import type { Refusal } from "./fences.ts";
import type { WantedOrder } from "./intent.ts";
import type { OwnOrder } from "./own-orders.ts";

type Interest = Pick<WantedOrder, "instId" | "side" | "px" | "sz">;

export const nettingRefusal: Refusal = {
  fence: "fence_self_trade_netting",
  reason: "self_trade_netting_block",
};

/** Refuses an order that could meet one of ours that rests, or may rest. */
export function restingRefusal(order: Interest, live: readonly OwnOrder[]): Refusal | null {
  const meets = live.some((own) => {
    const { instId, side } = own.intent.order;
    return crosses(order, { instId, side, px: own.px, sz: own.sz });
  });
  return meets ? nettingRefusal : null;
}

/**
 * Of the interests of one tick, the places of those that stay home: where buys and sells of one
 * instrument would meet, the side that wants less. Nothing is matched here; there are no fills but
 * the exchange's. On equal sizes the side that came second stays.
 */
export function nettedOut(interests: readonly Interest[]): ReadonlySet<number> {
  const out = new Set<number>();
  for (const instId of new Set(interests.map((interest) => interest.instId))) {
    const meeting = [...interests.entries()].filter(([, interest]) => {
      return interest.instId === instId && interests.some((other) => crosses(interest, other));
    });
    const sizeOf = (side: Side): Units =>
      meeting
        .filter(([, interest]) => interest.side === side)
        .reduce((sum, [, { sz }]) => sum + unitsOrZero(sz), 0n);
    const [buys, sells] = [sizeOf("buy"), sizeOf("sell")];
    const first = meeting[0]?.[1].side;
    const stays =
      buys === sells ? (first === "buy" ? "sell" : "buy") : buys < sells ? "buy" : "sell";
    for (const [place, { side }] of meeting) if (side === stays) out.add(place);
  }
  return out;
}

/** Whether two interests could trade with each other; a market order meets every price. */
function crosses(one: Interest, other: Interest): boolean {
  if (one.instId !== other.instId || one.side === other.side) return false;
  if (one.px === null || other.px === null) return true;
  const [buy, sell] = one.side === "buy" ? [one.px, other.px] : [other.px, one.px];
  return unitsOrZero(buy) >= unitsOrZero(sell);
}
