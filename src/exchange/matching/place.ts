import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { checkEntry } from "../margin/entry-check.ts";
import { isOutsideBand } from "../margin/price-band.ts";
import { checkSpotEntry } from "../margin/spot-check.ts";
import { moneyLimit } from "../money/arithmetic.ts";
import { growOrders } from "./grow-orders.ts";
import { rowFor } from "./position-row.ts";
import { runOrder } from "./run-order.ts";
import { walkBook, walkLots, walkLotTicks } from "./walk.ts";

const { rowLeverage, rowLots, rowNumbers, rowReducingLots } = rowFields;
const {
  orderAccount,
  orderClientKey,
  orderCreatedMs,
  orderFlags,
  orderId,
  orderInstrument,
  orderInts,
  orderLeverage,
  orderLots,
  orderMode,
  orderNumbers,
  orderOrigin,
  orderPositionSide,
  orderPrice,
  orderQuoteUnits,
  orderRow,
  orderSide,
  orderStp,
  orderTag,
  orderType,
  orderUpdatedMs,
} = orderFields;
const {
  buy,
  flagReduceOnly,
  flagReducing,
  modeCash,
  positionsNet,
  sideLong,
  sideNet,
  stpBoth,
  typeFok,
  typeLimit,
  typeMarket,
  typePostOnly,
} = codes;
const {
  commandAccount,
  commandClientKey,
  commandLots,
  commandMarket,
  commandMode,
  commandPositionSide,
  commandReduceOnly,
  commandSide,
  commandStp,
  commandTag,
  commandTicks,
  commandType,
  commandUnits,
} = commandFields;
const { eventAccepted } = eventFields;

/**
 * Places an order: refuses it with a code and changes nothing, or accepts it, trades it and rests
 * what is left. `c` holds the command's row at `at`.
 */
export function placeOrder(engine: Engine, c: Float64Array, at: number, origin: number): number {
  const refused = checkFields(engine, c, at);
  if (refused !== 0) return refused;
  const market = engine.markets[c[at + commandMarket]];
  const side = c[at + commandSide];
  const account = c[at + commandAccount];
  const type = c[at + commandType];
  const row = rowFor(engine, c, at);
  const stp = c[at + commandStp] < 0 ? engine.accounts.stpMode[account] : c[at + commandStp];
  if (type === typeFok && stp === stpBoth) return rejectCodes.stp_both_with_fok;
  const reducing = isReducing(c, at) && !market.isSpot;
  if (reducing) {
    const code = checkReducing(engine, c, at, row);
    if (code !== 0) return code;
  }

  const ticks = c[at + commandTicks];
  const quoteUnits = c[at + commandUnits];
  const limit = type !== typeMarket ? ticks : side === buy ? market.bandHigh : market.bandLow;
  let lots = c[at + commandLots];
  let lotTicks = lots * ticks;
  if (type === typeMarket) {
    const wanted = quoteUnits > 0 ? market.maxMarketLots : lots;
    walkBook(engine, market, { account, side, stp, limit, lots: wanted, quoteUnits });
    lotTicks = engine.walk[walkLotTicks];
    if (quoteUnits > 0) lots = engine.walk[walkLots];
    if (lots === 0) return rejectCodes.no_liquidity_for_quote_size;
    if (lots < market.minLots) return rejectCodes.size_below_minimum;
  }
  const value = lotTicks * market.valueNumerator;
  if (!reducing) {
    const code = market.isSpot
      ? checkSpotEntry(engine, market, {
          account,
          side,
          lots,
          value,
          insteadLots: 0,
          insteadValue: 0,
        })
      : checkEntry(engine, market, row, account, side === buy, lots, value, 0, 0);
    if (code !== 0) return code;
  }
  // What a tier or a balance forbids is refused as that. A sell may trade above its limit, at the
  // best bid.
  const most = Math.max(lotTicks, side === buy ? 0 : lots * market.book.bestBid);
  if (most * market.valueNumerator > moneyLimit) return rejectCodes.money_out_of_range;
  const slot = admit(engine, c, at, row, stp, lots, reducing, origin);
  runOrder(engine, market, slot, limit);
  return 0;
}

/** The order gets its row and its id. */
function admit(
  engine: Engine,
  c: Float64Array,
  at: number,
  row: number,
  stp: number,
  lots: number,
  reducing: boolean,
  origin: number,
): number {
  if (engine.orders.isFull) growOrders(engine);
  const slot = engine.orders.allocate();
  const { numbers, ints } = engine.orders;
  const order = slot * orderNumbers;
  const whole = slot * orderInts;
  ints[whole + orderAccount] = c[at + commandAccount];
  ints[whole + orderInstrument] = c[at + commandMarket];
  ints[whole + orderSide] = c[at + commandSide];
  ints[whole + orderType] = c[at + commandType];
  ints[whole + orderMode] = c[at + commandMode];
  ints[whole + orderPositionSide] = c[at + commandPositionSide];
  ints[whole + orderFlags] =
    (c[at + commandReduceOnly] !== 0 ? flagReduceOnly : 0) + (reducing ? flagReducing : 0);
  ints[whole + orderStp] = stp;
  ints[whole + orderPrice] = c[at + commandTicks];
  ints[whole + orderRow] = row;
  ints[whole + orderLeverage] = engine.rows.numbers[row * rowNumbers + rowLeverage];
  ints[whole + orderOrigin] = origin;
  numbers[order + orderLots] = lots;
  numbers[order + orderCreatedMs] = engine.nowMs;
  numbers[order + orderUpdatedMs] = engine.nowMs;
  numbers[order + orderTag] = c[at + commandTag];
  numbers[order + orderClientKey] = c[at + commandClientKey];
  numbers[order + orderQuoteUnits] = c[at + commandUnits];
  engine.resultOrderId = numbers[order + orderId];
  engine.events.push(eventAccepted, numbers[order + orderId], 0, 0);
  return slot;
}

/** Everything that can be judged without the account's money. */
function checkFields(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  const index = c[at + commandMarket];
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  const market = engine.markets[index];
  if (!market.isLive) return rejectCodes.instrument_suspended;
  const mode = c[at + commandMode];
  if ((mode === modeCash) !== market.isSpot) return rejectCodes.margin_mode_mismatch;
  const positionSide = c[at + commandPositionSide];
  const net = market.isSpot || engine.accounts.positionMode[account] === positionsNet;
  if (net !== (positionSide === sideNet)) return rejectCodes.position_side_mismatch;
  const code = checkSize(market, c, at);
  return code !== 0 ? code : checkPrice(engine, market, c, at);
}

function checkSize(market: Market, c: Float64Array, at: number): number {
  const lots = c[at + commandLots];
  const isMarket = c[at + commandType] === typeMarket;
  const quoteUnits = c[at + commandUnits];
  if (quoteUnits !== 0) {
    if (lots !== 0) return rejectCodes.lots_and_quote_given;
    if (!isMarket || !market.isSpot || c[at + commandSide] !== buy) return rejectCodes.bad_field;
    return quoteUnits > 0 && quoteUnits <= moneyLimit / market.valueDenominator
      ? 0
      : rejectCodes.size_not_positive;
  }
  if (!(lots > 0) || Math.floor(lots) !== lots) return rejectCodes.size_not_positive;
  if (lots < market.minLots) return rejectCodes.size_below_minimum;
  const most = isMarket ? market.maxMarketLots : market.maxLimitLots;
  return lots > most ? rejectCodes.size_above_limit : 0;
}

function checkPrice(engine: Engine, market: Market, c: Float64Array, at: number): number {
  const ticks = c[at + commandTicks];
  const type = c[at + commandType];
  if (type === typeMarket) return ticks === 0 ? 0 : rejectCodes.price_not_allowed;
  if (ticks === 0) return rejectCodes.price_required;
  if (!(ticks > 0 && ticks <= market.maxPriceTicks) || Math.floor(ticks) !== ticks) {
    return rejectCodes.price_out_of_range;
  }
  if (isOutsideBand(market, c[at + commandSide], ticks)) return rejectCodes.price_outside_band;
  if (type !== typeLimit && type !== typePostOnly) return 0;
  const account = c[at + commandAccount];
  const { accounts } = engine;
  return accounts.openOrders[account] >= engine.maxOpenOrders ||
    accounts.openOrdersOfMarket[account * engine.markets.length + market.index] >=
      engine.maxOpenOrdersPerMarket
    ? rejectCodes.open_orders_limit
    : 0;
}

/** Reduce only in net mode; in long/short mode the side alone tells opening from closing. */
function isReducing(c: Float64Array, at: number): boolean {
  const positionSide = c[at + commandPositionSide];
  if (positionSide === sideNet) return c[at + commandReduceOnly] !== 0;
  return (c[at + commandSide] === buy) !== (positionSide === sideLong);
}

function checkReducing(engine: Engine, c: Float64Array, at: number, row: number): number {
  const { numbers } = engine.rows;
  const held = numbers[row * rowNumbers + rowLots];
  const room = c[at + commandSide] === buy ? -held : held;
  if (!(room > 0)) return rejectCodes.no_position_to_reduce;
  if (c[at + commandPositionSide] === sideNet) return 0;
  const free = room - numbers[row * rowNumbers + rowReducingLots];
  return c[at + commandLots] > free ? rejectCodes.close_exceeds_position : 0;
}
