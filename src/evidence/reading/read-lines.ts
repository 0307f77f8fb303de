import type { Result } from "#base";
import type { Problem } from "./problem.ts";
import { type FileFacts, readChunks } from "./read-chunks.ts";

/** The longest line a record may be; far above any record we write. */
export const maxLineBytes: number = 8 * 1024 * 1024;

export type LineSink = Readonly<{
  /** A line without its end; numbers count from 1. The text may be a view of a larger one. */
  line: (text: string, number: number) => void;
  problem: (problem: Problem) => void;
}>;

/**
 * Streams the lines of a UTF-8 file. What is no line (bad bytes, over the bound, without its end)
 * goes to `problem` and reading goes on behind it, with at most one line held in memory.
 */
export function readLines(path: string, sink: LineSink): Result<FileFacts, Problem> {
  const splitter = createLineSplitter(sink);
  const facts = readChunks(path, splitter.chunk);
  if (facts.ok) splitter.end();
  return facts;
}

const lineEnd = 0x0a;

type Splitter = Readonly<{ chunk: (chunk: Buffer) => void; end: () => void }>;

function createLineSplitter(sink: LineSink): Splitter {
  // A byte order mark is kept in the text, where no record can start with it.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let skipping = false;
  let number = 1;

  function whole(block: Buffer): void {
    let text: string;
    try {
      text = decoder.decode(block);
    } catch {
      lineByLine(block);
      return;
    }
    // Lines end, they are not separated: what follows the last end is nothing.
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      sink.line(text.slice(start, end), number++);
      start = end + 1;
    }
  }

  /** Finds which line of a block is not UTF-8. */
  function lineByLine(block: Buffer): void {
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(lineEnd, start);
      let text: string | null = null;
      try {
        text = decoder.decode(block.subarray(start, end));
      } catch {
        sink.problem({ code: "text_not_utf8", detail: "bytes are not UTF-8", line: number });
      }
      if (text !== null) sink.line(text, number);
      number += 1;
      start = end + 1;
    }
  }

  function keep(rest: Buffer): void {
    if (rest.length === 0 || skipping) return;
    pendingBytes += rest.length;
    if (pendingBytes <= maxLineBytes) {
      pending.push(Buffer.from(rest));
      return;
    }
    sink.problem({
      code: "line_too_long",
      detail: `longer than ${maxLineBytes} bytes`,
      line: number,
    });
    drop();
    skipping = true;
  }

  function drop(): void {
    pending = [];
    pendingBytes = 0;
  }

  return {
    chunk(chunk): void {
      let from = 0;
      if (skipping || pendingBytes > 0) {
        const end = chunk.indexOf(lineEnd);
        if (end < 0) {
          keep(chunk);
          return;
        }
        from = end + 1;
        if (!skipping && pendingBytes + from <= maxLineBytes) {
          whole(Buffer.concat([...pending, chunk.subarray(0, from)]));
        } else {
          if (!skipping) keep(chunk.subarray(0, from));
          number += 1;
        }
        skipping = false;
        drop();
      }
      const last = chunk.lastIndexOf(lineEnd);
      if (last >= from) {
        whole(chunk.subarray(from, last + 1));
        from = last + 1;
      }
      keep(chunk.subarray(from));
    },
    end(): void {
      if (pendingBytes === 0 && !skipping) return;
      sink.problem({
        code: "line_unfinished",
        detail: "the file ends without a line end",
        line: number,
      });
    },
  };
}
