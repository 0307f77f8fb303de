import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import { billFields, tradeFields } from "../ledger/history-fields.ts";
import type { ClientIds } from "./client-ids.ts";
import { algoView } from "./decode-algo.ts";
import { billOfFill, billView, fillView, tradeView } from "./decode-history.ts";
import { orderNow } from "./decode-order.ts";
import type { AlgoView, BillView, FillView, OrderView, Page, TradeView } from "./view.ts";

/** Walks ids from the newest that the page may show and keeps what `read` gives. */
function collect<T>(
  page: Pick<Page, "limit" | "olderThan" | "newerThan">,
  { first, next }: Readonly<{ first: number; next: number }>,
  read: (id: number) => T | null,
): readonly T[] {
  const rows: T[] = [];
  const from = Math.min(next, page.olderThan ?? next) - 1;
  const to = Math.max(first, (page.newerThan ?? 0) + 1);
  for (let id = from; id >= to && rows.length < page.limit; id -= 1) {
    const row = read(id);
    if (row !== null) rows.push(row);
  }
  return rows;
}

function isInTime(page: Page, timeMs: number): boolean {
  return timeMs >= (page.fromMs ?? -Infinity) && timeMs <= (page.toMs ?? Infinity);
}

export function pageOfFills(engine: Engine, ids: ClientIds, page: Page): readonly FillView[] {
  const { fills } = engine;
  return collect(page, { first: fills.firstId, next: fills.nextId }, (id) => {
    const at = billOfFill(engine, id);
    return at >= 0 && isOnPage(engine, page, at) ? fillView(engine, ids, id, at) : null;
  });
}

export function pageOfBills(engine: Engine, ids: ClientIds, page: Page): readonly BillView[] {
  const { bills } = engine;
  return collect(page, { first: bills.firstId, next: bills.nextId }, (id) => {
    const at = bills.find(id);
    return isOnPage(engine, page, at) ? billView(engine, ids, id, at) : null;
  });
}

/** Whether the bill that begins at `at` is what the page asks for. */
function isOnPage(engine: Engine, page: Page, at: number): boolean {
  const { numbers } = engine.bills;
  const { billMeta, billOrder, billTimeMs, billWho } = billFields;
  if (Math.floor(numbers[at + billWho] / 65_536) !== page.account) return false;
  if (page.instrument !== undefined && numbers[at + billMeta] >> 8 !== page.instrument)
    return false;
  if (page.orderId !== undefined && numbers[at + billOrder] !== page.orderId) return false;
  return isInTime(page, numbers[at + billTimeMs]);
}

export function pageOfOrders(engine: Engine, ids: ClientIds, page: Page): readonly OrderView[] {
  const { orders } = engine;
  const f = orderFields;
  const first = Math.max(1, orders.nextId - orders.capacity);
  return collect(page, { first, next: orders.nextId }, (id) => {
    const slot = orders.slotOf(id);
    const whole = slot * f.orderInts;
    const { ints, numbers } = orders;
    if (slot === 0 || ints[whole + f.orderState] === codes.stateOpen) return null;
    if (ints[whole + f.orderAccount] !== page.account) return null;
    const market = ints[whole + f.orderInstrument];
    if (page.instrument !== undefined && market !== page.instrument) return null;
    if (page.orderId !== undefined && id !== page.orderId) return null;
    if (!isInTime(page, numbers[slot * f.orderNumbers + f.orderCreatedMs])) return null;
    return orderNow(engine, ids, slot);
  });
}

export function pageOfAlgos(engine: Engine, ids: ClientIds, page: Page): readonly AlgoView[] {
  return collect(page, { first: 1, next: engine.algos.nextId }, (id) => {
    const algo = engine.algos.find(id);
    if (algo === null || algo.state === "live" || algo.account !== page.account) return null;
    if (page.instrument !== undefined && algo.market !== page.instrument) return null;
    return isInTime(page, algo.createdMs) ? algoView(algo, ids) : null;
  });
}

/** The latest public trades of one instrument, newest first. */
export function latestTrades(
  engine: Engine,
  instrument: number,
  limit: number,
): readonly TradeView[] {
  const { trades } = engine;
  return collect({ limit }, { first: trades.firstId, next: trades.nextId }, (id) => {
    const at = trades.find(id);
    const market = trades.numbers[at + tradeFields.tradeMarket];
    return market === instrument ? tradeView(engine, id, at) : null;
  });
}
