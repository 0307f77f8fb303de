import type { Market } from "../engine/market.ts";

/** The tier that a position of so many lots (unsigned) is in; beyond the last: the last. */
export function tierIndex(market: Market, lots: number): number {
  const { tierMaxLots } = market;
  const last = tierMaxLots.length - 1;
  let tier = 0;
  while (tier < last && lots > tierMaxLots[tier]) tier += 1;
  return tier;
}

/** Whether so many lots may be held at this leverage. */
export function tierAllows(market: Market, lots: number, leverageCenti: number): boolean {
  const { tierMaxLots, tierMaxLeverage } = market;
  const tier = tierIndex(market, lots);
  return lots <= tierMaxLots[tier] && leverageCenti <= tierMaxLeverage[tier];
}
