import { levelFields } from "../book/level-fields.ts";
import type { Market } from "../engine/market.ts";
import type { BookLevelView, BookView } from "./view.ts";

const { levelCount, levelInts, levelNumbers, levelOutside, levelOwn } = levelFields;

/** The best `depth` levels of each side: our orders and outside size together. */
export function bookView(market: Market, depth: number): BookView {
  return {
    version: market.book.version,
    bids: side(market, depth, true),
    asks: side(market, depth, false),
  };
}

function side(market: Market, depth: number, isBid: boolean): readonly BookLevelView[] {
  const { book } = market;
  const levels: BookLevelView[] = [];
  let tick = isBid ? book.bestBid : book.bestAsk;
  while (tick >= 0 && levels.length < depth) {
    const level = book.levelAt(tick);
    const at = level * levelNumbers;
    const outside = book.numbers[at + levelOutside];
    levels.push({
      priceTicks: tick,
      lots: book.numbers[at + levelOwn] + outside,
      // Outside size is known by its sum alone: it counts as one order.
      orders: book.ints[level * levelInts + levelCount] + (outside > 0 ? 1 : 0),
    });
    tick = book.worse(tick, isBid);
  }
  return levels;
}
