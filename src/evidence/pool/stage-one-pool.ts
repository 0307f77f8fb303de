import { dirname, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { readLines } from "../reading/read-lines.ts";
import { sha256 } from "../run/identity.ts";
import { stageOnePoolPath } from "../run/layout.ts";
import { type AppendWriter, openAppendWriter } from "../store/append-writer.ts";
import { makeDirectories } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { waitForLock } from "../store/lock.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { recoverRecords } from "../store/recover.ts";
import { poolLineOf, poolRecordsOf } from "./pool-records.ts";

/** How many records a call put into the pool, and how many were there already. */
export type PoolAppend = Readonly<{ appended: number; present: number }>;

/**
 * Appends the survivors of sealed runs to `pools/stage1/pool.jsonl`, run by run in the order given.
 * A record that is there already is skipped; one that is there with other bytes is the fault
 * pool_record_differs, and nothing of its run is appended. One process at a time holds the pool.
 * Other faults: store_lock_unavailable, pool_unreadable, those of attemptIo and of poolRecordsOf.
 */
export function appendRunsToPool(
  root: string,
  directories: readonly string[],
): Result<PoolAppend, Fault> {
  const path = stageOnePoolPath(root);
  const made = makeDirectories(nodeFileSystem, dirname(path));
  if (!made.ok) return made;
  const lockPath = join(dirname(path), "pool.lock");
  const lock = waitForLock(nodeFileSystem, lockPath, machineProcesses(), lockWaitMs);
  if (!lock.ok) return lock;
  const appended = appendLocked(path, directories);
  const released = lock.value.release();
  return appended.ok && !released.ok ? released : appended;
}

/** Another campaign may be writing; it is done in well under this. */
const lockWaitMs = 10_000;

function appendLocked(path: string, directories: readonly string[]): Result<PoolAppend, Fault> {
  const opened = openPool(path);
  if (!opened.ok) return opened;
  const { writer, digestById } = opened.value;
  let appended = 0;
  let present = 0;
  for (const directory of directories) {
    const lines = newLines(directory, digestById);
    if (!lines.ok) return closeAfter(writer, lines);
    present += lines.value.present;
    for (const { id, line } of lines.value.missing) {
      const taken = writer.append(line);
      if (!taken.ok) return closeAfter(writer, taken);
      digestById.set(id, sha256(line));
      appended += 1;
    }
    // A run is in the pool whole or, after a crash here, is completed by the next call.
    const landed = writer.commit();
    if (!landed.ok) return closeAfter(writer, landed);
  }
  const closed = writer.close();
  return closed.ok ? ok({ appended, present }) : closed;
}

type NewLines = Readonly<{
  missing: readonly Readonly<{ id: string; line: string }>[];
  present: number;
}>;

function newLines(
  directory: string,
  digestById: ReadonlyMap<string, string>,
): Result<NewLines, Fault> {
  const records = poolRecordsOf(directory);
  if (!records.ok) return records;
  const missing: { id: string; line: string }[] = [];
  let present = 0;
  for (const record of records.value) {
    const line = poolLineOf(record);
    const known = digestById.get(record.id);
    if (known === undefined) {
      missing.push({ id: record.id, line });
    } else if (known === sha256(line)) {
      present += 1;
    } else {
      const message = `the pool holds another record of ${record.id}; one of them is not genuine`;
      return err({ code: "pool_record_differs", message, at: directory });
    }
  }
  return ok({ missing, present });
}

type OpenPool = Readonly<{ writer: AppendWriter; digestById: Map<string, string> }>;

function openPool(path: string): Result<OpenPool, Fault> {
  const fs = nodeFileSystem;
  const there = attemptIo("read", path, () => fs.look(path) !== null);
  if (!there.ok) return there;
  if (!there.value) {
    const writer = openAppendWriter({ fs, path, start: "new", reserve: null });
    if (!writer.ok) return writer;
    const synced = attemptIo("write", path, () => fs.syncDirectory(dirname(path)));
    return synced.ok ? ok({ writer: writer.value, digestById: new Map() }) : synced;
  }
  const recovered = recoverRecords(fs, path, 0);
  if (!recovered.ok) return recovered;
  const digestById = indexPool(path);
  if (!digestById.ok) return digestById;
  const writer = openAppendWriter({ fs, path, start: recovered.value, reserve: null });
  return writer.ok ? ok({ writer: writer.value, digestById: digestById.value }) : writer;
}

/** Digest of each line by the id it begins with; 100 bytes a record in memory. */
export function indexPool(path: string): Result<Map<string, string>, Fault> {
  const digestById = new Map<string, string>();
  let fault: Fault | null = null;
  const read = readLines(path, {
    line(text, number): void {
      const id = /^\{"id":"([A-Za-z0-9_:]{1,64})",/.exec(text)?.[1];
      if (id === undefined || digestById.has(id)) {
        const what = id === undefined ? "is no pool record" : `repeats ${id}`;
        fault ??= unreadable(`line ${number} ${what}`, path);
        return;
      }
      digestById.set(id, sha256(text));
    },
    problem: ({ detail, line }) => {
      fault ??= unreadable(`line ${line}: ${detail}`, path);
    },
  });
  if (!read.ok) return err(unreadable(read.fault.detail, path));
  return fault === null ? ok(digestById) : err(fault);
}

function unreadable(what: string, path: string): Fault {
  const message = `the pool cannot be appended to: ${what}; restore it from a copy`;
  return { code: "pool_unreadable", message, at: path };
}

function closeAfter<T>(writer: AppendWriter, result: T): T {
  writer.close();
  return result;
}
