import { balanceFields } from "../accounts/balance-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { noteBalance } from "../engine/changes.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { moneyLimit } from "../money/arithmetic.ts";
import { billFields } from "./history-fields.ts";
import { moneyPurposes } from "./money-purposes.ts";
import { beginBill } from "./record-bill.ts";

const { balanceCash } = balanceFields;
const { billTypeTransfer, subtypeTransferIn, subtypeTransferOut } = codes;
const { commandAccount, commandTarget, commandUnits } = commandFields;
const { billBalance, billChange } = billFields;
const { moneyIssued } = moneyPurposes;

/** Money comes from outside the venue, or leaves it as far as it is not in use. */
export function transfer(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  const currency = c[at + commandTarget];
  const units = c[at + commandUnits];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (!(currency >= 0 && currency < engine.currencies.length)) return rejectCodes.unknown_currency;
  if (!Number.isSafeInteger(units) || units === 0) return rejectCodes.size_not_positive;
  const balance = engine.balances.at(account, currency);
  if (units < 0 && -units > engine.balances.availableCash(balance)) {
    return rejectCodes.insufficient_balance;
  }
  const cash = engine.balances.numbers[balance + balanceCash] + units;
  if (cash > moneyLimit) return rejectCodes.money_out_of_range;
  engine.balances.numbers[balance + balanceCash] = cash;
  engine.money.add(moneyIssued, currency, -units);
  const subtype = units > 0 ? subtypeTransferIn : subtypeTransferOut;
  const bill = beginBill(engine, account, currency, billTypeTransfer, subtype);
  engine.bills.numbers[bill + billChange] = units;
  engine.bills.numbers[bill + billBalance] = cash;
  noteBalance(engine, balance);
  return 0;
}
