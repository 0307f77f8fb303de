import type { Result } from "#base";
import type { StartHasher } from "./file-hasher.ts";
import type { Problem } from "./problem.ts";
import { type FileFacts, readChunks } from "./read-chunks.ts";
import { attach, type Cursor, createCursor, slackBytes } from "./scan/cursor.ts";

/** The longest line a record may be; far above any record we write. */
export const maxLineBytes: number = 8 * 1024 * 1024;

export type LineSink = Readonly<{
  /** A line without its end; numbers count from 1. The text may be a view of a larger one. */
  line: (text: string, number: number) => void;
  problem: (problem: Problem) => void;
  /**
   * Offered each line before it is decoded: takes it at once and leaves the cursor at its end, or
   * gives false, and then the line goes to `line`.
   */
  scan?: (cursor: Cursor, number: number) => boolean;
  /** Who digests the file; on the spot where nobody is named. */
  startHasher?: StartHasher | undefined;
}>;

/**
 * Streams the lines of a UTF-8 file. What is no line (bad bytes, over the bound, without its end)
 * goes to `problem` and reading goes on behind it, with at most one line held in memory.
 */
export function readLines(path: string, sink: LineSink): Result<FileFacts, Problem> {
  const splitter = createSplitter(createLineReader(sink));
  const facts = readChunks(path, splitter.chunk, sink.startHasher);
  if (facts.ok) splitter.end();
  return facts;
}

const lineEnd = 0x0a;

type LineReader = Readonly<{
  /** Whole lines, each with its end. */
  block: (block: Buffer) => void;
  /** A line that cannot be handed over. */
  broken: (code: Problem["code"], detail: string) => void;
}>;

function createLineReader({ line, problem, scan }: LineSink): LineReader {
  // A byte order mark is kept in the text, where no record can start with it.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const cursor = createCursor();
  let number = 1;

  function decode(bytes: Buffer): string | null {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  function broken(code: Problem["code"], detail: string): void {
    problem({ code, detail, line: number++ });
  }

  /** Hands over one line from its bytes, without its end. */
  function decoded(bytes: Buffer): void {
    const text = decode(bytes);
    if (text === null) broken("text_not_utf8", "bytes are not UTF-8");
    else line(text, number++);
  }

  /** Finds which line of a block is not UTF-8. */
  function lineByLine(block: Buffer): void {
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(lineEnd, start);
      decoded(block.subarray(start, end));
      start = end + 1;
    }
  }

  function scanned(block: Buffer, take: NonNullable<LineSink["scan"]>): void {
    attach(cursor, block);
    const { bytes, at: first } = cursor;
    const last = first + block.length;
    for (let start = first; start < last; ) {
      cursor.at = start;
      let end = cursor.at;
      if (take(cursor, number)) {
        end = cursor.at;
        number += 1;
      } else {
        end = bytes.indexOf(lineEnd, start);
        decoded(bytes.subarray(start, end));
      }
      start = end + 1;
    }
  }

  return {
    broken,
    block(block): void {
      if (scan !== undefined) {
        scanned(block, scan);
        return;
      }
      const text = decode(block);
      if (text === null) {
        lineByLine(block);
        return;
      }
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        line(text.slice(start, end), number++);
        start = end + 1;
      }
    },
  };
}

type Splitter = Readonly<{ chunk: (chunk: Buffer) => void; end: () => void }>;

/** Cuts chunks at line ends; holds the start of a line that goes on in the next chunk. */
function createSplitter(reader: LineReader): Splitter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** Inside a line over the bound: its bytes are let go until its end. */
  let skipping = false;

  function hold(rest: Buffer): void {
    if (rest.length === 0 || skipping) return;
    heldBytes += rest.length;
    if (heldBytes <= maxLineBytes) held.push(Buffer.from(rest));
    else letGo();
  }

  function letGo(): void {
    skipping = true;
    held = [];
    reader.broken("line_too_long", `longer than ${maxLineBytes} bytes`);
  }

  /** Ends the line begun in an earlier chunk; gives the place behind it, or -1. */
  function finishLine(chunk: Buffer): number {
    const end = chunk.indexOf(lineEnd) + 1;
    if (end === 0) return -1;
    if (!skipping && heldBytes + end > maxLineBytes) letGo();
    if (!skipping) {
      const line = Buffer.concat([...held, chunk.subarray(0, end)], heldBytes + end + slackBytes);
      reader.block(line.subarray(0, heldBytes + end));
    }
    held = [];
    heldBytes = 0;
    skipping = false;
    return end;
  }

  return {
    chunk(chunk): void {
      const from = skipping || heldBytes > 0 ? finishLine(chunk) : 0;
      if (from < 0) {
        hold(chunk);
        return;
      }
      const end = chunk.lastIndexOf(lineEnd) + 1;
      if (end > from) reader.block(chunk.subarray(from, end));
      hold(chunk.subarray(Math.max(from, end)));
    },
    end(): void {
      if (heldBytes === 0 || skipping) return;
      reader.broken("line_unfinished", "the file ends without a line end");
    },
  };
}
