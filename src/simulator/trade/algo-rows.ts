import type { AlgoView } from "#exchange";
import type { Floor } from "../floor/floor.ts";
import { type AlgoRow, algoRow } from "../rows/algo-row.ts";

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
