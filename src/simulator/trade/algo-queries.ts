import type { AlgoView } from "#exchange";
import type { Floor } from "../floor/floor.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { pageOf, readPage } from "../rest/paging.ts";
import { refused, rows } from "../rest/reply.ts";
import { rowOf } from "./algo-rows.ts";
import { findAlgo } from "./algo-writes.ts";
import { gather, matchesWord, select } from "./order-queries.ts";

type AlgoQueries = Pick<SingleHandlers, "algo_order" | "algos_pending" | "algos_history">;

export function createAlgoQueries(floor: Floor): AlgoQueries {
  const { exchange, ids } = floor;

  return {
    algo_order: (request, { caller }) => {
      if (request.algoId === undefined && request.algoClOrdId === undefined) {
        return refused("51003");
      }
      const algo = findAlgo(request, caller.account, floor);
      return algo === null ? refused("51603") : rows([rowOf(algo, floor)]);
    },

    algos_pending: (request, { caller }) => {
      const selection = select(request, floor);
      if (selection === null) return rows([]);
      const open = exchange.openAlgos(caller.account, selection.page.instrument);
      const wanted = open.filter((algo) => selection.has(algo) && isNamed(request, algo, floor));
      const page = pageOf(wanted.toReversed(), readPage(request, "algo", ids), ({ id }) => id);
      return rows(page.map((algo) => rowOf(algo, floor)));
    },

    algos_history: (request, { caller }) => {
      if (request.state === undefined && request.algoId === undefined) {
        return refused("50015", "state", "algoId");
      }
      const selection = select(request, floor);
      if (selection === null) return rows([]);
      const isWanted = (algo: AlgoView): boolean =>
        selection.has(algo) &&
        matchesWord(request.state, algo.state) &&
        isNamed(request, algo, floor);
      const found = gather(readPage(request, "algo", ids), isWanted, (bounds) =>
        exchange.algoHistory({ account: caller.account, ...selection.page, ...bounds }),
      );
      return rows(found.map((algo) => rowOf(algo, floor)));
    },
  };
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
