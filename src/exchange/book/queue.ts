import { codes } from "../engine/codes.ts";
import { type Book } from "./book.ts";
import { levelFields } from "./level-fields.ts";
import { orderFields } from "./order-fields.ts";
import { type OrderStore } from "./order-store.ts";

const { queueBack, queueFront } = codes;
const {
  levelCount,
  levelHead,
  levelInts,
  levelNumbers,
  levelOutside,
  levelOutsideTail,
  levelOwn,
  levelTail,
} = levelFields;
const { orderGap, orderInts, orderNumbers, orderPrice, orderQueueNext, orderQueuePrevious } =
  orderFields;

/** Puts an order at the end of the queue of its price; by the model, behind outside size or not. */
export function appendOrder(
  book: Book,
  orders: OrderStore,
  slot: number,
  isBid: boolean,
  lots: number,
  model: number,
): void {
  const { numbers, ints } = orders;
  const tick = ints[slot * orderInts + orderPrice];
  const level = book.openLevel(tick);
  const at = level * levelNumbers;
  const intsAt = level * levelInts;
  if (book.isEmpty(level)) book.noteUsed(tick, isBid);
  const gap = model === queueFront ? 0 : book.numbers[at + levelOutsideTail];
  numbers[slot * orderNumbers + orderGap] = gap;
  book.numbers[at + levelOutsideTail] -= gap;

  const last = book.ints[intsAt + levelTail];
  ints[slot * orderInts + orderQueuePrevious] = last;
  ints[slot * orderInts + orderQueueNext] = 0;
  if (last === 0) book.ints[intsAt + levelHead] = slot;
  else ints[last * orderInts + orderQueueNext] = slot;
  book.ints[intsAt + levelTail] = slot;
  book.ints[intsAt + levelCount] += 1;
  book.numbers[at + levelOwn] += lots;
  book.version += 1;
}

/** Takes an order with so many open lots out of its queue; outside size before it moves up. */
export function removeOrder(book: Book, orders: OrderStore, slot: number, lots: number): void {
  const { numbers, ints } = orders;
  const tick = ints[slot * orderInts + orderPrice];
  const level = book.levelAt(tick);
  const intsAt = level * levelInts;
  const previous = ints[slot * orderInts + orderQueuePrevious];
  const next = ints[slot * orderInts + orderQueueNext];
  const gap = numbers[slot * orderNumbers + orderGap];

  if (previous === 0) book.ints[intsAt + levelHead] = next;
  else ints[previous * orderInts + orderQueueNext] = next;
  if (next === 0) {
    book.ints[intsAt + levelTail] = previous;
    book.numbers[level * levelNumbers + levelOutsideTail] += gap;
  } else {
    ints[next * orderInts + orderQueuePrevious] = previous;
    numbers[next * orderNumbers + orderGap] += gap;
  }
  book.ints[intsAt + levelCount] -= 1;
  book.numbers[level * levelNumbers + levelOwn] -= lots;
  book.version += 1;
  if (book.isEmpty(level)) book.noteEmpty(tick);
}

/** An order in the queue becomes smaller and keeps its place. */
export function shrinkLevel(book: Book, tick: number, lots: number): void {
  book.numbers[book.levelAt(tick) * levelNumbers + levelOwn] -= lots;
  book.version += 1;
}

/** Outside lots that stand first in the queue of this level. */
export function outsideAtFront(book: Book, orders: OrderStore, level: number): number {
  const head = book.ints[level * levelInts + levelHead];
  return head === 0
    ? book.numbers[level * levelNumbers + levelOutsideTail]
    : orders.numbers[head * orderNumbers + orderGap];
}

/** Removes so many of the outside lots that stand first. */
export function consumeOutside(book: Book, orders: OrderStore, tick: number, lots: number): void {
  const level = book.levelAt(tick);
  const at = level * levelNumbers;
  const head = book.ints[level * levelInts + levelHead];
  if (head === 0) book.numbers[at + levelOutsideTail] -= lots;
  else orders.numbers[head * orderNumbers + orderGap] -= lots;
  book.numbers[at + levelOutside] -= lots;
  book.version += 1;
  if (book.isEmpty(level)) book.noteEmpty(tick);
}

/** The outside lots of one level are stated anew; the level is on this side or empty. */
export function stateOutside(
  book: Book,
  orders: OrderStore,
  tick: number,
  isBid: boolean,
  lots: number,
  model: number,
): void {
  const known = book.levelAt(tick);
  const before = known === 0 ? 0 : book.numbers[known * levelNumbers + levelOutside];
  if (lots === before) return;
  const level = known === 0 ? book.openLevel(tick) : known;
  if (book.isEmpty(level)) book.noteUsed(tick, isBid);
  const at = level * levelNumbers;
  if (lots > before) book.numbers[at + levelOutsideTail] += lots - before;
  else loseOutside(book, orders, { level, lost: before - lots, model });
  book.numbers[at + levelOutside] = lots;
  book.version += 1;
  if (book.isEmpty(level)) book.noteEmpty(tick);
}

/** Outside size vanishes without a trade: who stood before our orders, and who behind? */
function loseOutside(
  book: Book,
  orders: OrderStore,
  { level, lost, model }: Readonly<{ level: number; lost: number; model: number }>,
): void {
  const at = level * levelNumbers;
  let left = lost;
  if (model !== queueBack && model !== queueFront) {
    left -= loseShares(book, orders, { level, share: lost / book.numbers[at + levelOutside] });
  }
  const behind = Math.min(left, book.numbers[at + levelOutsideTail]);
  book.numbers[at + levelOutsideTail] -= behind;
  left -= behind;
  let slot = book.ints[level * levelInts + levelTail];
  for (; left > 0 && slot !== 0; slot = orders.ints[slot * orderInts + orderQueuePrevious]) {
    const gap = orders.numbers[slot * orderNumbers + orderGap];
    const taken = Math.min(left, gap);
    orders.numbers[slot * orderNumbers + orderGap] = gap - taken;
    left -= taken;
  }
}

/** Each gap before an order loses the same share of itself, rounded down: against our orders. */
function loseShares(
  book: Book,
  orders: OrderStore,
  { level, share }: Readonly<{ level: number; share: number }>,
): number {
  let lost = 0;
  let slot = book.ints[level * levelInts + levelHead];
  for (; slot !== 0; slot = orders.ints[slot * orderInts + orderQueueNext]) {
    const gap = orders.numbers[slot * orderNumbers + orderGap];
    const taken = Math.floor(gap * share);
    orders.numbers[slot * orderNumbers + orderGap] = gap - taken;
    lost += taken;
  }
  return lost;
}
