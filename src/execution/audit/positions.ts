import { isoFromMillis } from "#base";
import type { OrderDocuments } from "#evidence";
import type { FillRow, Position } from "#venues";
import { type Amount, amountText, toAmount } from "../amounts/amount.ts";

type PositionsDocument = OrderDocuments["positions_snapshot"];
type PositionsLook = PositionsDocument["snapshots"][number];

/** The account's positions at one moment, as the exchange reported them. */
export type PositionsSeen = Readonly<{ atMs: number; positions: readonly Position[] }>;

/** Signed contracts, whatever the mode: a short side counts downwards. */
export function signedContracts({ pos, posSide }: Position): Amount {
  const contracts = toAmount(pos);
  return posSide === "short" && contracts > 0n ? -contracts : contracts;
}

export function netContracts(positions: readonly Position[], instId: string): Amount {
  return positions
    .filter((position) => position.instId === instId)
    .reduce((sum, position) => sum + signedContracts(position), 0n);
}

/**
 * positions_snapshot.json: what was held before the flatten and after the last order. A look that
 * is null was not possible, and then nothing is to be taken from the document.
 */
export function positionsDocument(
  runId: string,
  start: PositionsSeen | null,
  end: PositionsSeen | null,
  nowMs: number,
): PositionsDocument {
  return {
    schema_version: "positions_snapshot/1",
    run_id: runId,
    positions_quality: start === null || end === null ? "unknown" : "exchange_reported",
    snapshots: [
      lookOf("run_start", start ?? { atMs: nowMs, positions: [] }),
      lookOf("run_end", end ?? { atMs: nowMs, positions: [] }),
    ],
  };
}

function lookOf(moment: PositionsLook["moment"], seen: PositionsSeen): PositionsLook {
  const held = seen.positions.filter((position) => signedContracts(position) !== 0n);
  return {
    moment,
    ts_utc: isoFromMillis(seen.atMs),
    positions: held.map((position) => ({
      inst_id: position.instId,
      side: position.posSide,
      contracts: amountText(signedContracts(position)),
      avg_entry: position.avgPx === "" ? null : position.avgPx,
      avg_entry_reason: position.avgPx === "" ? "exchange_did_not_say" : null,
      source: "exchange_reported",
    })),
  };
}

/** Contracts that no fill accounts for; 0 when start plus all fills is the end. */
export function unexplainedContracts(
  start: PositionsSeen,
  fills: readonly FillRow[],
  end: PositionsSeen,
  instId: string,
): Amount {
  const flow = fills
    .filter((fill) => fill.instId === instId)
    .reduce((sum, fill) => sum + signedFill(fill), 0n);
  return netContracts(end.positions, instId) - netContracts(start.positions, instId) - flow;
}

export function signedFill({ side, fillSz }: FillRow): Amount {
  return side === "buy" ? toAmount(fillSz) : -toAmount(fillSz);
}
