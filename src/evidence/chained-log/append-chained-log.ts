import type { z } from "zod";
import { assert, canonicalJson, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { sha256 } from "../run/identity.ts";
import { openAppendWriter } from "../store/append-writer.ts";
import { makeDirectories, writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { waitForLock } from "../store/lock.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses, type Processes } from "../store/process-identity.ts";
import { recoverRecords, type TornTail } from "../store/recover.ts";
import {
  type Chained,
  type ChainedPlace,
  type ChainHead,
  type ChainLink,
  chainedFiles,
  type ReadChain,
  readChainedLog,
  type Unplaced,
} from "./read-chained-log.ts";

/** What a chained log is written with; tests bring a disk that loses what was not synced. */
export type ChainHost = Readonly<{ fs: FileSystem; processes: Processes }>;

export function chainHost(): ChainHost {
  return { fs: nodeFileSystem, processes: machineProcesses() };
}

/** Records that have landed together, and the log with them. */
export type ChainAppend<T extends Chained> = Readonly<{
  links: readonly ChainLink<T>[];
  /** How many of the links are new. */
  added: number;
  /** What a crash had cut short, set aside before these records. */
  torn: TornTail | null;
  /** What went wrong after the records were durable: they must not be written again. */
  trouble: Fault | null;
}>;

/**
 * Adds records to the end of a log under its lock: one JSON line each (RFC 8785), naming the line
 * before by digest. `decide` sees the log as it stands and gives the records without their place.
 * They are durable when this returns, or, after a crash, the first some of them are there. Nothing
 * is added to a log that does not add up: fault chained_log_damaged. Others: those of `decide`, the
 * lock, recoverRecords and attemptIo.
 */
export function appendToChainedLog<T extends Chained>(
  { fs, processes }: ChainHost,
  place: ChainedPlace,
  schema: z.ZodType<T>,
  decide: (log: ReadChain<T>) => Result<readonly Unplaced<T>[], Fault>,
): Result<ChainAppend<T>, Fault> {
  const made = makeDirectories(fs, place.folder);
  if (!made.ok) return made;
  const lock = waitForLock(fs, chainedFiles(place).lock, processes, lockWaitMs);
  if (!lock.ok) return lock;
  const landed = appendLocked(fs, place, schema, decide);
  const released = lock.value.release();
  if (!landed.ok || released.ok) return landed;
  return ok({ ...landed.value, trouble: landed.value.trouble ?? released.fault });
}

/** Records take milliseconds; who holds the lock for longer has died or is stuck. */
const lockWaitMs = 10_000;

function appendLocked<T extends Chained>(
  fs: FileSystem,
  place: ChainedPlace,
  schema: z.ZodType<T>,
  decide: (log: ReadChain<T>) => Result<readonly Unplaced<T>[], Fault>,
): Result<ChainAppend<T>, Fault> {
  const files = chainedFiles(place);
  const read = readChainedLog(fs, place, schema);
  if (!read.ok) return read;
  const { links, findings, acknowledgedBytes } = read.value;
  const [finding] = findings;
  if (finding !== undefined) {
    const where = finding.line === null ? "" : `line ${finding.line} `;
    const message = `nothing is added to a damaged log: ${where}${finding.detail}`;
    return err({ code: "chained_log_damaged", message, at: files.log });
  }
  const bodies = decide(read.value);
  if (!bodies.ok) return bodies;
  if (bodies.value.length === 0) return ok({ links, added: 0, torn: null, trouble: null });

  const isNew = fs.look(files.log) === null;
  const recovered = isNew ? null : recoverRecords(fs, files.log, acknowledgedBytes);
  if (recovered !== null && !recovered.ok) return recovered;
  const start = recovered?.value ?? "new";
  const writer = openAppendWriter({ fs, path: files.log, start, reserve: null });
  if (!writer.ok) return writer;
  const all = [...links];
  for (const body of bodies.value) {
    const next = nextLink(all.at(-1), schema, body);
    const taken = writer.value.append(next.line);
    if (!taken.ok) return taken;
    all.push(next.link);
  }
  const closed = writer.value.close();
  if (!closed.ok) return closed;
  assert(closed.value.bytes === all.at(-1)?.end, "the log is what was read and added");
  // A head may not outlive the name of the log that it speaks of.
  const named = attemptIo("write", files.log, () => fs.syncDirectory(place.folder));
  if (!named.ok) return named;
  const last = all.at(-1);
  assert(last !== undefined, "a log that grew holds a record");
  const head = headOf(last);
  const written = writeDocument(fs, files.head, utf8ToBytes(`${canonicalJson(head)}\n`));
  const trouble = written.ok ? null : written.fault;
  const torn = recovered?.value.torn ?? null;
  return ok({ links: all, added: bodies.value.length, torn, trouble });
}

/** The line of a record that follows `last`, and the link that it becomes. */
export function nextLink<T extends Chained>(
  last: ChainLink<T> | undefined,
  schema: z.ZodType<T>,
  body: Unplaced<T>,
): Readonly<{ line: string; link: ChainLink<T> }> {
  const seq = last === undefined ? 0 : last.record.seq + 1;
  const place: Chained = { seq, previous_sha256: last?.sha256 ?? null };
  const record = schema.parse({ ...body, ...place });
  // What a strict schema of plain values let through is JSON.
  const line = canonicalJson(record);
  const bytes = utf8ToBytes(`${line}\n`);
  return { line, link: { record, sha256: sha256(bytes), end: (last?.end ?? 0) + bytes.length } };
}

export function headOf<T extends Chained>({ record, sha256, end }: ChainLink<T>): ChainHead {
  return { schema_version: "chained_log_head/1", records: record.seq + 1, bytes: end, sha256 };
}
