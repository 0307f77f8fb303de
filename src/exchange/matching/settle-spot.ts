import { balanceFields } from "../accounts/balance-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { noteBalance } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { beginTradeBill } from "../ledger/record-bill.ts";
import { recordFill } from "../ledger/record-fill.ts";
import { chargePpm, checkMoney, mulDivCeil, mulDivFloor } from "../money/arithmetic.ts";

const { balanceCash } = balanceFields;
const { orderAccount, orderInts, orderLotTicks, orderNumbers, orderSide } = orderFields;
const { billTypeTrade, buy, liquidityMaker, subtypeBuy } = codes;
const { billBalance, billChange, billFee, billPnl } = billFields;
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
  const order = { slot, ticks, lots, liquidity };
  if (isBuy) {
    changeCash(engine, market.quote, { ...order, change: -quote, fee: 0 });
    changeCash(engine, market.base, { ...order, change: base, fee });
  } else {
    changeCash(engine, market.base, { ...order, change: -base, fee: 0 });
    changeCash(engine, market.quote, { ...order, change: quote, fee });
  }
  recordFill(engine, slot, ticks, lots, fee, 0, liquidity);
}

/** What the outside market gives and takes when it is the other side of a spot trade. */
export function spotValueFloor(market: Market, ticks: number, lots: number): number {
  return mulDivFloor(lots * ticks * market.valueNumerator, 1, market.valueDenominator);
}

function changeCash(
  engine: Engine,
  currency: number,
  {
    slot,
    ticks,
    lots,
    liquidity,
    change,
    fee,
  }: Readonly<{
    slot: number;
    ticks: number;
    lots: number;
    liquidity: number;
    change: number;
    fee: number;
  }>,
): void {
  const { ints } = engine.orders;
  const account = ints[slot * orderInts + orderAccount];
  const side = ints[slot * orderInts + orderSide];
  const balance = engine.balances.at(account, currency);
  const cash = checkMoney(engine.balances.numbers[balance + balanceCash] + change - fee);
  engine.balances.numbers[balance + balanceCash] = cash;
  engine.money.add(moneyFees, currency, fee - change);
  const reason = billTypeTrade * 32 + subtypeBuy + side;
  const bill = beginTradeBill(engine, slot, currency, reason, ticks, lots, liquidity);
  engine.bills.numbers[bill + billPnl] = 0;
  engine.bills.numbers[bill + billChange] = change - fee;
  engine.bills.numbers[bill + billBalance] = cash;
  engine.bills.numbers[bill + billFee] = fee;
  noteBalance(engine, balance);
}
