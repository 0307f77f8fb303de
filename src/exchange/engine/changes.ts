import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { billFields, fillFields } from "../ledger/history-fields.ts";
import type { Engine } from "./engine.ts";
import { eventFields } from "./event-fields.ts";

const { rowNumbers, rowUpdatedMs } = rowFields;
const { balanceUpdatedMs } = balanceFields;
const { eventBalance, eventPosition } = eventFields;
const f = eventFields;

/**
 * A position changes by something other than an order. What orders change is not noted: their own
 * events say it, and `changesOf` reads it there.
 */
export function noteRow(engine: Engine, row: number): void {
  engine.rows.numbers[row * rowNumbers + rowUpdatedMs] = engine.nowMs;
  engine.events.push(eventPosition, row, 0, 0);
  engine.isLookDue = true;
}

/** A balance changes by something other than an order. `at` is where its row begins. */
export function noteBalance(engine: Engine, at: number): void {
  engine.balances.numbers[at + balanceUpdatedMs] = engine.nowMs;
  engine.events.push(eventBalance, at, 0, 0);
  engine.isLookDue = true;
}

/** Rows of positions and beginnings of balances that the current command changed, ascending. */
export type Changes = Readonly<{ rows: readonly number[]; balances: readonly number[] }>;

export function changesOf(engine: Engine): Changes {
  const rows = new Set<number>();
  const balances = new Set<number>();
  const { numbers, count } = engine.events;
  for (let at = 0; at < count * f.eventNumbers; at += f.eventNumbers) {
    const [kind, subject] = [numbers[at], numbers[at + 1]];
    if (kind === f.eventPosition) rows.add(subject);
    else if (kind === f.eventBalance) balances.add(subject);
    else if (kind === f.eventFill) addFill(engine, subject, rows, balances);
    else if (kind === f.eventAccepted || kind === f.eventAmended || kind === f.eventCanceled) {
      addOrder(engine, subject, balances);
    }
  }
  const ascending = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);
  return { rows: ascending(rows), balances: ascending(balances) };
}

function addFill(engine: Engine, fill: number, rows: Set<number>, balances: Set<number>): void {
  const bill = engine.fills.numbers[engine.fills.find(fill) + fillFields.fillBill];
  const order = engine.bills.numbers[engine.bills.find(bill) + billFields.billOrder];
  const whole = engine.orders.slotOf(order) * orderFields.orderInts;
  const { ints } = engine.orders;
  const account = ints[whole + orderFields.orderAccount];
  const market = engine.markets[ints[whole + orderFields.orderInstrument]];
  balances.add(engine.balances.at(account, market.quote));
  if (market.isSpot) balances.add(engine.balances.at(account, market.base));
  else rows.add(ints[whole + orderFields.orderRow]);
}

/** What an order holds is in one currency: what it would pay with. */
function addOrder(engine: Engine, order: number, balances: Set<number>): void {
  const whole = engine.orders.slotOf(order) * orderFields.orderInts;
  const { ints } = engine.orders;
  const market = engine.markets[ints[whole + orderFields.orderInstrument]];
  const sellsSpot = market.isSpot && ints[whole + orderFields.orderSide] === 1;
  const currency = sellsSpot ? market.base : market.quote;
  balances.add(engine.balances.at(ints[whole + orderFields.orderAccount], currency));
}
