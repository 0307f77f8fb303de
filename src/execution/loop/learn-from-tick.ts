import type { Ticker } from "#venues";
import { slotOf } from "../colony/colony.ts";
import { learnFromOrder } from "../colony/learn.ts";
import { spreadOf } from "../market-view/read-market.ts";
import type { RunState } from "./run-state.ts";

/** What agents learn of their orders of one tick: how much filled, and what it cost. */
export function learnFromTick(state: RunState, tick: number, ticker: Ticker | null): void {
  const { colony, broker, ownerByOrder } = state;
  const { sizes } = colony;
  const spread = spreadOf(ticker);
  for (const order of broker.orders()) {
    const owner = ownerByOrder.get(order.clientOrderId);
    if (owner === undefined || owner.tick !== tick || owner.agentHash === null) continue;
    const slot = slotOf(colony, owner.agentHash);
    // An order that never got to the exchange taught nothing about it.
    if (slot === null || order.state === "absent" || order.state === "rejected") continue;
    const asked = Math.abs(owner.askedLots);
    const filled = state.filledByOrder.get(order.clientOrderId) ?? 0;
    const value = state.fillValueByOrder.get(order.clientOrderId) ?? 0;
    const average = filled === 0 ? null : (value / filled) * Number(sizes.tickSize);
    const side = owner.askedLots > 0 ? 1 : -1;
    const half = spread === null ? null : spread.half / spread.mid;
    const paid =
      average === null || spread === null ? null : (side * (average - spread.mid)) / spread.mid;
    learnFromOrder(colony, slot, {
      askedLots: asked,
      filledLots: Math.min(filled, asked),
      halfSpread: half,
      impact: paid === null || half === null ? null : paid - half,
    });
  }
}
