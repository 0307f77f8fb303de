import { cancelCodes, rejectCodes } from "../api/reject.ts";
import { levelFields } from "../book/level-fields.ts";
import { consumeOutside, outsideAtFront, stateOutside } from "../book/queue.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { cancelResting } from "./cancel.ts";
import { makerLots, outsideTakes, recordTrade } from "./trade.ts";

const { levelHead, levelInts, levelNumbers, levelOutside } = levelFields;
const { buy } = codes;
const { commandLots, commandMarket, commandSide, commandTicks } = commandFields;

/** A level of the outside market as the feed states it; see SetOutside for the rules. */
export function setOutsideLevel(engine: Engine, c: Float64Array, at: number): number {
  const code = checkOutside(engine, c, at, 0);
  if (code !== 0) return code;
  const market = engine.markets[c[at + commandMarket]];
  const side = c[at + commandSide];
  const tick = c[at + commandTicks];
  const { book } = market;
  const isBid = side === buy;
  let lots = c[at + commandLots];
  const crossed = isBid ? book.bestAsk >= 0 && book.bestAsk <= tick : book.bestBid >= tick;
  if (crossed && lots > 0) lots -= takeOurs(engine, market, { isBid, tick, lots, prints: false });
  // A level that our own orders hold from the other side cannot take outside size of this one.
  const still = isBid ? book.bestAsk >= 0 && book.bestAsk <= tick : book.bestBid >= tick;
  if (!still) stateOutside(book, engine.orders, tick, isBid, lots, engine.queueModel);
  return 0;
}

/** Takes back the outside size of every level that a snapshot does not name. */
export function forgetOutside(
  engine: Engine,
  market: Market,
  isNamed: (tick: number, isBid: boolean) => boolean,
): void {
  const { book } = market;
  for (const isBid of [true, false]) {
    let tick = isBid ? book.bestBid : book.bestAsk;
    while (tick >= 0) {
      const next = book.worse(tick, isBid);
      if (!isNamed(tick, isBid)) {
        stateOutside(book, engine.orders, tick, isBid, 0, engine.queueModel);
      }
      tick = next;
    }
  }
}

/** A print of the outside market; see OutsidePrint for the rules. */
export function outsidePrint(engine: Engine, c: Float64Array, at: number): number {
  const code = checkOutside(engine, c, at, 1);
  if (code !== 0) return code;
  const market = engine.markets[c[at + commandMarket]];
  const tick = c[at + commandTicks];
  const isBid = c[at + commandSide] === buy;
  const lots = c[at + commandLots];
  const rest = lots - takeOurs(engine, market, { isBid, tick, lots, prints: true });
  if (rest > 0) recordTrade(engine, market, tick, rest, c[at + commandSide]);
  return 0;
}

/**
 * Outside size with this limit meets our resting orders, best first. Outside size that it meets at
 * better prices is stale and goes; at its own price a print eats outside size that stands before
 * our orders, while a stated level makes it stale. Returns how many lots of ours it took.
 */
function takeOurs(
  engine: Engine,
  market: Market,
  {
    isBid,
    tick,
    lots,
    prints,
  }: Readonly<{
    isBid: boolean;
    tick: number;
    lots: number;
    prints: boolean;
  }>,
): number {
  const { book } = market;
  let left = lots;
  let ours = 0;
  for (;;) {
    const best = isBid ? book.bestAsk : book.bestBid;
    if (best < 0 || (isBid ? best > tick : best < tick)) break;
    const level = book.levelAt(best);
    if (best !== tick || !prints) {
      const outside = book.numbers[level * levelNumbers + levelOutside];
      if (outside > 0) {
        stateOutside(book, engine.orders, best, !isBid, 0, engine.queueModel);
        continue;
      }
    }
    if (left === 0) break;
    const outside = outsideAtFront(book, engine.orders, level);
    if (outside > 0) {
      const eaten = outside < left ? outside : left;
      consumeOutside(book, engine.orders, best, eaten);
      left -= eaten;
      continue;
    }
    const maker = book.ints[level * levelInts + levelHead];
    const offered = makerLots(engine, maker);
    if (offered === 0) {
      cancelResting(engine, market, maker, cancelCodes.reduce_only);
      continue;
    }
    const traded = offered < left ? offered : left;
    outsideTakes(engine, market, maker, best, traded);
    left -= traded;
    ours += traded;
  }
  return ours;
}

/** Whether a level or a print can be what it says: 0 or a reject code. */
export function checkOutside(engine: Engine, c: Float64Array, at: number, least: number): number {
  const index = c[at + commandMarket];
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  const ticks = c[at + commandTicks];
  const most = engine.markets[index].spec.maxPriceTicks;
  if (!(ticks > 0 && ticks <= most) || Math.floor(ticks) !== ticks) {
    return rejectCodes.price_out_of_range;
  }
  const lots = c[at + commandLots];
  return lots >= least && lots <= 1_099_511_627_775 && Math.floor(lots) === lots
    ? 0
    : rejectCodes.size_not_positive;
}
