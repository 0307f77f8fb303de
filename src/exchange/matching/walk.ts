import { rowFields } from "../accounts/row-fields.ts";
import { levelFields } from "../book/level-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";

const { rowLots, rowNumbers } = rowFields;
const { levelHead, levelInts, levelNumbers, levelOutsideTail } = levelFields;
const {
  orderAccount,
  orderFilled,
  orderFlags,
  orderGap,
  orderInts,
  orderLots,
  orderNumbers,
  orderQueueNext,
  orderRow,
} = orderFields;
const { buy, flagReducing, stpMaker } = codes;

/** Where a walk leaves its answer in `engine.walk`. */
export const walkLots = 0;
export const walkLotTicks = 1;
const walkMakers = 2;

/** What a taker is, as far as a walk cares. */
export type Walker = Readonly<{
  account: number;
  side: number;
  stp: number;
  /** Worst price; 0: any. */
  limit: number;
  lots: number;
  /** Spot, quote units to spend; 0: no such bound. */
  quoteUnits: number;
}>;

/**
 * What a taker would get, without touching anything: the same makers in the same order as
 * matching, own orders skipped or stopping it as self-trade prevention will.
 */
export function walkBook(engine: Engine, market: Market, walker: Walker): void {
  const { book } = market;
  const isBuy = walker.side === buy;
  engine.walkCount += 1;
  engine.walk.fill(0);
  let tick = isBuy ? book.bestAsk : book.bestBid;
  while (
    tick >= 0 &&
    (walker.limit === 0 || (isBuy ? tick <= walker.limit : tick >= walker.limit))
  ) {
    if (!walkLevel(engine, market, walker, tick)) return;
    tick = book.worse(tick, !isBuy);
  }
}

/** False when the walk ends in this level. */
function walkLevel(engine: Engine, market: Market, walker: Walker, tick: number): boolean {
  const { book } = market;
  const { numbers, ints } = engine.orders;
  const level = book.levelAt(tick);
  let slot = book.ints[level * levelInts + levelHead];
  for (; slot !== 0; slot = ints[slot * orderInts + orderQueueNext]) {
    if (!passLots(engine, market, walker, tick, numbers[slot * orderNumbers + orderGap]))
      return false;
    if (ints[slot * orderInts + orderAccount] === walker.account) {
      if (walker.stp === stpMaker) continue;
      return false;
    }
    if (engine.walk[walkMakers] >= engine.maxMakersPerTaker) return false;
    const lots = passable(engine, slot);
    if (lots === 0) continue;
    engine.walk[walkMakers] += 1;
    if (!passLots(engine, market, walker, tick, lots)) return false;
  }
  const tail = book.numbers[level * levelNumbers + levelOutsideTail];
  return passLots(engine, market, walker, tick, tail);
}

/** Takes up to so many lots; false when the taker wants no more. */
function passLots(
  engine: Engine,
  market: Market,
  walker: Walker,
  tick: number,
  lots: number,
): boolean {
  const { walk } = engine;
  let wanted = walker.lots - walk[walkLots];
  if (walker.quoteUnits > 0) {
    const room = affordable(market, walker.quoteUnits, tick, walk[walkLotTicks]);
    if (room < wanted) wanted = room;
  }
  const taken = lots < wanted ? lots : wanted;
  walk[walkLots] += taken;
  walk[walkLotTicks] += taken * tick;
  return lots < wanted;
}

/** Most lots at this price so that ceil(all value so far) stays within the budget. */
function affordable(market: Market, budget: number, tick: number, lotTicks: number): number {
  const { valueNumerator: by, valueDenominator: over } = market;
  return Math.floor((budget * over - lotTicks * by) / (tick * by));
}

/** Lots of a resting order that a taker can get, what it already passed considered. */
function passable(engine: Engine, slot: number): number {
  const { numbers, ints } = engine.orders;
  const whole = slot * orderInts;
  const open =
    numbers[slot * orderNumbers + orderLots] - numbers[slot * orderNumbers + orderFilled];
  const { walkedBy, walkedLots, numbers: rows } = engine.rows;
  const row = ints[whole + orderRow];
  if (walkedBy[row] !== engine.walkCount) {
    walkedBy[row] = engine.walkCount;
    walkedLots[row] = 0;
  }
  let lots = open;
  if ((ints[whole + orderFlags] & flagReducing) !== 0) {
    const held = rows[row * rowNumbers + rowLots];
    const room = (held < 0 ? -held : held) - walkedLots[row];
    lots = room < open ? (room > 0 ? room : 0) : open;
  }
  walkedLots[row] += lots;
  return lots;
}
