import type {
  Answer,
  CallRecord,
  NewOrder,
  OrderAck,
  OrderKey,
  OrderRow,
  SendGate,
  Venue,
} from "#venues";
import { amendSubject, placeSubject } from "#venues";
import type { ManualTime } from "./manual-time.ts";
import { emptyCall, emptyRow, lost, refused } from "./scripted-answers.ts";

/**
 * What happens to one request. `after`: the venue carried it out all the same. `late`: it arrives
 * when the clock has moved on. A code is a plain refusal.
 */
export type VenueFault =
  | "timeout_before"
  | "timeout_after"
  | "reset_before"
  | "reset_after"
  | "http_503_before"
  | "http_503_after"
  | "rate_limited_429"
  | "not_sent"
  | "throws_before"
  | "throws_after"
  | "late"
  | Readonly<{ code: string }>
  | null;

export type ScriptedAct = "place" | "amend" | "cancel" | "order" | "open_orders" | "algos";

/** A venue of a few lines that does exactly what a test tells it; it has no book and no prices. */
export type ScriptedVenue = Venue &
  Readonly<{
    /** The next requests of this kind meet these, one each; null: nothing happens to it. */
    script: (act: ScriptedAct, ...faults: readonly VenueFault[]) => void;
    /** Our names of the orders that arrived, in order, refused duplicates too. */
    arrivals: readonly string[];
    calls: readonly string[];
    rowOf: (clOrdId: string) => OrderRow | null;
    fill: (clOrdId: string, filled: string, state: "partially_filled" | "filled") => void;
    /** Rests at the venue, and is not of this run. */
    rest: (row: Partial<OrderRow>) => void;
    /** Tells something else of an order than what is so. */
    forge: (clOrdId: string, change: Partial<OrderRow>) => void;
    algoIds: Set<string>;
  }>;

const isOpen = ({ state }: OrderRow): boolean => state === "live" || state === "partially_filled";

const lateByMs = 1500;

export function scriptedVenue(time: ManualTime, gate: SendGate): ScriptedVenue {
  const rows = new Map<string, OrderRow>();
  const scripts = new Map<ScriptedAct, VenueFault[]>();
  const [arrivals, calls]: [string[], string[]] = [[], []];
  const algoIds = new Set<string>();
  let late: { dueMs: number; order: NewOrder }[] = [];
  let ids = 0;

  time.onStep(() => {
    const due = late.filter(({ dueMs }) => dueMs <= time.nowMs());
    late = late.filter(({ dueMs }) => dueMs > time.nowMs());
    for (const { order } of due) carryOut(order);
  });

  function carryOut(order: NewOrder): string {
    arrivals.push(order.clOrdId);
    if (order.expTimeMs !== null && time.nowMs() > order.expTimeMs) return "50036";
    if (rows.has(order.clOrdId)) return "51016";
    ids += 1;
    const filled = order.ordType === "market";
    rows.set(order.clOrdId, {
      ...emptyRow(time.nowMs()),
      ...order,
      ordId: String(9_000_000 + ids),
      px: order.px,
      state: filled ? "filled" : "live",
      fillSz: filled ? order.sz : "0",
      accFillSz: filled ? order.sz : "0",
      avgPx: filled ? "100" : null,
    });
    return "0";
  }

  function next(act: ScriptedAct): VenueFault {
    calls.push(act);
    return scripts.get(act)?.shift() ?? null;
  }

  /** One write: meets its fault, or `carry` says the code and the id. */
  function write(
    act: ScriptedAct,
    about: Readonly<{ endpoint: string; params: Readonly<Record<string, unknown>> }>,
    carry: () => readonly [code: string, ordId: string],
    order: NewOrder | null = null,
  ): Answer<OrderAck> {
    const fault = next(act);
    const record = { ...emptyCall, ...about, sentMs: time.nowMs() };
    const named = about.params["clOrdId"];
    const clOrdId = typeof named === "string" ? named : "";
    if (typeof fault === "object" && fault !== null) return refused(record, fault.code);
    if (fault === "throws_before") throw new Error("the adapter broke before it sent");
    if (fault === "not_sent") return lost(record, "not_sent", "connection_error", null);
    if (fault === "timeout_before") return lost(record, "unknown", "timeout", null);
    if (fault === "reset_before") return lost(record, "unknown", "connection_error", null);
    if (fault === "http_503_before") return lost(record, "unknown", "http_error", 503);
    if (fault === "rate_limited_429") return lost(record, "refused", "http_error", 429);
    if (fault === "late" && order !== null) {
      late.push({ dueMs: time.nowMs() + lateByMs, order });
      return lost(record, "unknown", "timeout", null);
    }
    const [code, ordId] = carry();
    if (fault === "throws_after") throw new Error("the adapter broke after it sent");
    if (fault === "timeout_after") return lost(record, "unknown", "timeout", null);
    if (fault === "reset_after") return lost(record, "unknown", "connection_error", null);
    if (fault === "http_503_after") return lost(record, "unknown", "http_error", 503);
    if (code !== "0") return refused(record, code);
    const call = { ...record, httpStatus: 200, latencyMs: 1.5, code: "0", msg: "", sCode: "0" };
    return { ok: true, value: { ordId, clOrdId }, call: { ...call, sMsg: "", raw: { ordId } } };
  }

  function read<T>(act: ScriptedAct, endpoint: string, find: () => T | null): Answer<T> {
    const fault = next(act);
    const record: CallRecord = { ...emptyCall, method: "GET", endpoint, sentMs: time.nowMs() };
    if (fault === "throws_before") throw new Error("the adapter broke");
    if (fault !== null) return lost(record, "unknown", "timeout", null);
    const value = find();
    if (value === null) return refused(record, "51603");
    const call = { ...record, httpStatus: 200, latencyMs: 1, code: "0", msg: "" };
    return { ok: true, value, call };
  }

  const cancelRow = (row: OrderRow | undefined): readonly [string, string] => {
    if (row === undefined) return ["51400", ""];
    if (row.state === "canceled") return ["51401", ""];
    if (row.state === "filled") return ["51402", ""];
    rows.set(row.clOrdId ?? row.ordId, { ...row, state: "canceled" });
    return ["0", row.ordId];
  };

  const find = (by: OrderKey): OrderRow | undefined =>
    [...rows.values()].find((row) =>
      "ordId" in by ? row.ordId === by.ordId : row.clOrdId === by.clOrdId,
    );

  const unused = async (): Promise<never> => {
    throw new Error("the scripted venue does not know this request");
  };

  return {
    library: "direct",
    serverTime: unused,
    systemStatus: unused,
    instrument: unused,
    ticker: unused,
    book: unused,
    candles: unused,
    markPrice: unused,
    indexPrice: unused,
    fundingRate: unused,
    accountConfig: unused,
    balance: unused,
    positions: unused,
    leverage: unused,
    feeRates: unused,
    ordersHistoryPage: unused,
    fillsPage: unused,
    billsPage: unused,
    setLeverage: unused,
    stream: unused,
    close: async () => {},
    openOrders: async (instId) =>
      read("open_orders", "/api/v5/trade/orders-pending", () =>
        [...rows.values()].filter((row) => row.instId === instId && isOpen(row)),
      ),
    openAlgoOrders: async (instId, kind) =>
      read("algos", "/api/v5/trade/orders-algo-pending", () =>
        [...algoIds]
          .filter(() => kind === "trigger")
          .map((algoId) => ({ instId, algoId, ordType: "trigger", state: "live" })),
      ),
    order: async (_instId, by) => read("order", "/api/v5/trade/order", () => find(by) ?? null),
    async place(permit, order) {
      const endpoint = "/api/v5/trade/order";
      const params = { ...order };
      const passed = gate.pass(permit, placeSubject(order));
      if (!passed.ok) {
        const failure = { kind: "not_sent", ...passed.fault } as const;
        const errorType = "request_exception";
        return { ok: false, failure, call: { ...emptyCall, endpoint, params, errorType } };
      }
      return write(
        "place",
        { endpoint, params },
        () => [carryOut(order), rows.get(order.clOrdId)?.ordId ?? ""],
        order,
      );
    },
    async amend(permit, change) {
      const endpoint = "/api/v5/trade/amend-order";
      const params = { clOrdId: "clOrdId" in change.by ? change.by.clOrdId : "" };
      const passed = gate.pass(permit, amendSubject(change));
      if (!passed.ok) throw new Error(passed.fault.message);
      return write("amend", { endpoint, params }, () => {
        const row = find(change.by);
        if (row === undefined || !isOpen(row)) return ["51503", ""];
        const [sz, px] = [change.newSz ?? row.sz, change.newPx ?? row.px];
        rows.set(row.clOrdId ?? "", { ...row, sz, px });
        return ["0", row.ordId];
      });
    },
    cancel: async (_instId, by) =>
      write("cancel", { endpoint: "/api/v5/trade/cancel-order", params: { ...by } }, () =>
        cancelRow(find(by)),
      ),
    cancelAlgo: async (_instId, algoId) =>
      write("cancel", { endpoint: "/api/v5/trade/cancel-algos", params: { algoId } }, () => {
        return algoIds.delete(algoId) ? ["0", algoId] : ["51400", ""];
      }),
    cancelAllAfter: async () => {
      const call = { ...emptyCall, endpoint: "/api/v5/trade/cancel-all-after", code: "0" };
      return { ok: true, value: { triggerMs: null }, call: { ...call, httpStatus: 200 } };
    },
    script: (act, ...faults) => {
      scripts.set(act, [...(scripts.get(act) ?? []), ...faults]);
    },
    arrivals,
    calls,
    algoIds,
    rowOf: (clOrdId) => rows.get(clOrdId) ?? null,
    fill(clOrdId, filled, state): void {
      const row = rows.get(clOrdId);
      if (row === undefined) throw new Error(`no order ${clOrdId}`);
      rows.set(clOrdId, { ...row, accFillSz: filled, fillSz: filled, state, avgPx: row.px });
    },
    rest(row): void {
      ids += 1;
      const ordId = String(8_000_000 + ids);
      rows.set(row.clOrdId ?? ordId, { ...emptyRow(time.nowMs()), ordId, ...row });
    },
    forge(clOrdId, change): void {
      const row = rows.get(clOrdId);
      if (row !== undefined) rows.set(clOrdId, { ...row, ...change });
    },
  };
}
