import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { noteBalance } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { beginBill } from "../ledger/record-bill.ts";

const { balanceCash, balanceIsolated } = balanceFields;
const { rowMargin, rowNumbers } = rowFields;
const { billTypeInsurance, modeIsolated, subtypeInsuranceCover } = codes;
const { billBalance, billChange, billMeta, billPositionBalance, billPositionChange } = billFields;
const { moneyInsurance } = moneyPurposes;

/** A closed isolated position owes nothing: the insurance fund pays what its margin could not. */
export function coverLoss(engine: Engine, market: Market, row: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const margin = numbers[at + rowMargin];
  if (margin >= 0) return;
  const account = engine.rows.accountOf(row);
  const balance = engine.balances.at(account, market.quote);
  numbers[at + rowMargin] = 0;
  engine.balances.numbers[balance + balanceIsolated] -= margin;
  engine.money.add(moneyInsurance, market.quote, margin);
  const bill = beginBill(engine, account, market.quote, billTypeInsurance, subtypeInsuranceCover);
  const bills = engine.bills.numbers;
  bills[bill + billMeta] = (market.index << 8) + (modeIsolated << 3);
  bills[bill + billPositionChange] = -margin;
  bills[bill + billPositionBalance] = 0;
  bills[bill + billBalance] = engine.balances.numbers[balance + balanceCash];
}

/** The same for cash that cross positions, all closed, left below zero. */
export function coverCash(engine: Engine, account: number, currency: number): void {
  const balance = engine.balances.at(account, currency);
  const cash = engine.balances.numbers[balance + balanceCash];
  if (cash >= 0) return;
  engine.balances.numbers[balance + balanceCash] = 0;
  engine.money.add(moneyInsurance, currency, cash);
  const bill = beginBill(engine, account, currency, billTypeInsurance, subtypeInsuranceCover);
  engine.bills.numbers[bill + billChange] = -cash;
  noteBalance(engine, balance);
}
