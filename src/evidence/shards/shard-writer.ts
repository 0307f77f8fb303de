import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { assert, Defect, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { orderLineText } from "../artifacts/orders/encode.ts";
import {
  defaultShardPolicy,
  type ExecutionRawRecord,
  type ReconstructionRawRecord,
  type ShardEntry,
  type ShardHead,
  type ShardIndex,
  type ShardPolicy,
  type ShardStem,
  shardFileName,
  shardIndex,
  shardIndexName,
} from "../artifacts/orders/raw-shards.ts";
import { documentText } from "../run/documents.ts";
import { listHeadText, listTail } from "../run/list-document.ts";
import { type AppendWriter, openAppendWriter } from "../store/append-writer.ts";
import { createDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { fitsInShard } from "./rotation.ts";

export type ShardRecord<Stem extends ShardStem> = Stem extends "m_execution_raw"
  ? ExecutionRawRecord
  : ReconstructionRawRecord;

export type ShardWriterOptions<Stem extends ShardStem> = Readonly<{
  directory: string;
  stem: Stem;
  runId: string;
  policy?: ShardPolicy;
  fs?: FileSystem;
}>;

/**
 * The one writer of a run's raw shards. Records come in the order of their time and their `seq`.
 * After the first fault nothing more is written; faults are those of the store.
 */
export type ShardWriter<Stem extends ShardStem> = Readonly<{
  append: (record: ShardRecord<Stem>) => Result<void, Fault>;
  /** Everything appended so far is durable when it says ok. */
  land: () => Result<void, Fault>;
  /** Closes the last shard and writes the index; nothing can be appended any more. */
  finish: (createdAt: string) => Result<FinishedShards, Fault>;
}>;

export type FinishedShards = Readonly<{
  index: ShardIndex;
  /** What the manifest says of the index. */
  indexPath: string;
  indexSha256: string;
}>;

type OpenShard = {
  readonly writer: AppendWriter;
  readonly digest: Hash;
  readonly path: string;
  readonly filename: string;
  readonly start_ts: string;
  end_ts: string;
  records: number;
};

export function createShardWriter<Stem extends ShardStem>(
  options: ShardWriterOptions<Stem>,
): ShardWriter<Stem> {
  const { directory, stem, runId, policy = defaultShardPolicy, fs = nodeFileSystem } = options;
  const closed: ShardEntry[] = [];
  let current: OpenShard | null = null;
  let finished = false;
  let failure: Fault | null = null;

  function fail(fault: Fault): Result<never, Fault> {
    failure ??= fault;
    return err(failure);
  }

  function open(ts: string): Result<OpenShard, Fault> {
    const part = closed.length + 1;
    const filename = shardFileName(stem, part);
    const path = join(directory, filename);
    const writer = openAppendWriter({ fs, path, start: "new", reserve: null });
    if (!writer.ok) return fail(writer.fault);
    const named = attemptIo("write", directory, () => fs.syncDirectory(directory));
    if (!named.ok) return fail(named.fault);
    const digest = createHash("sha256");
    const shard = { writer: writer.value, digest, path, filename, start_ts: ts, end_ts: ts };
    const opened: OpenShard = { ...shard, records: 0 };
    const head: ShardHead = { version: "raw_shard/1", run_id: runId, stem, part };
    const written = line(opened, listHeadText(head, "records"));
    return written.ok ? ok(opened) : written;
  }

  function line(shard: OpenShard, text: string): Result<void, Fault> {
    const taken = shard.writer.append(text);
    if (!taken.ok) return fail(taken.fault);
    shard.digest.update(`${text}\n`);
    return ok(undefined);
  }

  /** Lands the shard, gives it its digest and takes the right to write it from everyone. */
  function close(shard: OpenShard): Result<void, Fault> {
    const ended = line(shard, listTail);
    if (!ended.ok) return ended;
    const landed = shard.writer.close();
    if (!landed.ok) return fail(landed.fault);
    const locked = attemptIo("write", shard.path, () => fs.changeMode(shard.path, 0o444));
    if (!locked.ok) return fail(locked.fault);
    const sha256 = shard.digest.digest("hex");
    const { filename, start_ts, end_ts, records: records_count } = shard;
    const sha256_16 = sha256.slice(0, 16);
    closed.push({ filename, start_ts, end_ts, records_count, sha256, sha256_16 });
    return ok(undefined);
  }

  function append(record: ShardRecord<Stem>): Result<void, Fault> {
    if (failure !== null) return err(failure);
    assert(!finished, "the shards of this run are finished");
    const { ts_utc: ts } = record;
    if (current !== null && !fitsInShard(current, ts, policy)) {
      const ended = close(current);
      if (!ended.ok) return ended;
      current = null;
    }
    if (current === null) {
      const opened = open(ts);
      if (!opened.ok) return opened;
      current = opened.value;
    }
    if (ts < current.end_ts) throw new Defect(`raw records run backwards: ${ts}`);
    const text = orderLineText(stem as ShardStem, record);
    const written = line(current, current.records === 0 ? text : `,${text}`);
    if (!written.ok) return written;
    current.records += 1;
    current.end_ts = ts;
    return ok(undefined);
  }

  function finish(createdAt: string): Result<FinishedShards, Fault> {
    if (failure !== null) return err(failure);
    assert(!finished, "the shards of this run are finished");
    const ended = current === null ? ok(undefined) : close(current);
    if (!ended.ok) return ended;
    finished = true;
    const index: ShardIndex = {
      version: "raw_shard_index/1",
      run_id: runId,
      created_at: createdAt,
      policy,
      shards: closed,
      total_shards: closed.length,
      total_records: closed.reduce((sum, shard) => sum + shard.records_count, 0),
    };
    const indexPath = shardIndexName(stem);
    const bytes = utf8ToBytes(documentText(shardIndex, index));
    const written = createDocument(fs, join(directory, indexPath), bytes, 0o444);
    if (!written.ok) return fail(written.fault);
    const indexSha256 = createHash("sha256").update(bytes).digest("hex");
    return ok({ index, indexPath, indexSha256 });
  }

  return {
    append,
    finish,
    land(): Result<void, Fault> {
      if (failure !== null) return err(failure);
      const landed = current?.writer.commit() ?? ok(undefined);
      return landed.ok ? ok(undefined) : fail(landed.fault);
    },
  };
}
