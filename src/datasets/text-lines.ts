import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { err, type Fault, ok, type Result } from "#base";
import { readFault, systemCode } from "./node-faults.ts";

/** What a source file was, by its bytes as they lie on the disk. */
export type FileFacts = Readonly<{
  name: string;
  bytes: number;
  sha256: string;
  lines: number;
  is_gzip: boolean;
}>;

export type LineHooks = Readonly<{
  /** Called for every line without its ending; a fault stops the reading. */
  onLine: (text: string, line: number) => Fault | null;
  /** Bytes of the file read so far, and its size. */
  onBytes?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/** A line longer than this is no row of numbers; it also bounds the memory of a hostile file. */
const maxLineLength = 65_536;

/**
 * Streams a text file, plain or gzip (told by its first bytes), line by line in bounded memory.
 * Takes LF and CRLF, skips a byte order mark. Faults: file_missing, file_unreadable, file_empty,
 * file_not_text, gzip_truncated, gzip_damaged, line_too_long, import_interrupted, and whatever
 * `onLine` returns.
 */
export async function readLines(path: string, hooks: LineHooks): Promise<Result<FileFacts, Fault>> {
  const head = await readHead(path);
  if (!head.ok) return head;
  const { size, isGzip } = head.value;
  if (size === 0) return err({ code: "file_empty", message: "the file is empty", at: path });

  const hash = createHash("sha256");
  let done = 0;
  async function* tap(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      done += chunk.length;
      hooks.onBytes?.(done, size);
      yield chunk;
    }
  }

  const splitter = createSplitter(hooks.onLine);
  async function split(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      const fault = splitter.push(chunk);
      if (fault !== null) throw new Stopped(fault);
    }
    const fault = splitter.end();
    if (fault !== null) throw new Stopped(fault);
  }

  const options = hooks.signal === undefined ? {} : { signal: hooks.signal };
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  try {
    if (isGzip) await pipeline(file, tap, createGunzip({ chunkSize: chunkBytes }), split, options);
    else await pipeline(file, tap, split, options);
  } catch (cause) {
    return err(streamFault(cause, path));
  }
  const facts = { name: basename(path), bytes: done, sha256: hash.digest("hex") };
  return ok({ ...facts, lines: splitter.lines(), is_gzip: isGzip });
}

const chunkBytes = 262_144;

/** Carries a fault out of the stream; it never leaves this file. */
class Stopped extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

type Head = Readonly<{ size: number; isGzip: boolean }>;

async function readHead(path: string): Promise<Result<Head, Fault>> {
  try {
    await using file = await open(path, "r");
    const stat = await file.stat();
    if (stat.isDirectory()) {
      const message = "a directory, not a file; name one file in it";
      return err({ code: "file_unreadable", message, at: path });
    }
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const isGzip = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    if (!isGzip && path.endsWith(".gz") && stat.size > 0) {
      const message = "named .gz but holds no gzip data";
      return err({ code: "gzip_damaged", message, at: path });
    }
    return ok({ size: stat.size, isGzip });
  } catch (cause) {
    return err(readFault(cause, path));
  }
}

type Splitter = Readonly<{
  push: (chunk: Buffer) => Fault | null;
  end: () => Fault | null;
  lines: () => number;
}>;

function createSplitter(onLine: LineHooks["onLine"]): Splitter {
  const decoder = new TextDecoder("utf-8"); // Drops a byte order mark.
  let rest = "";
  let line = 0;

  function emit(text: string): Fault | null {
    line += 1;
    if (text.length > maxLineLength) return tooLong(line);
    return onLine(text.endsWith("\r") ? text.slice(0, -1) : text, line);
  }

  return {
    lines: () => line,
    push(chunk): Fault | null {
      const text = decoder.decode(chunk, { stream: true });
      if (text.includes("\0")) {
        const message = `line ${line + 1}: a zero byte; this is no text file`;
        return { code: "file_not_text", message };
      }
      const pieces = text.split("\n");
      const last = pieces.pop() ?? "";
      for (const piece of pieces) {
        const fault = emit(rest + piece);
        rest = "";
        if (fault !== null) return fault;
      }
      rest += last;
      return rest.length > maxLineLength ? tooLong(line + 1) : null;
    },
    end(): Fault | null {
      const tail = rest + decoder.decode();
      return tail === "" ? null : emit(tail);
    },
  };
}

function tooLong(line: number): Fault {
  const message = `line ${line}: longer than ${maxLineLength} characters; no row of bars is`;
  return { code: "line_too_long", message };
}

function streamFault(cause: unknown, path: string): Fault {
  if (cause instanceof Stopped) return { ...cause.fault, at: cause.fault.at ?? path };
  const code = systemCode(cause);
  // Without a system code it is a bug of ours, not a broken file.
  if (code === null) throw cause;
  if (code === "ABORT_ERR") {
    return { code: "import_interrupted", message: "interrupted; nothing was landed", at: path };
  }
  if (code === "Z_BUF_ERROR") {
    const message = "the gzip data ends too early; the file is truncated";
    return { code: "gzip_truncated", message, at: path };
  }
  if (code.startsWith("Z_")) {
    return { code: "gzip_damaged", message: "the gzip data is damaged", at: path };
  }
  return readFault(cause, path);
}
