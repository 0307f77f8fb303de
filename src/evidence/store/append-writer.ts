import { assert, Defect, err, type Fault, ok, type Result } from "#base";
import type { FileSystem } from "./file-system.ts";
import { attemptIo, ioFault, isDiskFull } from "./io-fault.ts";
import { createPendingBytes, type PendingBytes } from "./pending-bytes.ts";
import type { Reserve } from "./reserve.ts";

/** What is durable: nothing below these counts can be lost by a crash. */
export type Landed = Readonly<{ records: number; bytes: number }>;

/**
 * - open: takes records.
 * - full: the disk took no more; only `abort` is left, which uses the reserve.
 * - poisoned: a write or sync failed, so what the disk holds is unknown; nothing is tried again.
 * - closed
 */
export type WriterState = "open" | "full" | "poisoned" | "closed";

export type AppendOptions = Readonly<{
  fs: FileSystem;
  path: string;
  /** `new` creates the file; otherwise what recovery found in it. */
  start: "new" | Landed;
  reserve: Reserve | null;
}>;

/** A longer record would have to be held whole by every reader. */
export const maxRecordBytes: number = 1 << 20;

/** How many bytes are gathered before they are handed to the system without a sync. */
const batchBytes = 1 << 18;

/**
 * Opens a file of records for its one writer (see lock.ts). The name of a new file is durable when
 * its directory is synced, which the caller does. Faults: of attemptIo.
 */
export function openAppendWriter(options: AppendOptions): Result<AppendWriter, Fault> {
  const { fs, path, start } = options;
  const opened = attemptIo("write", path, () =>
    fs.open(path, start === "new" ? "create" : "append", 0o644),
  );
  return opened.ok ? ok(new AppendWriter(options, opened.value)) : opened;
}

/**
 * The one writer of a file of records: each a line that ends in a newline. Its faults are those of
 * attemptIo, and store_writer_unavailable once the state forbids the act.
 */
export class AppendWriter {
  readonly #options: AppendOptions;
  readonly #file: number;
  readonly #pending: PendingBytes = createPendingBytes(batchBytes);
  #state: WriterState = "open";
  #landed: Landed;
  #records: number;
  #written: number;

  constructor(options: AppendOptions, file: number) {
    this.#options = options;
    this.#file = file;
    this.#landed = options.start === "new" ? { records: 0, bytes: 0 } : options.start;
    this.#records = this.#landed.records;
    this.#written = this.#landed.bytes;
  }

  get state(): WriterState {
    return this.#state;
  }

  get landed(): Landed {
    return this.#landed;
  }

  /** Takes a record into the batch and gives its number in the file; it has not landed yet. */
  append(record: string): Result<number, Fault> {
    const bytes = recordBytes(record);
    if (this.#state !== "open") return this.#unavailable();
    const made = this.#pending.fits(bytes) ? ok(undefined) : this.#flush();
    if (!made.ok) return made;
    this.#pending.line(record, bytes);
    this.#records += 1;
    return ok(this.#records - 1);
  }

  /** One sync for all records taken so far; they have landed when it says ok. */
  commit(): Result<Landed, Fault> {
    if (this.#state !== "open") return this.#unavailable();
    const flushed = this.#flush();
    if (!flushed.ok) return flushed;
    const { fs, path } = this.#options;
    const synced = attemptIo("write", path, () => fs.sync(this.#file));
    // The kernel reports a lost page once and forgets it: a second sync would lie.
    if (!synced.ok) return this.#poison(synced.fault);
    this.#landed = { records: this.#records, bytes: this.#written };
    return ok(this.#landed);
  }

  /** Last words: gives the reserve back, lands what is pending and this record, and closes. */
  abort(record: string): Result<Landed, Fault> {
    if (this.#state !== "open" && this.#state !== "full") return this.#unavailable();
    const { path, reserve } = this.#options;
    const released = attemptIo("write", path, () => reserve?.release());
    if (!released.ok) return this.#poison(released.fault);
    this.#state = "open";
    // The rest of a half-written record comes first, or the last words would stand in it.
    const flushed = this.#flush();
    if (!flushed.ok) return flushed;
    const taken = this.append(record);
    return taken.ok ? this.close() : taken;
  }

  /** Commits and closes. */
  close(): Result<Landed, Fault> {
    const done = this.commit();
    if (!done.ok) return done;
    const { fs, path } = this.#options;
    const closed = attemptIo("write", path, () => fs.close(this.#file));
    if (!closed.ok) return this.#poison(closed.fault);
    this.#state = "closed";
    return done;
  }

  #flush(): Result<void, Fault> {
    const { fs, path } = this.#options;
    try {
      this.#pending.drain((bytes) => {
        const count = fs.write(this.#file, bytes);
        this.#written += count;
        return count;
      });
      return ok(undefined);
    } catch (cause) {
      const fault = ioFault("write", path, cause);
      if (!isDiskFull(cause)) return this.#poison(fault);
      this.#state = "full";
      return err(fault);
    }
  }

  #poison(fault: Fault): Result<never, Fault> {
    this.#state = "poisoned";
    return err(fault);
  }

  #unavailable(): Result<never, Fault> {
    const message = `the writer is ${this.#state}: ${reasonByState[this.#state]}`;
    return err({ code: "store_writer_unavailable", message, at: this.#options.path });
  }
}

const reasonByState: Readonly<Record<WriterState, string>> = {
  open: "it takes records",
  full: "the disk is full, only a last record can be written",
  poisoned: "a write or sync failed, recover the file before writing again",
  closed: "its file is closed",
};

/** Length of the line with its end. A newline inside would make two records of one. */
function recordBytes(record: string): number {
  for (let at = 0; at < record.length; at++) {
    if (record.charCodeAt(at) < 0x20) throw new Defect("a record is one line of plain characters");
  }
  const bytes = Buffer.byteLength(record) + 1;
  assert(record.length > 0 && record.isWellFormed(), "a record is well-formed text");
  assert(bytes <= maxRecordBytes, `a record of ${bytes} bytes, more than ${maxRecordBytes}`);
  return bytes;
}
