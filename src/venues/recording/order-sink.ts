import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Clock, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { type OrderLines, orderLineText } from "#evidence";
import type { BrokerFile, EvidenceSink, LandedLine, LineBody } from "./evidence-sink.ts";

/** The broker's own files in a run directory. */
export type OrderSink = EvidenceSink &
  Readonly<{
    /** Lines that have landed in a file. */
    lines: (file: BrokerFile) => number;
    close: () => Promise<Result<void, Fault>>;
  }>;

export type OrderSinkOptions = Readonly<{
  directory: string;
  runId: string;
  clock: Clock;
  /** Files that somebody else writes; appending to one is a fault. */
  without?: readonly BrokerFile[];
}>;

const brokerFiles: readonly BrokerFile[] = [
  "order_attempts",
  "exchange_api_calls",
  "order_status_samples",
  "reconciliation_freeze_events",
];

/**
 * Opens the files for their one writer, new or as a process before left them: a line without its
 * end never landed, and goes to a side file `NAME.torn`. Lines that come in one turn of the event
 * loop share one sync. Faults: sink_unavailable, sink_write_failed.
 */
export function openOrderSink(options: OrderSinkOptions): Result<OrderSink, Fault> {
  const files = new Map<BrokerFile, OpenFile>();
  for (const file of brokerFiles) {
    if (options.without?.includes(file) === true) continue;
    const opened = openFile(join(options.directory, `${file}.jsonl`));
    if (!opened.ok) return opened;
    files.set(file, opened.value);
  }
  let waiting: (() => void)[] = [];
  let fault: Fault | null = null;

  function commit(): void {
    const settled = waiting;
    waiting = [];
    for (const file of files.values()) fault ??= land(file);
    for (const settle of settled) settle();
  }

  function take<File extends BrokerFile>(
    name: File,
    body: LineBody<File>,
    isDurable: boolean,
  ): Promise<Result<LandedLine, Fault>> {
    const file = files.get(name);
    if (file === undefined || fault !== null) {
      const message = fault?.message ?? `${name} has another writer`;
      return Promise.resolve(err({ code: "sink_unavailable", message, at: `${name}.jsonl` }));
    }
    const { text, tsUtc } = stamp(options, name, body, file);
    file.pending += `${text}\n`;
    file.owesSync ||= isDurable;
    file.lines += 1;
    const sha256 = createHash("sha256").update(`${text}\n`).digest("hex");
    const landed: LandedLine = { file: `${name}.jsonl`, line: file.lines, tsUtc, sha256 };
    const done = Promise.withResolvers<Result<LandedLine, Fault>>();
    if (waiting.length === 0) setImmediate(commit);
    waiting.push(() => done.resolve(fault === null ? ok(landed) : err(fault)));
    return done.promise;
  }

  return ok({
    append: async (file, body) => take(file, body, true),
    note: async (file, body) => take(file, body, false),
    lines: (file) => files.get(file)?.lines ?? 0,
    async close(): Promise<Result<void, Fault>> {
      for (const file of files.values()) file.owesSync = true;
      commit();
      for (const { descriptor } of files.values()) closeSync(descriptor);
      files.clear();
      return Promise.resolve(fault === null ? ok(undefined) : err(fault));
    },
  });
}

type OpenFile = {
  readonly path: string;
  readonly descriptor: number;
  pending: string;
  /** Whether somebody waits for what is pending, or written, to be durable. */
  owesSync: boolean;
  lines: number;
  lastTsUtc: string;
};

/** Time never falls within a file, even when the clock does. */
function stamp<File extends BrokerFile>(
  { runId, clock }: OrderSinkOptions,
  name: File,
  body: LineBody<File>,
  file: OpenFile,
): Readonly<{ text: string; tsUtc: string }> {
  const now = isoFromMillis(Math.floor(clock.nowMillis()));
  const tsUtc = now < file.lastTsUtc ? file.lastTsUtc : now;
  file.lastTsUtc = tsUtc;
  const record = { run_id: runId, seq: file.lines, ts_utc: tsUtc, ...body };
  // The head and the body are the line: the compiler cannot add up an Omit of a type parameter.
  return { text: orderLineText(name, record as unknown as OrderLines[File]), tsUtc };
}

const openFlags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

function openFile(path: string): Result<OpenFile, Fault> {
  try {
    const descriptor = openSync(path, openFlags, 0o644);
    if (!fstatSync(descriptor).isFile()) throw systemError("EINVAL");
    const bytes = readFileSync(descriptor);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) {
      writeFileSync(`${path}.torn`, bytes.subarray(end), { flag: "a", flush: true });
      ftruncateSync(descriptor, end);
      fsyncSync(descriptor);
    }
    const lines = bytes.toString("utf8", 0, end).split("\n");
    lines.pop();
    const lastTsUtc = /"ts_utc":"([^"]*)"/.exec(lines.at(-1) ?? "")?.[1] ?? "";
    const counts = { pending: "", owesSync: false, lines: lines.length };
    return ok({ path, descriptor, ...counts, lastTsUtc });
  } catch (cause) {
    return err(writeFault(path, cause, "sink_unavailable"));
  }
}

/**
 * Null when all of it is written, and durable where that is owed. A failed sync is not tried again:
 * the system forgets it.
 */
function land(file: OpenFile): Fault | null {
  try {
    const bytes = Buffer.from(file.pending);
    file.pending = "";
    for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at);
    if (file.owesSync) fsyncSync(file.descriptor);
    file.owesSync = false;
    return null;
  } catch (cause) {
    return writeFault(file.path, cause, "sink_write_failed");
  }
}

function writeFault(path: string, cause: unknown, code: string): Fault {
  const system = cause instanceof Error && "code" in cause ? cause.code : null;
  if (typeof system !== "string") throw cause;
  return { code, message: `evidence cannot be written (${system})`, at: path };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
