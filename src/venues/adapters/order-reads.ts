import type { Answer, OrderKey, Page, PageQuery, Venue } from "../port.ts";
import { algoOf, billOf, fillOf, orderOf } from "./account-rows.ts";
import { mapped, noRow, single } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { instrumentType } from "./instrument-type.ts";

export type OrderReads = Pick<
  Venue,
  "openOrders" | "openAlgoOrders" | "order" | "ordersHistoryPage" | "fillsPage" | "billsPage"
>;

export function orderReads({ ask }: Caller): OrderReads {
  return {
    async openOrders(instId) {
      const instType = instrumentType(instId);
      const answer = await ask("orders_pending", { instType, instId, limit: fullPage });
      return mapped(answer, (rows) => rows.map(orderOf));
    },
    async openAlgoOrders(instId, kind) {
      const answer = await ask("algos_pending", { ordType: kind, instId, limit: fullPage });
      return mapped(answer, (rows) => rows.map(algoOf));
    },
    async order(instId, by) {
      const answer = await ask("order", { instId, ...keyOf(by) });
      return single(answer, orderOf, noRow("the order"));
    },
    async ordersHistoryPage(query) {
      const answer = await ask("orders_history", typedPage(query));
      return paged(answer, query, (row) => row.ordId, orderOf);
    },
    async fillsPage(query) {
      const answer = await ask("fills_history", typedPage(query));
      return paged(answer, query, (row) => row.billId, fillOf);
    },
    async billsPage(query) {
      const answer = await ask("bills", pageOf(query));
      return paged(answer, query, (row) => row.billId, billOf);
    },
  };
}

/** The id by which an order is named, as OKX takes it. */
export function keyOf(by: OrderKey): Readonly<{ ordId: string }> | Readonly<{ clOrdId: string }> {
  return "ordId" in by ? { ordId: by.ordId } : { clOrdId: by.clOrdId };
}

const fullPage = "100";

type PageParams = Readonly<{
  instId: string;
  begin: string;
  end: string;
  limit: string;
  after?: string;
}>;

function pageOf({ instId, beginMs, endMs, limit, after }: PageQuery): PageParams {
  const window = { begin: String(beginMs), end: String(endMs), limit: String(limit) };
  return { instId, ...window, ...(after === null ? {} : { after }) };
}

function typedPage(
  query: PageQuery,
): PageParams & Readonly<{ instType: ReturnType<typeof instrumentType> }> {
  return { instType: instrumentType(query.instId), ...pageOf(query) };
}

/** A page that is not full is the last. */
function paged<Row, Port>(
  answer: Answer<readonly Row[]>,
  query: PageQuery,
  cursorOf: (row: Row) => string,
  read: (row: Row) => Port,
): Answer<Page<Port>> {
  return mapped(answer, (rows) => {
    const last = rows.at(-1);
    const isFull = rows.length >= query.limit && last !== undefined;
    return { rows: rows.map(read), next: isFull ? cursorOf(last) : null };
  });
}
