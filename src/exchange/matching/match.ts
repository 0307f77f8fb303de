import { cancelCodes } from "../api/reject.ts";
import { levelFields } from "../book/level-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { outsideAtFront } from "../book/queue.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { cancelResting } from "./cancel.ts";
import { makerLots, reducibleLots, tradeOrders, tradeWithOutside } from "./trade.ts";

const { levelHead, levelInts } = levelFields;
const {
  orderAccount,
  orderFilled,
  orderFlags,
  orderId,
  orderInts,
  orderLots,
  orderNumbers,
  orderSide,
  orderStp,
} = orderFields;
const { buy, flagReducing, stpMaker, stpTaker } = codes;
const { eventSelfTrade } = eventFields;

/**
 * Trades an incoming order against the book, best price first and in each price by arrival, until
 * it is filled, the price ends it, or nothing is left. Returns the reason why what is left must be
 * cancelled whatever its type, or 0. `limit` 0: any price.
 */
export function matchOrder(engine: Engine, market: Market, slot: number, limit: number): number {
  const { book } = market;
  const { numbers, ints } = engine.orders;
  const at = slot * orderNumbers;
  const whole = slot * orderInts;
  const isBuy = ints[whole + orderSide] === buy;
  const account = ints[whole + orderAccount];
  const reducing = (ints[whole + orderFlags] & flagReducing) !== 0;
  let makers = 0;

  for (;;) {
    let wanted = numbers[at + orderLots] - numbers[at + orderFilled];
    if (wanted === 0) return 0;
    const tick = isBuy ? book.bestAsk : book.bestBid;
    if (tick < 0 || (limit !== 0 && (isBuy ? tick > limit : tick < limit))) return 0;
    if (reducing) {
      const room = reducibleLots(engine, slot);
      if (room === 0) return cancelCodes.reduce_only;
      if (room < wanted) wanted = room;
    }
    const level = book.levelAt(tick);
    const outside = outsideAtFront(book, engine.orders, level);
    if (outside > 0) {
      tradeWithOutside(engine, market, slot, tick, outside < wanted ? outside : wanted);
      continue;
    }
    const maker = book.ints[level * levelInts + levelHead];
    if (ints[maker * orderInts + orderAccount] === account) {
      const code = preventSelfTrade(engine, market, { taker: slot, maker, tick, wanted });
      if (code !== 0) return code;
      continue;
    }
    if (makers === engine.maxMakersPerTaker) return cancelCodes.too_many_makers;
    const offered = makerLots(engine, maker);
    if (offered === 0) {
      cancelResting(engine, market, maker, cancelCodes.reduce_only);
      continue;
    }
    makers += 1;
    tradeOrders(engine, market, slot, maker, tick, offered < wanted ? offered : wanted);
  }
}

/** Two orders of one account would trade: one or both go, as the taker's mode says. */
function preventSelfTrade(
  engine: Engine,
  market: Market,
  {
    taker,
    maker,
    tick,
    wanted,
  }: Readonly<{
    taker: number;
    maker: number;
    tick: number;
    wanted: number;
  }>,
): number {
  const { numbers, ints } = engine.orders;
  const mode = ints[taker * orderInts + orderStp];
  const open =
    numbers[maker * orderNumbers + orderLots] - numbers[maker * orderNumbers + orderFilled];
  const event = engine.events.push(
    eventSelfTrade,
    numbers[taker * orderNumbers + orderId],
    numbers[maker * orderNumbers + orderId],
    mode,
  );
  engine.events.numbers[event + 4] = open < wanted ? open : wanted;
  engine.events.numbers[event + 5] = tick;
  if (mode !== stpTaker) cancelResting(engine, market, maker, cancelCodes.stp_maker);
  return mode === stpMaker ? 0 : cancelCodes.stp_taker;
}
