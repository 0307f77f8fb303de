import { join } from "node:path";
import type { z } from "zod";
import { canonicalJson, err, type Fault, type Json, ok, parseJson, type Result } from "#base";
import {
  type AppendWriter,
  createGroupCommit,
  nodeFileSystem as fs,
  type GroupCommit,
  type Landed,
  type Lock,
  machineProcesses,
  makeDirectories,
  openAppendWriter,
  readDocument,
  recoverRecords,
  takeLock,
  writeDocument,
} from "#evidence";

/**
 * A file of JSON lines with one writer, for what a bus must remember: `NAME.jsonl`, and a lock.
 * A record has landed when it is on the disk. Faults: those of the store and the lock of #evidence.
 */
export type LineLog = Readonly<{
  path: string;
  /** Many callers share one sync. */
  land: (record: Json) => Promise<Result<void, Fault>>;
  /** At once, with a sync of its own. */
  landNow: (record: Json) => Result<void, Fault>;
  /** With the next sync, whoever asks for it: a crash before may lose it. */
  note: (record: Json) => Result<void, Fault>;
  /**
   * What the file holds instead from now on: all of it or, after a crash, what it held. After a
   * failed write too, since nothing of what the writer had is kept.
   */
  rewrite: (records: readonly Json[]) => Result<void, Fault>;
  bytes: () => number;
  close: () => Result<void, Fault>;
}>;

/** The log, and the records that were in it. Fault line_log_damaged names the line. */
export function openLineLog<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Result<Readonly<{ log: LineLog; records: readonly T[] }>, Fault> {
  const made = makeDirectories(fs, folder, 0o700);
  if (!made.ok) return made;
  const lock = takeLock(fs, join(folder, `${name}.lock`), machineProcesses());
  if (!lock.ok) return lock;
  const opened = openLocked(folder, join(folder, `${name}.jsonl`), schema, lock.value);
  // Who could not open it may say why rather than that the lock stays; a dead holder is followed.
  if (!opened.ok) lock.value.release();
  return opened;
}

function openLocked<T>(
  folder: string,
  path: string,
  schema: z.ZodType<T>,
  lock: Lock,
): Result<Readonly<{ log: LineLog; records: readonly T[] }>, Fault> {
  let start: "new" | Landed = "new";
  let records: readonly T[] = [];
  if (fs.look(path) !== null) {
    const recovered = recoverRecords(fs, path, 0);
    if (!recovered.ok) return recovered;
    const read = readRecords(path, schema);
    if (!read.ok) return read;
    start = { records: recovered.value.records, bytes: recovered.value.bytes };
    records = read.value;
  }
  const writer = openAppendWriter({ fs, path, start, reserve: null });
  if (!writer.ok) return writer;
  fs.syncDirectory(folder);
  return ok({ log: createLineLog(path, writer.value, lock), records });
}

function createLineLog(path: string, first: AppendWriter, lock: Lock): LineLog {
  let writer = first;
  let group: GroupCommit = createGroupCommit(writer);

  function rewrite(records: readonly Json[]): Result<void, Fault> {
    const closed = writer.close();
    // One that has failed is left as it is: what it wrote is replaced as a whole.
    if (!closed.ok && writer.state === "open") return closed;
    const bytes = Buffer.from(records.map((record) => `${canonicalJson(record)}\n`).join(""));
    const written = writeDocument(fs, path, bytes);
    if (!written.ok) return written;
    const start = { records: records.length, bytes: bytes.length };
    const opened = openAppendWriter({ fs, path, start, reserve: null });
    if (!opened.ok) return opened;
    writer = opened.value;
    group = createGroupCommit(writer);
    return ok(undefined);
  }

  return {
    path,
    async land(record) {
      const landed = await group.land(canonicalJson(record));
      return landed.ok ? ok(undefined) : landed;
    },
    landNow(record) {
      const taken = writer.append(canonicalJson(record));
      if (!taken.ok) return taken;
      const landed = writer.commit();
      return landed.ok ? ok(undefined) : landed;
    },
    note(record) {
      const taken = writer.append(canonicalJson(record));
      return taken.ok ? ok(undefined) : taken;
    },
    rewrite,
    bytes: () => writer.landed.bytes,
    close() {
      const closed = writer.close();
      const released = lock.release();
      if (!closed.ok) return closed;
      return released;
    },
  };
}

function readRecords<T>(path: string, schema: z.ZodType<T>): Result<readonly T[], Fault> {
  const bytes = readDocument(fs, path);
  if (!bytes.ok) return bytes;
  const records: T[] = [];
  const lines = Buffer.from(bytes.value).toString("utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line === "" && index === lines.length - 1) break;
    const json = parseJson(line);
    const record = json.ok ? schema.safeParse(json.value) : null;
    if (record === null || !record.success) {
      const message = "this is no record of ours; restore the file from a copy or move it away";
      return err({ code: "line_log_damaged", message, at: `${path} line ${index + 1}` });
    }
    records.push(record.data);
  }
  return ok(records);
}
