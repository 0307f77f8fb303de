import { hash } from "node:crypto";
import { join } from "node:path";
import { assert, Defect, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { orderLineText } from "../artifacts/orders/encode.ts";
import {
  defaultShardPolicy,
  type ExecutionRawRecord,
  type ReconstructionRawRecord,
  type ShardEntry,
  type ShardIndex,
  type ShardPolicy,
  type ShardStem,
  shardFileName,
  shardIndex,
  shardIndexName,
} from "../artifacts/orders/raw-shards.ts";
import { documentText } from "../run/documents.ts";
import { createDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { type OpenShard, openShard } from "./open-shard.ts";
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

export function createShardWriter<Stem extends ShardStem>(
  options: ShardWriterOptions<Stem>,
): ShardWriter<Stem> {
  const state: State = {
    ...options,
    policy: options.policy ?? defaultShardPolicy,
    fs: options.fs ?? nodeFileSystem,
    closed: [],
    current: null,
    failure: null,
    finished: false,
  };

  /** Nothing is tried again after a fault. */
  function guarded<T>(act: () => Result<T, Fault>): Result<T, Fault> {
    if (state.failure !== null) return err(state.failure);
    assert(!state.finished, "the shards of this run are finished");
    const done = act();
    if (!done.ok) state.failure = done.fault;
    return done;
  }

  return {
    append: (record) => guarded(() => append(state, record)),
    land: () => guarded(() => state.current?.land() ?? ok(undefined)),
    finish: (createdAt) => guarded(() => finish(state, createdAt)),
  };
}

type State = {
  readonly directory: string;
  readonly stem: ShardStem;
  readonly runId: string;
  readonly policy: ShardPolicy;
  readonly fs: FileSystem;
  readonly closed: ShardEntry[];
  current: OpenShard | null;
  failure: Fault | null;
  finished: boolean;
};

function append(
  state: State,
  record: ExecutionRawRecord | ReconstructionRawRecord,
): Result<void, Fault> {
  const { ts_utc: ts } = record;
  const before = state.current?.extent ?? null;
  if (before !== null && ts < before.end_ts) {
    throw new Defect(`raw records run backwards: ${ts}`);
  }
  if (before !== null && !fitsInShard(before, ts, state.policy)) {
    const closed = closeCurrent(state);
    if (!closed.ok) return closed;
  }
  const shard = state.current === null ? openNext(state, ts) : ok(state.current);
  if (!shard.ok) return shard;
  state.current = shard.value;
  return shard.value.append(orderLineText(state.stem, record), ts);
}

function openNext(state: State, ts: string): Result<OpenShard, Fault> {
  const { fs, directory, stem, runId: run_id } = state;
  const part = state.closed.length + 1;
  const filename = shardFileName(stem, part);
  const place = { fs, path: join(directory, filename), filename };
  return openShard(place, { version: "raw_shard/1", run_id, stem, part }, ts);
}

function closeCurrent(state: State): Result<void, Fault> {
  const entry = state.current?.close() ?? null;
  state.current = null;
  if (entry === null) return ok(undefined);
  if (!entry.ok) return entry;
  state.closed.push(entry.value);
  return ok(undefined);
}

function finish(state: State, createdAt: string): Result<FinishedShards, Fault> {
  const ended = closeCurrent(state);
  if (!ended.ok) return ended;
  const index: ShardIndex = {
    version: "raw_shard_index/1",
    run_id: state.runId,
    created_at: createdAt,
    policy: state.policy,
    shards: state.closed,
    total_shards: state.closed.length,
    total_records: state.closed.reduce((sum, shard) => sum + shard.records_count, 0),
  };
  const indexPath = shardIndexName(state.stem);
  const bytes = utf8ToBytes(documentText(shardIndex, index));
  const written = createDocument(state.fs, join(state.directory, indexPath), bytes, 0o444);
  if (!written.ok) return written;
  state.finished = true;
  return ok({ index, indexPath, indexSha256: hash("sha256", bytes, "hex") });
}
