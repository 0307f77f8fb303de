import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "../engine/engine.ts";

const { balanceCash, balanceRequired, balanceUnrealized } = balanceFields;
const { rowMargin, rowNumbers, rowRequired, rowUnrealized } = rowFields;

/** After a fill: if the position or the balance is short, the end of the command must look. */
export function lookAt(engine: Engine, row: number, balance: number): void {
  if (crossIsShort(engine, balance)) engine.isLookDue = true;
  else if (isIsolatedRow(row) && isolatedIsShort(engine, row)) engine.isLookDue = true;
}

/** Whether cross positions are not backed any more, or nothing is left but a debt. */
export function crossIsShort(engine: Engine, balance: number): boolean {
  const { numbers } = engine.balances;
  const required = numbers[balance + balanceRequired];
  const equity = numbers[balance + balanceCash] + numbers[balance + balanceUnrealized];
  return equity < required;
}

/** Whether the margin of an isolated position does not back it any more. */
export function isolatedIsShort(engine: Engine, row: number): boolean {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const required = numbers[at + rowRequired];
  return required > 0 && numbers[at + rowMargin] + numbers[at + rowUnrealized] < required;
}
