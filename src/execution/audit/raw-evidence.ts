import { type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import {
  createShardWriter,
  type ExecutionRawRecord,
  type ReconstructionRawRecord,
} from "#evidence";
import type { FillRow, OrderRow } from "#venues";
import { amountText } from "../amounts/amount.ts";
import { type Materialised, ownerOf } from "./materialise.ts";
import type { OwnEvidence } from "./own-orders.ts";
import { netContracts, type PositionsSeen, signedFill } from "./positions.ts";

export type RawEvidence = Readonly<{
  directory: string;
  runId: string;
  accountIdHash: string;
  instId: string;
  own: OwnEvidence;
  rows: Materialised;
  /** Null: nobody could look. */
  start: PositionsSeen | null;
  end: PositionsSeen | null;
  nowMs: number;
}>;

export type RawIndexes = Readonly<{
  executionPath: string;
  executionSha256: string;
  reconstructionPath: string;
  reconstructionSha256: string;
}>;

/** Lands both sets of raw shards, oldest record first. Faults: those of the shard writer. */
export function landRawEvidence(raw: RawEvidence): Result<RawIndexes, Fault> {
  const { directory, runId, nowMs } = raw;
  const createdAt = isoFromMillis(nowMs);
  const execution = createShardWriter({ directory, runId, stem: "m_execution_raw" });
  for (const [seq, record] of executionRecords(raw).entries()) {
    const taken = execution.append({ ...record, seq });
    if (!taken.ok) return taken;
  }
  const rebuilt = createShardWriter({ directory, runId, stem: "positions_reconstruction_raw" });
  for (const [seq, record] of reconstructionRecords(raw).entries()) {
    const taken = rebuilt.append({ ...record, seq });
    if (!taken.ok) return taken;
  }
  const first = execution.finish(createdAt);
  if (!first.ok) return first;
  const second = rebuilt.finish(createdAt);
  if (!second.ok) return second;
  return ok({
    executionPath: first.value.indexPath,
    executionSha256: first.value.indexSha256,
    reconstructionPath: second.value.indexPath,
    reconstructionSha256: second.value.indexSha256,
  });
}

/** What the exchange said of every order: taken, filled, cancelled, refused. */
function executionRecords(raw: RawEvidence): readonly ExecutionRawRecord[] {
  const orderById = new Map(raw.rows.history.map(({ row }) => [row.ordId, row]));
  const taken = raw.rows.history.map(({ row }) => orderRecord(raw, row, "order", row.createdMs));
  const cancelled = raw.rows.history
    .filter(({ row }) => row.state === "canceled" || row.state === "mmp_canceled")
    .map(({ row }) => orderRecord(raw, row, "cancel", row.updatedMs));
  const filled = raw.rows.fills.map(({ row }) =>
    fillRecord(raw, row, orderById.get(row.ordId) ?? null),
  );
  const all = [...taken, ...filled, ...cancelled, ...rejections(raw)];
  return all.toSorted((left, right) => (left.ts_utc < right.ts_utc ? -1 : sameTime(left, right)));
}

function sameTime(left: ExecutionRawRecord, right: ExecutionRawRecord): number {
  return left.ts_utc === right.ts_utc ? 0 : 1;
}

function orderRecord(
  raw: RawEvidence,
  row: OrderRow,
  kind: "order" | "cancel",
  atMs: number,
): ExecutionRawRecord {
  return {
    ...commonOf(raw, row, atMs),
    kind,
    px: row.px,
    px_reason: row.px === null ? "market_order" : null,
    sz: row.sz,
    ordId: row.ordId,
    ordId_reason: null,
    tradeId: null,
    tradeId_reason: "not_a_fill",
    exec_type: null,
    exec_type_reason: "not_a_fill",
    stp_mode: row.stpMode,
    stp_mode_reason: row.stpMode === null ? "exchange_did_not_say" : null,
    raw: jsonOf(row),
  };
}

function fillRecord(raw: RawEvidence, row: FillRow, order: OrderRow | null): ExecutionRawRecord {
  const mode = order?.stpMode ?? null;
  return {
    ...commonOf(raw, row, row.filledMs),
    kind: "fill",
    px: row.fillPx,
    px_reason: null,
    sz: row.fillSz,
    ordId: row.ordId,
    ordId_reason: null,
    tradeId: row.tradeId,
    tradeId_reason: null,
    exec_type: row.execType === "taker" ? "T" : "M",
    exec_type_reason: null,
    stp_mode: mode,
    stp_mode_reason: mode === null ? "exchange_did_not_say" : null,
    raw: jsonOf(row),
  };
}

type Common = Pick<
  ExecutionRawRecord,
  | "run_id"
  | "seq"
  | "ts_utc"
  | "account_id_hash"
  | "agent_id_hash"
  | "inst_id"
  | "side"
  | "clOrdId"
  | "clOrdId_reason"
>;

function commonOf(
  { runId, accountIdHash, own }: RawEvidence,
  row: OrderRow | FillRow,
  atMs: number,
): Common {
  return {
    run_id: runId,
    seq: 0,
    ts_utc: isoFromMillis(atMs),
    account_id_hash: accountIdHash,
    agent_id_hash: ownerOf(row, own)?.agentHash ?? null,
    inst_id: row.instId,
    side: row.side,
    clOrdId: row.clOrdId,
    clOrdId_reason: row.clOrdId === null ? "exchange_did_not_say" : null,
  };
}

/** Orders that the exchange refused are in none of its lists; our record of the answer is. */
function rejections({ runId, accountIdHash, own }: RawEvidence): readonly ExecutionRawRecord[] {
  const refused = own.attempts.filter(
    ({ operation, status, gate }) =>
      operation === "place" && status === "rejected" && gate.gate_decision === "allow",
  );
  const callById = new Map(own.calls.map((call) => [call.call_id, call]));
  return refused.map((attempt) => {
    const call = callById.get(attempt.connector_call?.call_id ?? "");
    const { params } = attempt;
    return {
      run_id: runId,
      seq: 0,
      ts_utc: attempt.ts_utc,
      kind: "rejection",
      account_id_hash: accountIdHash,
      agent_id_hash: attempt.agent_id_hash,
      inst_id: params.inst_id,
      side: params.side,
      px: params.limit_px,
      px_reason: params.limit_px === null ? "market_order" : null,
      sz: params.requested_sz,
      ordId: null,
      ordId_reason: "refused_by_the_exchange",
      clOrdId: attempt.client_order_id,
      clOrdId_reason: null,
      tradeId: null,
      tradeId_reason: "not_a_fill",
      exec_type: null,
      exec_type_reason: "not_a_fill",
      stp_mode: null,
      stp_mode_reason: "refused_by_the_exchange",
      raw: { sCode: call?.sCode ?? null, sMsg: call?.sMsg ?? null, code: call?.code ?? null },
    };
  });
}

/** The position, fill by fill, and at the end what the exchange says of it. */
function reconstructionRecords(raw: RawEvidence): readonly ReconstructionRawRecord[] {
  const { runId, instId, start, end } = raw;
  if (start === null) return [];
  let contracts = netContracts(start.positions, instId);
  const fills = raw.rows.fills
    .map(({ row }) => row)
    .filter((row) => row.instId === instId)
    .toSorted((left, right) => left.filledMs - right.filledMs);
  const records: ReconstructionRawRecord[] = fills.map((fill) => {
    const before = contracts;
    contracts += signedFill(fill);
    return {
      run_id: runId,
      seq: 0,
      ts_utc: isoFromMillis(fill.filledMs),
      evidence_type: "fill",
      inst_id: instId,
      tradeId: fill.tradeId,
      tradeId_reason: null,
      position_before: amountText(before),
      position_after: amountText(contracts),
      raw: { ordId: fill.ordId, tradeId: fill.tradeId, side: fill.side, fillSz: fill.fillSz },
    };
  });
  if (end === null) return records;
  const reported = netContracts(end.positions, instId);
  records.push({
    run_id: runId,
    seq: 0,
    ts_utc: isoFromMillis(Math.max(end.atMs, fills.at(-1)?.filledMs ?? 0)),
    evidence_type: "exchange_snapshot",
    inst_id: instId,
    tradeId: null,
    tradeId_reason: "no_trade",
    position_before: amountText(contracts),
    position_after: amountText(reported),
    raw: { positions: end.positions.map(jsonOf) },
  });
  return records;
}

function jsonOf(row: object): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(row)) as Readonly<Record<string, Json>>;
}
