import { isIsolatedRow } from "../accounts/position-store.ts";
import {
  crossIsShort,
  isolatedIsShort,
  liquidateCross,
  liquidateIsolated,
} from "../margin/liquidation.ts";
import type { Engine } from "./engine.ts";
import { eventFields } from "./event-fields.ts";

const { eventBalance, eventNumbers, eventPosition } = eventFields;

/**
 * Looks at every balance and position that the command changed: what they no longer back is
 * liquidated, isolated positions first since they stand alone, each kind in the order of its
 * numbers.
 */
export function finishCommand(engine: Engine): void {
  if (!isAnyShort(engine)) return;
  const rows = changed(engine, eventPosition).sort();
  const balances = changed(engine, eventBalance).sort();
  for (const row of rows) {
    if (isIsolatedRow(row)) liquidateIsolated(engine, row);
  }
  for (const at of balances) {
    liquidateCross(engine, engine.balances.accountAt(at), engine.balances.currencyAt(at));
  }
}

function isAnyShort(engine: Engine): boolean {
  const { numbers, count } = engine.events;
  for (let at = 0; at < count * eventNumbers; at += eventNumbers) {
    const kind = numbers[at];
    if (kind === eventBalance) {
      if (crossIsShort(engine, numbers[at + 1])) return true;
    } else if (kind === eventPosition) {
      if (isIsolatedRow(numbers[at + 1]) && isolatedIsShort(engine, numbers[at + 1])) return true;
    }
  }
  return false;
}

/** Positions or balances with an event in this command. */
function changed(engine: Engine, kind: number): Int32Array {
  const { numbers, count } = engine.events;
  const found: number[] = [];
  for (let at = 0; at < count * eventNumbers; at += eventNumbers) {
    if (numbers[at] === kind) found.push(numbers[at + 1]);
  }
  return Int32Array.from(found);
}
