import { rejectCodes } from "../api/reject.ts";
import type { Engine } from "../engine/engine.ts";
import type { Algo } from "./algo-board.ts";
import { reportAlgo } from "./report-algo.ts";

export function cancelAlgo(engine: Engine, account: number, algoId: number): number {
  const algo = engine.algos.find(algoId);
  if (algo === null || algo.account !== account) return rejectCodes.algo_not_found;
  if (algo.state !== "live") return rejectCodes.algo_already_done;
  end(engine, algo);
  engine.resultAlgoId = algoId;
  return 0;
}

/** All waiting algo orders of an account, in one market or (-1) in all. */
export function cancelAlgosOf(engine: Engine, account: number, market: number): void {
  if (engine.algos.openCount === 0) return;
  for (const { index } of engine.markets) {
    if (market >= 0 && index !== market) continue;
    const mine = engine.algos.openOf(index).filter((algo) => algo.account === account);
    for (const algo of mine) end(engine, algo);
  }
}

function end(engine: Engine, algo: Algo): void {
  algo.state = "canceled";
  algo.updatedMs = engine.nowMs;
  engine.algos.update(algo);
  reportAlgo(engine, algo);
}
