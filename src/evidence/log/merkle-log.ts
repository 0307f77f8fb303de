import { join } from "node:path";
import { err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import { emptyRoot, equalHashes, leafHash } from "../merkle/hash.ts";
import type { TreeBuilder } from "../merkle/tree-builder.ts";
import { type Checkpoint, openCheckpoint, signCheckpoint } from "../seal/checkpoint.ts";
import type { NoteVerifier } from "../seal/note-key.ts";
import { type AppendWriter, openAppendWriter } from "../store/append-writer.ts";
import { createDocument, makeDirectories, readDocument, writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { type Lock, waitForLock } from "../store/lock.ts";
import type { Processes } from "../store/process-identity.ts";
import { recoverRecords, setAside } from "../store/recover.ts";
import { type RecordListener, readLogFile } from "./log-file.ts";
import {
  judgeGrowth,
  recallCheckpoint,
  rememberCheckpoint,
  type WitnessMemory,
} from "./witness-memory.ts";

/** Where a log lies and what it is called for ever. */
export type LogPlace = Readonly<{
  fs: FileSystem;
  directory: string;
  /** Name of the file of records in it. */
  records: string;
  origin: string;
}>;

export type LogOptions = Readonly<{
  key: SigningKey;
  /** Keys whose checkpoints are this log's, with those that were rotated out. */
  verifiers: readonly NoteVerifier[];
  processes: Processes;
  memory: WitnessMemory | null;
  lockWaitMs: number;
}>;

/** The one writer of a log, while it holds the lock. */
export type MerkleLog = Readonly<{
  /** Records that the checkpoint covers. */
  checkpoint: () => Checkpoint;
  /** Adds records and signs the log they make; they have landed when it says ok. */
  append: (records: readonly string[]) => Result<Checkpoint, Fault>;
  close: () => Result<void, Fault>;
}>;

export function checkpointPath({ directory }: Pick<LogPlace, "directory">): string {
  return join(directory, "checkpoint");
}

export function recordsPath({ directory, records }: LogPlace): string {
  return join(directory, records);
}

/**
 * Opens a log for writing, or begins it. What is there must be what was signed last, and no less
 * than the memory knows; records that were written but never signed are set aside, because nobody
 * was told that they landed. Every record goes to `onRecord`. Faults: log_damaged, log_rolled_back,
 * log_rewritten, note faults, witness_malformed, store_lock_unavailable, those of the store.
 */
export function openMerkleLog(
  place: LogPlace,
  options: LogOptions,
  onRecord: RecordListener,
): Result<MerkleLog, Fault> {
  const { fs, directory } = place;
  const made = makeDirectories(fs, directory);
  if (!made.ok) return made;
  const path = join(directory, "writer.lock");
  const lock = waitForLock(fs, path, options.processes, options.lockWaitMs);
  if (!lock.ok) return lock;
  const opened = openLocked(place, options, onRecord);
  if (!opened.ok) {
    lock.value.release();
    return opened;
  }
  return ok(logOf(place, options, opened.value, lock.value));
}

type OpenedLog = Readonly<{ checkpoint: Checkpoint; tree: TreeBuilder; writer: AppendWriter }>;

function openLocked(
  place: LogPlace,
  options: LogOptions,
  onRecord: RecordListener,
): Result<OpenedLog, Fault> {
  const begun = beginLog(place, options);
  if (!begun.ok) return begun;
  const signed = readCheckpoint(place, options.verifiers);
  if (!signed.ok) return signed;
  const { fs, origin } = place;
  const checkpoint = signed.value;
  const known =
    options.memory === null
      ? ok(null)
      : recallCheckpoint(options.memory, origin, options.verifiers);
  if (!known.ok) return known;
  const path = recordsPath(place);
  const { size } = checkpoint;
  const sizes = [size, known.value?.size ?? 0];
  const reading = readLogFile(fs, path, { sizes, stopAt: size }, onRecord);
  if (!reading.ok) return reading;
  const { tree, bytes, rootAt } = reading.value;
  if (!equalHashes(rootAt.get(size) ?? new Uint8Array(0), checkpoint.root)) {
    const message = `it does not hold the ${size} records that its checkpoint signs`;
    return err({ code: "log_damaged", message, at: path });
  }
  const now = { checkpoint, rootAt: (at: number) => rootAt.get(at) ?? null };
  const grown = judgeGrowth(known.value, now);
  if (!grown.ok) return grown;
  const whole = dropUnsigned(place, bytes);
  if (!whole.ok) return whole;
  const start = { records: size, bytes };
  const writer = openAppendWriter({ fs, path, start, reserve: null });
  return writer.ok ? ok({ checkpoint, tree, writer: writer.value }) : writer;
}

/** An empty log is signed before its file of records exists: records always have a checkpoint. */
function beginLog(place: LogPlace, { key, memory, verifiers }: LogOptions): Result<void, Fault> {
  const { fs, origin } = place;
  if (fs.look(recordsPath(place)) !== null) return ok(undefined);
  if (fs.look(checkpointPath(place)) === null) {
    const known = memory === null ? ok(null) : recallCheckpoint(memory, origin, verifiers);
    if (!known.ok) return known;
    if (known.value !== null && known.value.size > 0) {
      const { size } = known.value;
      const message =
        `the log ${origin} is gone, and it had ${size} entries when last seen at this path; ` +
        "restore it from a copy, or begin a root at another path";
      return err({ code: "log_rolled_back", message, at: place.directory });
    }
    const empty: Checkpoint = { origin, size: 0, root: emptyRoot(), extensions: [] };
    const note = signCheckpoint(empty, [key.note]);
    const written = createDocument(fs, checkpointPath(place), note);
    if (!written.ok) return written;
  }
  return createDocument(fs, recordsPath(place), new Uint8Array(0));
}

/** Faults: log_checkpoint_missing, log_damaged (another log's), those of openCheckpoint. */
function readCheckpoint(
  place: LogPlace,
  verifiers: readonly NoteVerifier[],
): Result<Checkpoint, Fault> {
  const at = checkpointPath(place);
  const note = readDocument(place.fs, at, maxNoteBytes);
  if (!note.ok && note.fault.code === "store_missing") {
    return err({ code: "log_checkpoint_missing", message: "the log has no checkpoint", at });
  }
  if (!note.ok) return note;
  const opened = openCheckpoint(note.value, verifiers, "refuse");
  if (!opened.ok) return err({ ...opened.fault, at });
  const { checkpoint } = opened.value;
  if (checkpoint.origin === place.origin) return ok(checkpoint);
  const message = `it is the checkpoint of ${checkpoint.origin}, expected ${place.origin}`;
  return err({ code: "log_damaged", message, at });
}

function dropUnsigned(place: LogPlace, signedBytes: number): Result<void, Fault> {
  const { fs } = place;
  const path = recordsPath(place);
  const whole = recoverRecords(fs, path, signedBytes);
  if (!whole.ok) return whole;
  if (whole.value.bytes === signedBytes) return ok(undefined);
  const aside = setAside(fs, path, signedBytes, "unsigned");
  return aside.ok ? ok(undefined) : aside;
}

function logOf(place: LogPlace, options: LogOptions, opened: OpenedLog, lock: Lock): MerkleLog {
  const { writer, tree } = opened;
  let { checkpoint } = opened;
  return {
    checkpoint: () => checkpoint,
    append(records): Result<Checkpoint, Fault> {
      for (const record of records) {
        const taken = writer.append(record);
        if (!taken.ok) return taken;
        tree.append(leafHash(utf8ToBytes(record)));
      }
      const landed = writer.commit();
      if (!landed.ok) return landed;
      const grown = { ...checkpoint, size: tree.size, root: tree.root() };
      const signed = publish(place, options, grown);
      if (signed.ok) checkpoint = grown;
      return signed.ok ? ok(grown) : signed;
    },
    close(): Result<void, Fault> {
      const closed = writer.close();
      const released = lock.release();
      return closed.ok ? released : closed;
    },
  };
}

/** Signs what this process wrote itself, not what the disk now says. */
function publish(
  place: LogPlace,
  options: LogOptions,
  checkpoint: Checkpoint,
): Result<void, Fault> {
  const { fs } = place;
  const note = signCheckpoint(checkpoint, [options.key.note]);
  const written = writeDocument(fs, checkpointPath(place), note);
  if (!written.ok || options.memory === null) return written;
  const rootAt = (size: number): Uint8Array | null => {
    const reading = readLogFile(fs, recordsPath(place), { sizes: [size], stopAt: size });
    return reading.ok ? (reading.value.rootAt.get(size) ?? null) : null;
  };
  return rememberCheckpoint(options.memory, { checkpoint, note, rootAt }, options.verifiers);
}

const maxNoteBytes = 1 << 20;
