import type { BillView } from "#exchange";
import type { RequestByEndpoint } from "#okx";
import type { ClosedPosition, ClosedPositions } from "../floor/closed-positions.ts";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readLimit, readPage, wholeOf } from "../rest/paging.ts";
import { type Reply, rows } from "../rest/reply.ts";
import { type BillRow, billRow } from "../rows/bill-row.ts";
import { closedPositionRow } from "../rows/closed-position-row.ts";
import { gather, select } from "../trade/order-queries.ts";

type BillQueries = Pick<SingleHandlers, "bills" | "bills_archive" | "positions_history">;

/** `bills` reaches back seven days, the archive three months. */
const shortHistoryMs = 7 * 86_400_000;

export function createBillQueries(floor: Floor, closed: ClosedPositions): BillQueries {
  const { exchange, ids, texts } = floor;

  function query(
    request: RequestByEndpoint["bills"],
    account: number,
    reachMs: number,
  ): Reply<BillRow> {
    const { instId, instType, ccy, type, subType, mgnMode } = request;
    const isNarrowed = instId !== undefined || instType !== undefined;
    const selection = isNarrowed ? select(request, floor) : null;
    if (isNarrowed && selection === null) return rows([]);
    const bounds = readPage(request, "bill", ids);
    const isWanted = (bill: BillView): boolean => {
      if (selection !== null && !selection.has(bill)) return false;
      if (ccy !== undefined && bill.currency !== ccy) return false;
      if (mgnMode !== undefined && bill.marginMode !== mgnMode) return false;
      const row = billRow(bill, texts);
      return (
        (type === undefined || row.type === type) &&
        (subType === undefined || row.subType === subType)
      );
    };
    const page = { ...bounds, fromMs: Math.max(bounds.fromMs ?? 0, reachMs) };
    const found = gather(page, isWanted, (bound) =>
      exchange.bills({ account, ...selection?.page, ...bound }),
    );
    return rows(found.map((bill) => billRow(bill, texts)));
  }

  return {
    bills: (request, { caller }) => query(request, caller.account, floor.nowMs() - shortHistoryMs),
    bills_archive: (request, { caller }) => query(request, caller.account, 0),

    // The cursors are times of the last update.
    positions_history: (request, { caller }) => {
      const selection = select(request, floor);
      if (selection === null) return rows([]);
      const older = request.after === undefined ? null : wholeOf(request.after);
      const newer = request.before === undefined ? null : wholeOf(request.before);
      const limit = readLimit(request.limit, 100, 100);
      const isWanted = ({ last }: ClosedPosition): boolean =>
        selection.has(last) &&
        (request.mgnMode === undefined || request.mgnMode === last.marginMode) &&
        (request.posId === undefined || request.posId === ids.text("position", last.id)) &&
        (older === null || last.updatedMs < older) &&
        (newer === null || last.updatedMs > newer);
      const found = closed
        .of(caller.account)
        .filter(isWanted)
        .map((position) => closedPositionRow(position, texts))
        .filter((row) => request.type === undefined || row.type === request.type);
      return rows(found.slice(0, limit));
    },
  };
}
