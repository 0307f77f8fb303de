import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import {
  crossIsShort,
  isolatedIsShort,
  liquidateCross,
  liquidateIsolated,
} from "../margin/liquidation.ts";
import { reportChanges } from "./changes.ts";
import type { Engine } from "./engine.ts";

const { balanceNumbers } = balanceFields;

/**
 * Looks at every balance and position that the command changed: what they no longer back is
 * liquidated, isolated positions first since they stand alone, each kind in the order of its
 * numbers. Then tells of the changes.
 */
export function finishCommand(engine: Engine): void {
  if (isAnyShort(engine)) {
    const rows = engine.changedRows.slice(0, engine.changedRowCount).sort();
    for (const row of rows) {
      if (isIsolatedRow(row)) liquidateIsolated(engine, row);
    }
    const balances = engine.changedBalances.slice(0, engine.changedBalanceCount).sort();
    for (const at of balances) {
      const account = accountAt(engine, at);
      liquidateCross(engine, account, at / balanceNumbers - account * engine.balances.currencies);
    }
  }
  reportChanges(engine);
}

function isAnyShort(engine: Engine): boolean {
  for (let k = 0; k < engine.changedRowCount; k += 1) {
    const row = engine.changedRows[k];
    if (isIsolatedRow(row) && isolatedIsShort(engine, row)) return true;
  }
  for (let k = 0; k < engine.changedBalanceCount; k += 1) {
    if (crossIsShort(engine, engine.changedBalances[k])) return true;
  }
  return false;
}

function accountAt(engine: Engine, at: number): number {
  return Math.floor(at / balanceNumbers / engine.balances.currencies);
}
