import { err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { noteVerifiers, trustedKeys } from "../keys/policy.ts";
import { rememberCheckpoint } from "../log/witness-memory.ts";
import type { BinaryHash } from "../merkle/hash.ts";
import { rootOfSize } from "../merkle/proof.ts";
import type { Checkpoint } from "../seal/checkpoint.ts";
import { type AppendWriter, openAppendWriter } from "../store/append-writer.ts";
import { makeDirectories } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { type Lock, waitForLock } from "../store/lock.ts";
import type { Processes } from "../store/process-identity.ts";
import { recoverRecords } from "../store/recover.ts";
import { type IndexedPool, indexPool, type TailExaminer } from "./index-pool.ts";
import { writeCheckpoint } from "./pool-checkpoints.ts";
import { type PoolPlace, poolOrigin } from "./pool-place.ts";
import { createLeafHasher, maxPoolRecords } from "./pool-tree.ts";
import type { PoolTrust } from "./pool-trust.ts";

export type PoolWriterOptions = Readonly<{
  fs: FileSystem;
  place: PoolPlace;
  processes: Processes;
  trust: PoolTrust;
  /** Judges records that no checkpoint covers before one is signed over them. */
  examine: TailExaminer;
}>;

/** The one writer of a pool, while it holds the lock. */
export type PoolWriter = Readonly<{
  /** The leaf of the record with this id; null when the pool has none. */
  leafOf: (runId: string, agentId: string) => BinaryHash | null;
  /** Takes a record whose id is new; it lands with the next commit. */
  append: (record: NewRecord) => Result<void, Fault>;
  commit: () => Result<void, Fault>;
  /** Commits, signs what is there now, and lets the pool go. */
  close: () => Result<PoolState, Fault>;
  /** Lets the pool go after a fault; what was committed stays, and the next writer signs it. */
  abandon: () => void;
}>;

export type NewRecord = Readonly<{ runId: string; agentId: string; line: string }>;

export type PoolState = Readonly<{
  records: number;
  /** Size of the newest checkpoint; null when there is none, and `records` when all is signed. */
  checkpoint: number | null;
  /** Why the newest records are not signed; null when they are. */
  checkpoint_reason: "no_pool_key" | "no_records" | "unsigned_records_unproven" | null;
}>;

/** Another campaign may be writing; it is done in well under this. */
const lockWaitMs = 10_000;

/**
 * Opens the live pool for appending, or begins it. What is there must be what was signed last and
 * no less than was seen before; a tail that a crash tore is set aside. Faults: pool_rolled_back,
 * pool_rewritten, pool_unreadable, store_lock_unavailable, those of the store and the examiner.
 */
export function openPoolWriter(options: PoolWriterOptions): Result<PoolWriter, Fault> {
  const { fs, place, processes } = options;
  const made = makeDirectories(fs, place.folder);
  if (!made.ok) return made;
  const lock = waitForLock(fs, place.lock, processes, lockWaitMs);
  if (!lock.ok) return lock;
  const opened = openLocked(options);
  if (opened.ok) return ok(writerOf(options, opened.value, lock.value));
  lock.value.release();
  return opened;
}

type OpenPool = Readonly<{ index: IndexedPool; writer: AppendWriter }>;

function openLocked(options: PoolWriterOptions): Result<OpenPool, Fault> {
  const { fs, place, trust } = options;
  const index = indexPool(fs, place, { trust, examine: options.examine });
  if (!index.ok) return index;
  const path = place.pool;
  if (!index.value.exists) {
    const writer = openAppendWriter({ fs, path, start: "new", reserve: null });
    if (!writer.ok) return writer;
    const synced = attemptIo("write", path, () => fs.syncDirectory(place.folder));
    return synced.ok ? ok({ index: index.value, writer: writer.value }) : synced;
  }
  const { tree, signedBytes, bytes } = index.value;
  const whole = recoverRecords(fs, path, signedBytes);
  if (!whole.ok) return whole;
  if (whole.value.bytes !== bytes) {
    // Complete lines that are no records: not what a crash leaves behind.
    const message = "it is no pool record; restore the pool from a copy";
    return err({ code: "pool_unreadable", message, at: `${path} line ${tree.size + 1}` });
  }
  const start = { records: tree.size, bytes };
  const writer = openAppendWriter({ fs, path, start, reserve: null });
  return writer.ok ? ok({ index: index.value, writer: writer.value }) : writer;
}

function writerOf(options: PoolWriterOptions, { index, writer }: OpenPool, lock: Lock): PoolWriter {
  const { tree, ids } = index;
  const hashLeaf = createLeafHasher();

  return {
    leafOf(runId, agentId): BinaryHash | null {
      const line = ids.lineOf(runId, agentId);
      return line === null ? null : tree.leaf(line - 1);
    },
    append({ runId, agentId, line }): Result<void, Fault> {
      if (tree.size >= maxPoolRecords) {
        const message = `${maxPoolRecords} records fill a pool; begin another root`;
        return err({ code: "pool_full", message, at: options.place.pool });
      }
      const taken = writer.append(line);
      if (!taken.ok) return taken;
      tree.add(hashLeaf(utf8ToBytes(line)));
      ids.add(runId, agentId, tree.size);
      return ok(undefined);
    },
    commit(): Result<void, Fault> {
      const landed = writer.commit();
      return landed.ok ? ok(undefined) : landed;
    },
    close(): Result<PoolState, Fault> {
      const closed = writer.close();
      const state = closed.ok ? signState(options, index) : closed;
      const released = lock.release();
      return state.ok && !released.ok ? released : state;
    },
    abandon(): void {
      writer.close();
      lock.release();
    },
  };
}

/** Every record is durable by now; an older state than the newest signed one is never signed. */
function signState(
  { fs, place, trust }: PoolWriterOptions,
  { tree, signedSize, isTailProven }: IndexedPool,
): Result<PoolState, Fault> {
  const records = tree.size;
  const checkpoint = signedSize === 0 ? null : signedSize;
  if (records === 0) return ok({ records, checkpoint, checkpoint_reason: "no_records" });
  if (records === signedSize) return ok({ records, checkpoint, checkpoint_reason: null });
  const { key, policy, memory } = trust;
  if (key === null || policy === null) {
    return ok({ records, checkpoint, checkpoint_reason: "no_pool_key" });
  }
  if (!isTailProven) {
    return ok({ records, checkpoint, checkpoint_reason: "unsigned_records_unproven" });
  }
  const origin = poolOrigin(policy.system);
  const grown: Checkpoint = { origin, size: records, root: tree.root(), extensions: [] };
  const note = writeCheckpoint(fs, place, grown, key);
  if (!note.ok) return note;
  if (memory !== null) {
    const rootAt = (size: number): Uint8Array | null =>
      size > records ? null : rootOfSize(size, tree.nodes());
    const seen = { checkpoint: grown, note: note.value, rootAt };
    const kept = rememberCheckpoint(memory, seen, noteVerifiers(trustedKeys(policy, "pool")));
    if (!kept.ok) return kept;
  }
  return ok({ records, checkpoint: records, checkpoint_reason: null });
}
