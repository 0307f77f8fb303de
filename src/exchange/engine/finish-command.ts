import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { liquidateCross, liquidateIsolated } from "../margin/liquidation.ts";
import { reportChanges } from "./changes.ts";
import type { Engine } from "./engine.ts";

const { balanceNumbers, balanceRequired } = balanceFields;
const { rowNumbers, rowRequired } = rowFields;

/**
 * Looks at every balance and position that the command changed: what they no longer back is
 * liquidated, which may put more on the lists. Then tells of the changes.
 */
export function finishCommand(engine: Engine): void {
  const rows = engine.rows.numbers;
  for (let k = 0; k < engine.changedRowCount; k += 1) {
    const row = engine.changedRows[k];
    if (isIsolatedRow(row) && rows[row * rowNumbers + rowRequired] > 0) {
      liquidateIsolated(engine, row);
    }
  }
  const balances = engine.balances.numbers;
  for (let k = 0; k < engine.changedBalanceCount; k += 1) {
    const at = engine.changedBalances[k];
    if (balances[at + balanceRequired] <= 0) continue;
    const index = at / balanceNumbers;
    const account = Math.floor(index / engine.balances.currencies);
    liquidateCross(engine, account, index - account * engine.balances.currencies);
  }
  reportChanges(engine);
}
