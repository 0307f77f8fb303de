import { Defect, err, type Fault, ok, parseDecimal, type Result } from "#base";
import { moneyScale } from "#exchange";
import type { VenueAccount, VenueRoster } from "./accounts/account.ts";
import type { Floor } from "./floor/floor.ts";

/** Opens the roster's accounts in the engine, in order, and pays in what they begin with. */
export function openAccounts({ accounts }: VenueRoster, floor: Floor): Result<null, Fault> {
  for (const [index, account] of accounts.entries()) {
    const positionMode = account.posMode === "net_mode" ? "net" : "long_short";
    const opened = floor.execute({ type: "open_account", positionMode });
    if (opened.account !== index) throw new Defect(`account ${index} became ${opened.account}`);
    const paid = payIn(account, index, floor);
    if (!paid.ok) return paid;
  }
  floor.flush();
  return ok(null);
}

function payIn(
  { name, balances }: VenueAccount,
  account: number,
  floor: Floor,
): Result<null, Fault> {
  for (const [currency, text] of Object.entries(balances)) {
    const units = parseDecimal(text, moneyScale);
    if (!units.ok) return err({ ...units.fault, at: `${name}.${currency}` });
    if (units.value === 0) continue;
    const outcome = floor.execute({ type: "transfer", account, currency, units: units.value });
    if (outcome.reject !== null) {
      const message = `cannot pay ${text} ${currency} into ${name}: ${outcome.reject}`;
      return err({ code: "opening_balance_refused", message, at: `${name}.${currency}` });
    }
  }
  return ok(null);
}
