import { balanceFields } from "../accounts/balance-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { beginTradeBill } from "../ledger/record-bill.ts";
import { recordFill } from "../ledger/record-fill.ts";
import { crossIsShort } from "../margin/shortfall.ts";
import { chargePpm, checkMoney, mulDivCeil, mulDivFloor } from "../money/arithmetic.ts";

const { balanceCash, balanceUpdatedMs } = balanceFields;
const { orderAccount, orderInts, orderLotTicks, orderNumbers, orderSide } = orderFields;
const { billTypeTrade, buy, liquidityMaker, subtypeBuy } = codes;
const { billBalance, billChange } = billFields;
const { moneyFees } = moneyPurposes;

/**
 * One account's half of a spot trade: a bill in the quote currency and one in the base currency.
 * The fee is taken from what is received, as OKX does.
 *
 * An order pays the value of all its fills together, rounded up once, or receives it rounded down
 * once: so many small fills cost no more than one, and what was reserved is enough. What rounding
 * leaves passes through the venue's fees.
 */
export function settleSpot(
  engine: Engine,
  market: Market,
  slot: number,
  ticks: number,
  lots: number,
  liquidity: number,
): void {
  const { numbers, ints } = engine.orders;
  const isBuy = ints[slot * orderInts + orderSide] === buy;
  const ppm = liquidity === liquidityMaker ? market.makerFeePpm : market.takerFeePpm;
  const before = numbers[slot * orderNumbers + orderLotTicks];
  const after = before + lots * ticks;
  const base = lots * market.baseUnitsPerLot;
  const { valueNumerator: by, valueDenominator: over } = market;
  const quote = isBuy
    ? mulDivCeil(after * by, 1, over) - mulDivCeil(before * by, 1, over)
    : mulDivFloor(after * by, 1, over) - mulDivFloor(before * by, 1, over);
  const fee = chargePpm(isBuy ? base : quote, ppm);
  const reason = billTypeTrade * 32 + subtypeBuy + (isBuy ? 0 : 1);
  // What is given first, then what is received, less the fee.
  const given = isBuy ? market.quote : market.base;
  const taken = isBuy ? market.base : market.quote;
  const out = beginTradeBill(engine, slot, given, reason, ticks, lots, liquidity);
  moveCash(engine, out, ints[slot * orderInts + orderAccount], given, isBuy ? -quote : -base);
  const into = recordFill(engine, slot, taken, reason, ticks, lots, fee, 0, liquidity);
  const received = (isBuy ? base : quote) - fee;
  moveCash(engine, into, ints[slot * orderInts + orderAccount], taken, received);
}

/** What the outside market gives and takes when it is the other side of a spot trade. */
export function spotValueFloor(market: Market, ticks: number, lots: number): number {
  return mulDivFloor(lots * ticks * market.valueNumerator, 1, market.valueDenominator);
}

/** Cash changes by so much; the venue's account of fees and remainders has the other side. */
function moveCash(
  engine: Engine,
  bill: number,
  account: number,
  currency: number,
  units: number,
): void {
  const balance = engine.balances.at(account, currency);
  const cash = checkMoney(engine.balances.numbers[balance + balanceCash] + units);
  engine.balances.numbers[balance + balanceCash] = cash;
  engine.balances.numbers[balance + balanceUpdatedMs] = engine.nowMs;
  engine.money.add(moneyFees, currency, -units);
  // The same cash backs cross positions.
  if (crossIsShort(engine, balance)) engine.isLookDue = true;
  engine.bills.numbers[bill + billChange] = units;
  engine.bills.numbers[bill + billBalance] = cash;
}
