import type { AlgoView } from "#exchange";
import type { RowByEndpoint } from "#okx";
import type { Floor } from "../floor/floor.ts";
import type { EntryHandler, SingleHandlers } from "../rest/call.ts";
import { pageOf, readPage } from "../rest/paging.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { type Refusal, refusalText, refused, rows } from "../rest/reply.ts";
import { type AlgoRow, algoRow } from "../rows/algo-row.ts";
import { gather, matchesWord, select } from "./order-queries.ts";
import { unknownInstrument } from "./order-writes.ts";
import { readAlgo, readAlgoChange } from "./read-algo.ts";

type AlgoAck = RowByEndpoint["place_algo"];

export type AlgoOrders = Readonly<{
  handlers: Pick<
    SingleHandlers,
    "place_algo" | "amend_algo" | "algo_order" | "algos_pending" | "algos_history"
  >;
  cancel: EntryHandler<"cancel_algos">;
}>;

export function createAlgoOrders(floor: Floor): AlgoOrders {
  const { exchange, ids, catalog } = floor;

  function ack(parts: Partial<AlgoAck>, refusal: Refusal | null): AlgoAck {
    const ids = { algoId: "", algoClOrdId: "", ...parts };
    return {
      ...ids,
      clOrdId: "",
      tag: parts.tag ?? "",
      sCode: refusal?.code ?? "0",
      sMsg: refusal === null ? "" : refusalText(refusal),
    };
  }

  function find(
    { algoId, algoClOrdId }: Readonly<{ algoId?: string; algoClOrdId?: string }>,
    account: number,
  ): AlgoView | null {
    if (algoId === undefined) return exchange.algoByClientId(account, algoClOrdId ?? "");
    const count = ids.count("algo", algoId);
    const algo = count === null ? null : exchange.algo(count);
    return algo?.account === account ? algo : null;
  }

  const verdict = (row: AlgoAck) =>
    ({ type: "verdicts", rows: [row], failed: row.sCode === "0" ? 0 : 1 }) as const;
  const toRow = (algo: AlgoView): AlgoRow => rowOf(algo, floor);

  return {
    handlers: {
      place_algo: (request, { caller }) => {
        const { algoClOrdId = "", tag = "" } = request;
        const refuse = (refusal: Refusal) => verdict(ack({ algoClOrdId, tag }, refusal));
        const listing = catalog.find(request.instId);
        if (listing === null) return refuse(unknownInstrument(floor, request.instId));
        const { account } = caller;
        const algo = readAlgo(request, { listing, account, tag: 0 });
        if (algo.type === "refused") return refuse(algo);
        const outcome = floor.execute(tag === "" ? algo : { ...algo, tag: floor.tags.number(tag) });
        if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "algo"));
        const algoId = ids.text("algo", outcome.algoId ?? 0);
        return verdict(ack({ algoId, algoClOrdId, tag }, null));
      },

      amend_algo: (request, { caller }) => {
        const { algoId = "", algoClOrdId = "", reqId = "" } = request;
        const refuse = (refusal: Refusal) => verdict(ack({ algoId, algoClOrdId, reqId }, refusal));
        if (algoId === "" && algoClOrdId === "") return refuse(refused("51003"));
        const listing = catalog.find(request.instId);
        if (listing === null) return refuse(unknownInstrument(floor, request.instId));
        const algo = find(request, caller.account);
        if (algo === null || algo.instrument !== listing.index) return refuse(refused("51503"));
        const change = readAlgoChange(request, { ...algo, algoId: algo.id }, listing);
        if (change.type === "refused") return refuse(change);
        const outcome = floor.execute(change);
        if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "amend"));
        const own = { algoId: ids.text("algo", algo.id), algoClOrdId: algo.clientId ?? "" };
        return verdict(ack({ ...own, reqId }, null));
      },

      algo_order: (request, { caller }) => {
        if (request.algoId === undefined && request.algoClOrdId === undefined) {
          return refused("51003");
        }
        const algo = find(request, caller.account);
        return algo === null ? refused("51603") : rows([toRow(algo)]);
      },

      algos_pending: (request, { caller }) => {
        const selection = select(request, floor);
        if (selection === null) return rows([]);
        const open = exchange.openAlgos(caller.account, selection.page.instrument);
        const wanted = open.filter((algo) => selection.has(algo) && isNamed(request, algo, floor));
        const bounds = readPage(request, "algo", ids);
        return rows(pageOf(wanted.toReversed(), bounds, ({ id }) => id).map(toRow));
      },

      algos_history: (request, { caller }) => {
        if (request.state === undefined && request.algoId === undefined) {
          return refused("50015", "state", "algoId");
        }
        const selection = select(request, floor);
        if (selection === null) return rows([]);
        const found = gather(
          readPage(request, "algo", ids),
          (algo: AlgoView) =>
            selection.has(algo) &&
            matchesWord(request.state, algo.state) &&
            isNamed(request, algo, floor),
          (bounds) =>
            exchange.algoHistory({ account: caller.account, ...selection.page, ...bounds }),
        );
        return rows(found.map(toRow));
      },
    },

    cancel: (request, { caller }) => {
      const { algoId = "", algoClOrdId = "" } = request;
      const refuse = (refusal: Refusal): AlgoAck => ack({ algoId, algoClOrdId }, refusal);
      if (algoId === "" && algoClOrdId === "") return refuse(refused("51407"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const { account } = caller;
      const algo = find(request, account);
      if (algo === null || algo.instrument !== listing.index) return refuse(refused("51400"));
      const outcome = floor.execute({ type: "cancel_algo", account, algoId: algo.id });
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "cancel"));
      return ack({ algoId: ids.text("algo", algo.id), algoClOrdId: algo.clientId ?? "" }, null);
    },
  };
}

/** The row of an algo order as it stands. */
export function rowOf(algo: AlgoView, { exchange, texts }: Floor): AlgoRow {
  const { account, instrument, marginMode, positionSide } = algo;
  const order = algo.orderId === null ? null : exchange.order(algo.orderId);
  const leverageCenti =
    marginMode === "cash"
      ? 0
      : exchange.leverageCenti({ account, instrument, marginMode, positionSide });
  return algoRow(algo, { order, leverageCenti, lastTicks: exchange.lastTicks(instrument) }, texts);
}

function isNamed(
  request: Readonly<{ ordType: string; algoId?: string; algoClOrdId?: string }>,
  algo: AlgoView,
  { ids }: Floor,
): boolean {
  const { ordType, algoId, algoClOrdId } = request;
  if (!matchesWord(ordType, algo.algoType)) return false;
  if (algoId !== undefined && ids.count("algo", algoId) !== algo.id) return false;
  return algoClOrdId === undefined || algoClOrdId === algo.clientId;
}
