import type { z } from "zod";
import {
  count,
  exactly,
  hex16,
  hex64,
  type JsonRecord,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import {
  anyRunId,
  decimal,
  fileName,
  foreignJson,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
  size,
} from "./order-fields.ts";

/** Which raw evidence a set of shards holds; the stem of its file names. */
export type ShardStem = "m_execution_raw" | "positions_reconstruction_raw";

/** Rotation: a shard closes when either is reached. */
export type ShardPolicy = Readonly<{ max_records: number; max_span_ms: number }>;

/** 200 records or five minutes of record time, the figures of the source's C1.1. */
export const defaultShardPolicy: ShardPolicy = { max_records: 200, max_span_ms: 300_000 };

export type ShardEntry = Readonly<{
  filename: string;
  start_ts: string;
  end_ts: string;
  records_count: number;
  sha256: string;
  sha256_16: string;
}>;

/** `<stem>_index.json`: the closed shards in order. */
export type ShardIndex = Readonly<{
  version: "raw_shard_index/1";
  run_id: string;
  created_at: string;
  policy: ShardPolicy;
  shards: readonly ShardEntry[];
  total_shards: number;
  total_records: number;
}>;

/** The first line of a shard; its records follow, one per line, then `]}`. */
export type ShardHead = Readonly<{
  version: "raw_shard/1";
  run_id: string;
  stem: ShardStem;
  /** From 1. */
  part: number;
}>;

/** What the exchange said about an execution, with what self-trade detection needs. */
export type ExecutionRawRecord = LineHead &
  Readonly<{
    kind: "order" | "fill" | "cancel" | "rejection";
    account_id_hash: string;
    agent_id_hash: string | null;
    inst_id: string;
    side: "buy" | "sell";
    px: string | null;
    px_reason: string | null;
    sz: string;
    ordId: string | null;
    ordId_reason: string | null;
    clOrdId: string | null;
    clOrdId_reason: string | null;
    tradeId: string | null;
    tradeId_reason: string | null;
    exec_type: "T" | "M" | null;
    exec_type_reason: string | null;
    /** Self-trade prevention mode of the order; null where the venue does not say. */
    stp_mode: string | null;
    stp_mode_reason: string | null;
    raw: JsonRecord;
  }>;

/** One step of the position as we rebuild it from fills. */
export type ReconstructionRawRecord = LineHead &
  Readonly<{
    evidence_type: "fill" | "exchange_snapshot";
    inst_id: string;
    tradeId: string | null;
    tradeId_reason: string | null;
    position_before: string;
    position_after: string;
    raw: JsonRecord;
  }>;

export const shardHead: z.ZodType<ShardHead> = strictRecord<ShardHead>({
  version: exactly("raw_shard/1"),
  run_id: anyRunId,
  stem: oneOf(["m_execution_raw", "positions_reconstruction_raw"]),
  part: positive,
});

export const shardIndex: z.ZodType<ShardIndex> = strictRecord<ShardIndex>({
  version: exactly("raw_shard_index/1"),
  run_id: anyRunId,
  created_at: utcTime,
  policy: strictRecord<ShardPolicy>({ max_records: positive, max_span_ms: positive }),
  shards: listOf(
    strictRecord<ShardEntry>({
      filename: fileName,
      start_ts: utcTime,
      end_ts: utcTime,
      records_count: positive,
      sha256: hex64,
      sha256_16: hex16,
    }),
  ),
  total_shards: count,
  total_records: count,
});

export const executionRawRecord: z.ZodType<ExecutionRawRecord> = reasonedRecord<ExecutionRawRecord>(
  {
    ...lineHead,
    kind: oneOf(["order", "fill", "cancel", "rejection"]),
    account_id_hash: hex16,
    agent_id_hash: nullable(hex16),
    inst_id: recordId,
    side: oneOf(["buy", "sell"]),
    px: nullable(decimal),
    px_reason: nullable(reason),
    sz: size,
    ordId: nullable(recordId),
    ordId_reason: nullable(reason),
    clOrdId: nullable(recordId),
    clOrdId_reason: nullable(reason),
    tradeId: nullable(recordId),
    tradeId_reason: nullable(reason),
    exec_type: nullable(oneOf(["T", "M"])),
    exec_type_reason: nullable(reason),
    stp_mode: nullable(reason),
    stp_mode_reason: nullable(reason),
    raw: foreignJson,
  },
);

export const reconstructionRawRecord: z.ZodType<ReconstructionRawRecord> =
  reasonedRecord<ReconstructionRawRecord>({
    ...lineHead,
    evidence_type: oneOf(["fill", "exchange_snapshot"]),
    inst_id: recordId,
    tradeId: nullable(recordId),
    tradeId_reason: nullable(reason),
    position_before: decimal,
    position_after: decimal,
    raw: foreignJson,
  });

/** `m_execution_raw_part_0001.json`. */
export function shardFileName(stem: ShardStem, part: number): string {
  return `${stem}_part_${String(part).padStart(4, "0")}.json`;
}

export function shardIndexName(stem: ShardStem): string {
  return `${stem}_index.json`;
}
