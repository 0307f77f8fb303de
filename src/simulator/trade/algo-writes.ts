import type { AlgoView } from "#exchange";
import type { RowByEndpoint } from "#okx";
import type { Floor } from "../floor/floor.ts";
import type { EntryHandler, SingleHandler } from "../rest/call.ts";
import { rejectToRefusal } from "../rest/reject-codes.ts";
import { type Refusal, type Reply, refusalText, refused } from "../rest/reply.ts";
import { unknownInstrument } from "./order-writes.ts";
import { readAlgo, readAlgoChange } from "./read-algo.ts";

type AlgoAck = RowByEndpoint["place_algo"];

export type AlgoWrites = Readonly<{
  place: SingleHandler<"place_algo">;
  amend: SingleHandler<"amend_algo">;
  cancel: EntryHandler<"cancel_algos">;
}>;

/** Place, amend and cancel of algo orders; each answers a row that says what became of it. */
export function createAlgoWrites(floor: Floor): AlgoWrites {
  const { ids, catalog } = floor;

  return {
    place: (request, { caller: { account } }) => {
      const { algoClOrdId = "", tag = "" } = request;
      const refuse = (refusal: Refusal): Reply<AlgoAck> =>
        verdict(ack({ algoClOrdId, tag }, refusal));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const algo = readAlgo(request, { listing, account, tag: 0 });
      if (algo.type === "refused") return refuse(algo);
      const outcome = floor.execute(tag === "" ? algo : { ...algo, tag: floor.tags.number(tag) });
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "algo"));
      const algoId = ids.text("algo", outcome.algoId ?? 0);
      return verdict(ack({ algoId, algoClOrdId, tag }, null));
    },

    amend: (request, { caller: { account } }) => {
      const { algoId = "", algoClOrdId = "", reqId = "" } = request;
      const refuse = (refusal: Refusal): Reply<AlgoAck> =>
        verdict(ack({ algoId, algoClOrdId, reqId }, refusal));
      if (algoId === "" && algoClOrdId === "") return refuse(refused("51003"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const algo = findAlgo(request, account, floor);
      if (algo === null || algo.instrument !== listing.index) return refuse(refused("51503"));
      const change = readAlgoChange(request, { ...algo, algoId: algo.id }, listing);
      if (change.type === "refused") return refuse(change);
      const outcome = floor.execute(change);
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "amend"));
      return verdict(ack({ ...idsOf(algo, floor), reqId }, null));
    },

    cancel: (request, { caller: { account } }) => {
      const { algoId = "", algoClOrdId = "" } = request;
      const refuse = (refusal: Refusal): AlgoAck => ack({ algoId, algoClOrdId }, refusal);
      if (algoId === "" && algoClOrdId === "") return refuse(refused("51407"));
      const listing = catalog.find(request.instId);
      if (listing === null) return refuse(unknownInstrument(floor, request.instId));
      const algo = findAlgo(request, account, floor);
      if (algo === null || algo.instrument !== listing.index) return refuse(refused("51400"));
      const outcome = floor.execute({ type: "cancel_algo", account, algoId: algo.id });
      if (outcome.reject !== null) return refuse(rejectToRefusal(outcome.reject, "cancel"));
      return ack(idsOf(algo, floor), null);
    },
  };
}

/** The algo order that is meant: algoId wins, and only one's own are found. */
export function findAlgo(
  { algoId, algoClOrdId }: Readonly<{ algoId?: string; algoClOrdId?: string }>,
  account: number,
  { exchange, ids }: Floor,
): AlgoView | null {
  if (algoId === undefined) return exchange.algoByClientId(account, algoClOrdId ?? "");
  const count = ids.count("algo", algoId);
  const algo = count === null ? null : exchange.algo(count);
  return algo?.account === account ? algo : null;
}

function idsOf(
  { id, clientId }: AlgoView,
  { ids }: Floor,
): Readonly<{ algoId: string; algoClOrdId: string }> {
  return { algoId: ids.text("algo", id), algoClOrdId: clientId ?? "" };
}

function ack(parts: Partial<AlgoAck>, refusal: Refusal | null): AlgoAck {
  return {
    algoId: "",
    algoClOrdId: "",
    ...parts,
    clOrdId: "",
    tag: parts.tag ?? "",
    sCode: refusal?.code ?? "0",
    sMsg: refusal === null ? "" : refusalText(refusal),
  };
}

function verdict(row: AlgoAck): Reply<AlgoAck> {
  return { type: "verdicts", rows: [row], failed: row.sCode === "0" ? 0 : 1 };
}
