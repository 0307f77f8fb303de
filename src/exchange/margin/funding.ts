import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { noteBalance, noteRow } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { beginBill } from "../ledger/record-bill.ts";
import { bigMulDivCeil, checkMoney } from "../money/arithmetic.ts";

const { balanceCash, balanceIsolated } = balanceFields;
const { rowFunding, rowLots, rowMargin, rowNumbers } = rowFields;
const { billTypeFunding, modeCross, modeIsolated, subtypeFundingExpense, subtypeFundingIncome } =
  codes;
const { commandMarket, commandUnits } = commandFields;
const { eventFunding } = eventFields;
const {
  billBalance,
  billChange,
  billLots,
  billMeta,
  billPositionBalance,
  billPositionChange,
  billTicks,
} = billFields;
const { moneyFees, moneyInsurance, moneyOutside } = moneyPurposes;

const rateScale = 1_000_000_000_000;

/**
 * Funding: value at the mark * rate, from longs to shorts where the rate is positive (OKX). What
 * is paid is rounded up and what is received down; the outside market and the insurance fund pay
 * and receive for what they hold, so that only the remainders are left for the venue.
 */
export function settleFunding(engine: Engine, c: Float64Array, at: number): number {
  const index = c[at + commandMarket];
  const rate = c[at + commandUnits];
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  const market = engine.markets[index];
  if (market.isSpot || market.referenceTicks === 0) return rejectCodes.bad_field;
  if (!Number.isSafeInteger(rate) || Math.abs(rate) > rateScale / 10) return rejectCodes.bad_field;
  engine.events.push(eventFunding, index, rate, 0);
  const rows = market.activeRows.slice(0, market.activeCount).sort();
  for (const row of rows) {
    const lots = engine.rows.numbers[row * rowNumbers + rowLots];
    if (lots !== 0) payFunding(engine, market, row, payment(market, lots, rate));
  }
  engine.money.add(
    moneyOutside,
    market.quote,
    -venuePayment(engine, market, market.outsideLots, rate),
  );
  engine.money.add(
    moneyInsurance,
    market.quote,
    -venuePayment(engine, market, market.insuranceLots, rate),
  );
  return 0;
}

/** To be paid for so many signed lots, rounded up; negative is received. */
function payment(market: Market, lots: number, rate: number): number {
  return bigMulDivCeil(lots * market.referenceTicks * market.valueNumerator, rate, rateScale);
}

/** The same for the venue's own lots, which may be worth more than one account's. */
function venuePayment(engine: Engine, market: Market, lots: number, rate: number): number {
  const perLot = market.referenceTicks * market.valueNumerator;
  const exact = (BigInt(lots) * BigInt(perLot) * BigInt(rate)) / BigInt(rateScale);
  const units = checkMoney(Number(exact));
  engine.money.add(moneyFees, market.quote, units);
  return units;
}

function payFunding(engine: Engine, market: Market, row: number, units: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const account = engine.rows.accountOf(row);
  const balance = engine.balances.at(account, market.quote);
  const balances = engine.balances.numbers;
  const isolated = isIsolatedRow(row);
  const subtype = units > 0 ? subtypeFundingExpense : subtypeFundingIncome;
  const bill = beginBill(engine, account, market.quote, billTypeFunding, subtype);
  const bills = engine.bills.numbers;
  bills[bill + billMeta] = (market.index << 8) + ((isolated ? modeIsolated : modeCross) << 3);
  bills[bill + billTicks] = market.referenceTicks;
  bills[bill + billLots] = Math.abs(numbers[at + rowLots]);
  if (isolated) {
    numbers[at + rowMargin] -= units;
    balances[balance + balanceIsolated] -= units;
    bills[bill + billPositionChange] = 0 - units;
    bills[bill + billPositionBalance] = numbers[at + rowMargin];
  } else {
    balances[balance + balanceCash] = checkMoney(balances[balance + balanceCash] - units);
    bills[bill + billChange] = 0 - units;
  }
  bills[bill + billBalance] = balances[balance + balanceCash];
  numbers[at + rowFunding] -= units;
  engine.money.add(moneyFees, market.quote, units);
  noteRow(engine, row);
  noteBalance(engine, balance);
}
