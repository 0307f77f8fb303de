import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "./engine.ts";
import { eventFields } from "./event-fields.ts";

const { balanceNumbers, balanceStamp, balanceUpdatedMs } = balanceFields;
const { rowNumbers, rowStamp, rowUpdatedMs } = rowFields;
const { eventBalance, eventPosition } = eventFields;

/** Puts a position on the list of what this command changed, once. */
export function noteRow(engine: Engine, row: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  numbers[at + rowUpdatedMs] = engine.nowMs;
  if (numbers[at + rowStamp] === engine.stamp) return;
  numbers[at + rowStamp] = engine.stamp;
  if (engine.changedRowCount === engine.changedRows.length) {
    engine.changedRows = doubled(engine.changedRows);
  }
  engine.changedRows[engine.changedRowCount] = row;
  engine.changedRowCount += 1;
}

/** Puts a balance on the list of what this command changed, once; `at` is where its row begins. */
export function noteBalance(engine: Engine, at: number): void {
  const { numbers } = engine.balances;
  numbers[at + balanceUpdatedMs] = engine.nowMs;
  if (numbers[at + balanceStamp] === engine.stamp) return;
  numbers[at + balanceStamp] = engine.stamp;
  if (engine.changedBalanceCount === engine.changedBalances.length) {
    engine.changedBalances = doubled(engine.changedBalances);
  }
  engine.changedBalances[engine.changedBalanceCount] = at;
  engine.changedBalanceCount += 1;
}

/** One event for each, at the end of the command. */
export function reportChanges(engine: Engine): void {
  const { events, changedRows, changedBalances } = engine;
  for (let k = 0; k < engine.changedRowCount; k += 1) {
    events.push(eventPosition, changedRows[k], 0, 0);
  }
  const { currencies } = engine.balances;
  for (let k = 0; k < engine.changedBalanceCount; k += 1) {
    const index = changedBalances[k] / balanceNumbers;
    const account = Math.floor(index / currencies);
    events.push(eventBalance, account, index - account * currencies, 0);
  }
  engine.changedRowCount = 0;
  engine.changedBalanceCount = 0;
}

function doubled(old: Int32Array): Int32Array {
  const grown = new Int32Array(old.length * 2);
  grown.set(old);
  return grown;
}
