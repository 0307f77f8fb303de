import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "./engine.ts";
import { eventFields } from "./event-fields.ts";

const { rowNumbers, rowStamp, rowUpdatedMs } = rowFields;
const { balanceStamp, balanceUpdatedMs } = balanceFields;
const { eventBalance, eventPosition } = eventFields;

/** A position changes: one event in each command, read at its end. */
export function noteRow(engine: Engine, row: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  numbers[at + rowUpdatedMs] = engine.nowMs;
  if (numbers[at + rowStamp] === engine.stamp) return;
  numbers[at + rowStamp] = engine.stamp;
  engine.events.push(eventPosition, row, 0, 0);
}

/** A balance changes: one event in each command, read at its end. `at` is where its row begins. */
export function noteBalance(engine: Engine, at: number): void {
  const { numbers } = engine.balances;
  numbers[at + balanceUpdatedMs] = engine.nowMs;
  if (numbers[at + balanceStamp] === engine.stamp) return;
  numbers[at + balanceStamp] = engine.stamp;
  engine.events.push(eventBalance, at, 0, 0);
}
