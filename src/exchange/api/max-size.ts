import { codes, marginModeNames } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { checkEntry } from "../margin/entry-check.ts";
import { checkSpotEntry } from "../margin/spot-check.ts";
import { moneyLimit } from "../money/arithmetic.ts";
import type { PositionKey } from "./exchange.ts";

/** The largest order of each side that a new order's check would pass; no price: at the best. */
export function maxSize(
  engine: Engine,
  key: PositionKey,
  priceTicks: number | null,
): Readonly<{ buyLots: number; sellLots: number }> {
  const market = engine.markets[key.instrument];
  const known = key.account >= 0 && key.account < engine.accounts.count;
  if (market === undefined || !known) return { buyLots: 0, sellLots: 0 };
  return {
    buyLots: largest(engine, market, key, { side: codes.buy, priceTicks }),
    sellLots: largest(engine, market, key, { side: codes.sell, priceTicks }),
  };
}

function largest(
  engine: Engine,
  market: Market,
  key: PositionKey,
  { side, priceTicks }: Readonly<{ side: number; priceTicks: number | null }>,
): number {
  const ticks = priceTicks ?? bestTicks(market, side);
  if (!(ticks > 0)) return 0;
  const row = positionRow(engine, key);
  const most = priceTicks === null ? market.spec.maxMarketLots : market.spec.maxLimitLots;
  const fits = (lots: number): boolean => {
    const value = lots * ticks * market.valueNumerator;
    if (value > moneyLimit) return false;
    return market.isSpot
      ? checkSpotEntry(engine, market, { ...entry, side, lots, value }) === 0
      : checkEntry(engine, market, row, key.account, side === codes.buy, lots, value, 0, 0) === 0;
  };
  const entry = { account: key.account, insteadLots: 0, insteadValue: 0 };
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function bestTicks(market: Market, side: number): number {
  const best = side === codes.buy ? market.book.bestAsk : market.book.bestBid;
  return best > 0 ? best : market.referenceTicks;
}

/** The row that a key names; see PositionStore.rowOf. */
export function positionRow(engine: Engine, key: PositionKey): number {
  const isolated = marginModeNames.indexOf(key.marginMode) === codes.modeIsolated ? 2 : 0;
  const short = key.positionSide === "short" ? 1 : 0;
  return engine.rows.rowOf(key.account, key.instrument, isolated + short);
}
