import type { Floor } from "../floor/floor.ts";
import type { MarketView } from "../market/market-view.ts";
import type { PositionMarket } from "../rows/position-row.ts";

/** What a row of a position says of the market. */
export function positionMarket(
  instrument: number,
  { floor, market }: Readonly<{ floor: Floor; market: MarketView }>,
  nowMs: number,
): PositionMarket {
  const { exchange, catalog } = floor;
  return {
    lastTicks: exchange.lastTicks(instrument),
    indexTicks: market.indexTicks(catalog.at(instrument)),
    tradeId: exchange.trades(instrument, 1)[0]?.id ?? null,
    nowMs,
  };
}
