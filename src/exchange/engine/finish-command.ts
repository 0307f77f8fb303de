import { isIsolatedRow } from "../accounts/position-store.ts";
import { liquidateCross, liquidateIsolated } from "../margin/liquidation.ts";
import { changesOf } from "./changes.ts";
import type { Engine } from "./engine.ts";

/**
 * When something may not be backed any more, looks at every position and balance that the command
 * changed and liquidates what is short: isolated positions first since they stand alone, each kind
 * in the order of its numbers.
 */
export function finishCommand(engine: Engine): void {
  engine.isLookDue = false;
  const { rows, balances } = changesOf(engine);
  for (const row of rows) {
    if (isIsolatedRow(row)) liquidateIsolated(engine, row);
  }
  for (const at of balances) {
    liquidateCross(engine, engine.balances.accountAt(at), engine.balances.currencyAt(at));
  }
  engine.isLookDue = false;
}
