import type { z } from "zod";
import { canonicalJson, err, type Fault, ok, type Result, utf8ToBytes } from "#base";
import { type AppendWriter, openAppendWriter } from "../store/append-writer.ts";
import { makeDirectories, writeDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { type Lock, waitForLock } from "../store/lock.ts";
import { recoverRecords, type TornTail } from "../store/recover.ts";
import { type ChainHost, headOf, nextLink } from "./append-chained-log.ts";
import {
  type Chained,
  type ChainedPlace,
  type ChainLink,
  chainedFiles,
  readChainedLog,
  type Unplaced,
} from "./read-chained-log.ts";

/** A log in the hands of its one writer, for as long as the process keeps it open. */
export type ChainedLog<T extends Chained> = Readonly<{
  /** What it held when it was opened. */
  found: readonly ChainLink<T>[];
  /** What a crash had cut short, set aside at the opening. */
  torn: TornTail | null;
  /** How many records there are now, and the digest of the last line; null in an empty log. */
  head: () => Readonly<{ records: number; sha256: string | null }>;
  /** Durable, with the head that names it, when this returns ok. After a fault nothing more is. */
  append: (body: Unplaced<T>) => Result<ChainLink<T>, Fault>;
  /** A full disk may keep the lock from being given back: closing again tries that again. */
  close: () => Result<void, Fault>;
}>;

/**
 * Opens a log and keeps its lock: for a process that adds to it for hours, where reading it anew
 * for each record would cost more with each. Faults: chained_log_damaged, those of the lock,
 * recoverRecords and attemptIo.
 */
export function openChainedLog<T extends Chained>(
  host: ChainHost,
  place: ChainedPlace,
  schema: z.ZodType<T>,
  lockWaitMs = 2000,
): Result<ChainedLog<T>, Fault> {
  const made = makeDirectories(host.fs, place.folder);
  if (!made.ok) return made;
  const lock = waitForLock(host.fs, chainedFiles(place).lock, host.processes, lockWaitMs);
  if (!lock.ok) return lock;
  const opened = openLocked(host, place, schema, lock.value);
  if (!opened.ok) lock.value.release();
  return opened;
}

function openLocked<T extends Chained>(
  { fs }: ChainHost,
  place: ChainedPlace,
  schema: z.ZodType<T>,
  lock: Lock,
): Result<ChainedLog<T>, Fault> {
  const files = chainedFiles(place);
  const read = readChainedLog(fs, place, schema);
  if (!read.ok) return read;
  const [finding] = read.value.findings;
  if (finding !== undefined) {
    const where = finding.line === null ? "" : `line ${finding.line} `;
    const message = `nothing is added to a damaged log: ${where}${finding.detail}`;
    return err({ code: "chained_log_damaged", message, at: files.log });
  }
  const isNew = fs.look(files.log) === null;
  const recovered = isNew ? null : recoverRecords(fs, files.log, read.value.acknowledgedBytes);
  if (recovered !== null && !recovered.ok) return recovered;
  const start = recovered?.value ?? "new";
  const writer = openAppendWriter({ fs, path: files.log, start, reserve: null });
  if (!writer.ok) return writer;
  const named = attemptIo("write", files.log, () => fs.syncDirectory(place.folder));
  if (!named.ok) return named;
  const found = read.value.links;
  const torn = recovered?.value.torn ?? null;
  return ok({ found, torn, ...hold({ fs, place, schema, writer: writer.value, found, lock }) });
}

type Held<T extends Chained> = Readonly<{
  fs: ChainHost["fs"];
  place: ChainedPlace;
  schema: z.ZodType<T>;
  writer: AppendWriter;
  found: readonly ChainLink<T>[];
  lock: Lock;
}>;

function hold<T extends Chained>({
  fs,
  place,
  schema,
  writer,
  found,
  lock,
}: Held<T>): Pick<ChainedLog<T>, "head" | "append" | "close"> {
  let last: ChainLink<T> | undefined = found.at(-1);
  let broken: Fault | null = null;
  let isClosed = false;

  function fail(fault: Fault): Result<never, Fault> {
    broken = fault;
    return err(fault);
  }

  return {
    head: () => ({ records: (last?.record.seq ?? -1) + 1, sha256: last?.sha256 ?? null }),
    append(body) {
      if (broken !== null) return err(broken);
      const next = nextLink(last, schema, body);
      const taken = writer.append(next.line);
      if (!taken.ok) return fail(taken.fault);
      const landed = writer.commit();
      if (!landed.ok) return fail(landed.fault);
      last = next.link;
      const head = utf8ToBytes(`${canonicalJson(headOf(last))}\n`);
      const written = writeDocument(fs, chainedFiles(place).head, head);
      return written.ok ? ok(next.link) : fail(written.fault);
    },
    close() {
      const closed = broken === null && !isClosed ? writer.close() : ok(undefined);
      isClosed = true;
      const released = lock.release();
      return closed.ok ? released : closed;
    },
  };
}
