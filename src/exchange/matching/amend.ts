import { cancelCodes, rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { shrinkLevel } from "../book/queue.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { checkEntry } from "../margin/entry-check.ts";
import { isOutsideBand } from "../margin/price-band.ts";
import { checkSpotEntry } from "../margin/spot-check.ts";
import { moneyLimit } from "../money/arithmetic.ts";
import { cancelResting } from "./cancel.ts";
import { findOpenOrder } from "./find-order.ts";
import { releaseLots, requoteOrder, unrestOrder } from "./resting.ts";
import { runOrder, wouldTake } from "./run-order.ts";

const {
  orderAccount,
  orderFilled,
  orderFlags,
  orderId,
  orderInstrument,
  orderInts,
  orderLastFill,
  orderLots,
  orderNumbers,
  orderPrice,
  orderRow,
  orderSide,
  orderUpdatedMs,
} = orderFields;
const { buy, flagReducing } = codes;
const { commandLots, commandReduceOnly, commandTarget, commandTicks } = commandFields;
const { eventAmended } = eventFields;

/**
 * Changes price, size or both. A smaller size at the same price keeps its place in the queue; all
 * else goes to the end of its queue and may trade at once. Refused, the order stays as it was, or
 * is cancelled where the command says so.
 */
export function amendOrder(engine: Engine, c: Float64Array, at: number): number {
  const slot = findOpenOrder(engine, c, at);
  if (slot < 0) return -slot;
  const { numbers, ints } = engine.orders;
  const market = engine.markets[ints[slot * orderInts + orderInstrument]];
  const ticks =
    c[at + commandTicks] === 0 ? ints[slot * orderInts + orderPrice] : c[at + commandTicks];
  const lots =
    c[at + commandLots] === 0 ? numbers[slot * orderNumbers + orderLots] : c[at + commandLots];
  engine.resultOrderId = c[at + commandTarget];
  const code = checkAmend(engine, market, slot, ticks, lots);
  if (code !== 0) {
    if (c[at + commandReduceOnly] !== 0) {
      cancelResting(engine, market, slot, cancelCodes.amend_failed);
    }
    return code;
  }
  const before = numbers[slot * orderNumbers + orderLots];
  if (ticks === ints[slot * orderInts + orderPrice] && lots < before) {
    releaseLots(engine, market, slot, before - lots, false);
    shrinkLevel(market.book, ticks, before - lots);
    numbers[slot * orderNumbers + orderLots] = lots;
    reportAmended(engine, slot);
    return 0;
  }
  if (!market.isSpot && !wouldTake(engine, market, slot, ticks)) {
    requoteOrder(engine, market, slot, ticks, lots);
    reportAmended(engine, slot);
    return 0;
  }
  unrestOrder(engine, market, slot);
  ints[slot * orderInts + orderPrice] = ticks;
  numbers[slot * orderNumbers + orderLots] = lots;
  reportAmended(engine, slot);
  runOrder(engine, market, slot, ticks);
  return 0;
}

function reportAmended(engine: Engine, slot: number): void {
  const { numbers } = engine.orders;
  const at = slot * orderNumbers;
  numbers[at + orderUpdatedMs] = engine.nowMs;
  engine.events.push(eventAmended, numbers[at + orderId], numbers[at + orderLastFill], 0);
}

function checkAmend(
  engine: Engine,
  market: Market,
  slot: number,
  ticks: number,
  lots: number,
): number {
  const { numbers, ints } = engine.orders;
  const whole = slot * orderInts;
  const side = ints[whole + orderSide];
  const oldTicks = ints[whole + orderPrice];
  const oldLots = numbers[slot * orderNumbers + orderLots];
  const filled = numbers[slot * orderNumbers + orderFilled];
  if (!market.isLive) return rejectCodes.instrument_suspended;
  if (ticks === oldTicks && lots === oldLots) return rejectCodes.amend_same;
  if (!(ticks > 0 && ticks <= market.maxPriceTicks) || Math.floor(ticks) !== ticks) {
    return rejectCodes.price_out_of_range;
  }
  if (!(lots > 0) || Math.floor(lots) !== lots) return rejectCodes.size_not_positive;
  if (lots < market.minLots) return rejectCodes.size_below_minimum;
  if (lots > market.maxLimitLots) return rejectCodes.size_above_limit;
  if (lots <= filled) return rejectCodes.amend_size_not_above_filled;
  if (ticks !== oldTicks && isOutsideBand(market, side, ticks)) {
    return rejectCodes.price_outside_band;
  }
  const value = (lots - filled) * ticks * market.valueNumerator;
  const most = lots * Math.max(ticks, side === buy ? 0 : market.book.bestBid);
  if (most * market.valueNumerator > moneyLimit) return rejectCodes.money_out_of_range;
  const insteadLots = oldLots - filled;
  const insteadValue = insteadLots * oldTicks * market.valueNumerator;
  if (market.isSpot) {
    const account = ints[whole + orderAccount];
    const order = { account, side, lots: lots - filled, value, insteadLots, insteadValue };
    return checkSpotEntry(engine, market, order);
  }
  if ((ints[whole + orderFlags] & flagReducing) !== 0) return 0;
  const row = ints[whole + orderRow];
  return checkEntry(
    engine,
    market,
    row,
    ints[whole + orderAccount],
    side === buy,
    lots - filled,
    value,
    insteadLots,
    insteadValue,
  );
}
