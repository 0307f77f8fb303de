import { cancelCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { endOrder } from "./cancel.ts";
import { matchOrder } from "./match.ts";
import { restOrder } from "./resting.ts";
import { finishOrder, reducibleLots } from "./trade.ts";
import { walkBook, walkLots } from "./walk.ts";

const {
  orderAccount,
  orderFilled,
  orderFlags,
  orderInts,
  orderLots,
  orderNumbers,
  orderSide,
  orderStp,
  orderType,
} = orderFields;
const { buy, flagReducing, typeFok, typeIoc, typeMarket, typePostOnly } = codes;

/** An accepted order meets the book: it trades, rests or ends as its type says. */
export function runOrder(engine: Engine, market: Market, slot: number, limit: number): void {
  const { numbers, ints } = engine.orders;
  const type = ints[slot * orderInts + orderType];
  if (type === typePostOnly && wouldTake(engine, market, slot, limit)) {
    return endOrder(engine, slot, cancelCodes.post_only_would_take);
  }
  if (type === typeFok && !canFill(engine, market, slot, limit)) {
    return endOrder(engine, slot, cancelCodes.fok_not_filled);
  }
  const code = wouldTake(engine, market, slot, limit) ? matchOrder(engine, market, slot, limit) : 0;
  const at = slot * orderNumbers;
  if (numbers[at + orderFilled] === numbers[at + orderLots]) return finishOrder(engine, slot);
  if (code !== 0) return endOrder(engine, slot, code);
  if (type === typeIoc) return endOrder(engine, slot, cancelCodes.ioc_remainder);
  if (type === typeMarket) return endOrder(engine, slot, cancelCodes.market_remainder);
  restOrder(engine, market, slot);
}

/** Whether an order of this side would trade at once at this limit. */
export function wouldTake(engine: Engine, market: Market, slot: number, limit: number): boolean {
  const { bestBid, bestAsk } = market.book;
  const isBuy = engine.orders.ints[slot * orderInts + orderSide] === buy;
  // Limit 0, of market orders, is any price.
  return isBuy ? bestAsk >= 0 && (bestAsk <= limit || limit === 0) : bestBid >= limit;
}

/** A dry run of the match that follows, so that a FOK order trades wholly or not at all. */
function canFill(engine: Engine, market: Market, slot: number, limit: number): boolean {
  const { numbers, ints } = engine.orders;
  const whole = slot * orderInts;
  const lots = numbers[slot * orderNumbers + orderLots];
  const reducing = (ints[whole + orderFlags] & flagReducing) !== 0;
  if (reducing && reducibleLots(engine, slot) < lots) return false;
  walkBook(engine, market, {
    account: ints[whole + orderAccount],
    side: ints[whole + orderSide],
    stp: ints[whole + orderStp],
    limit,
    lots,
    quoteUnits: 0,
  });
  return engine.walk[walkLots] === lots;
}
