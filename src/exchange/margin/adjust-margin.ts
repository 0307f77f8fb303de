import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { noteBalance, noteRow } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { beginBill } from "../ledger/record-bill.ts";
import { rowFor } from "../matching/position-row.ts";
import { checkMoney } from "../money/arithmetic.ts";
import { checkPosition } from "./check-position.ts";
import { initialMargin } from "./exposure.ts";

const { balanceCash, balanceIsolated } = balanceFields;
const { rowLeverage, rowLots, rowMargin, rowNumbers, rowRequired, rowUnrealized, rowValue } =
  rowFields;
const { billTypeMargin, modeIsolated, subtypeMarginDecrease, subtypeMarginIncrease } = codes;
const { commandAccount, commandMarket, commandUnits } = commandFields;
const { billBalance, billChange, billMeta, billPositionBalance, billPositionChange } = billFields;

/**
 * Cash moves into the margin of an isolated position, or out of it as far as the position keeps
 * its initial margin beyond what it has lost.
 */
export function adjustMargin(engine: Engine, c: Float64Array, at: number): number {
  const code = checkPosition(engine, c, at);
  if (code !== 0) return code;
  const market = engine.markets[c[at + commandMarket]];
  const units = c[at + commandUnits];
  if (!Number.isSafeInteger(units) || units === 0) return rejectCodes.size_not_positive;
  const row = rowFor(engine, c, at);
  if (!isIsolatedRow(row)) return rejectCodes.margin_mode_mismatch;
  const { numbers } = engine.rows;
  const position = row * rowNumbers;
  if (numbers[position + rowLots] === 0) return rejectCodes.no_position;
  const balance = engine.balances.at(c[at + commandAccount], market.quote);
  if (units > 0 && units > engine.balances.availableCash(balance)) {
    return rejectCodes.insufficient_balance;
  }
  if (units < 0 && -units > removable(engine, row)) return rejectCodes.margin_change_too_large;
  moveMargin(engine, market, row, units);
  return 0;
}

/** What may leave: margin above initial margin at the mark, a loss kept covered. */
export function removable(engine: Engine, row: number): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const value = Math.abs(numbers[at + rowValue]);
  const keep = Math.max(
    initialMargin(false, value, 0, 0, numbers[at + rowLeverage]),
    numbers[at + rowRequired],
  );
  const loss = numbers[at + rowUnrealized] < 0 ? -numbers[at + rowUnrealized] : 0;
  return numbers[at + rowMargin] - keep - loss;
}

export function moveMargin(engine: Engine, market: Market, row: number, units: number): void {
  const account = engine.rows.accountOf(row);
  const balance = engine.balances.at(account, market.quote);
  const balances = engine.balances.numbers;
  const cash = checkMoney(balances[balance + balanceCash] - units);
  balances[balance + balanceCash] = cash;
  balances[balance + balanceIsolated] += units;
  engine.rows.numbers[row * rowNumbers + rowMargin] += units;
  const subtype = units > 0 ? subtypeMarginIncrease : subtypeMarginDecrease;
  const bill = beginBill(engine, account, market.quote, billTypeMargin, subtype);
  const bills = engine.bills.numbers;
  bills[bill + billMeta] = (market.index << 8) + (modeIsolated << 3);
  bills[bill + billChange] = -units;
  bills[bill + billBalance] = cash;
  bills[bill + billPositionChange] = units;
  bills[bill + billPositionBalance] = engine.rows.numbers[row * rowNumbers + rowMargin];
  noteBalance(engine, balance);
  noteRow(engine, row);
}
