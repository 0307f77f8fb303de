import { err, type Fault, ok, type Result } from "#base";
import { chunksOf } from "./read-bytes.ts";

/** A line without its end; numbers count from 1. */
export type Line = Readonly<{ number: number; text: string }>;

/** The longest line that is read; far above any record we write. */
export const maxLineBytes: number = 8 * 1024 * 1024;

const lineEnd = 0x0a;

/**
 * Yields the lines of a UTF-8 file, holding one piece of the file and one line at a time. The
 * first fault ends it: file_*, text_not_utf8, line_too_long, line_unfinished.
 */
export function* linesOf(path: string, at: string): Generator<Result<Line, Fault>, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;

  for (const chunk of chunksOf(path, at)) {
    if (!chunk.ok) {
      yield chunk;
      return;
    }
    let start = 0;
    for (let end = chunk.value.indexOf(lineEnd); end >= 0; ) {
      number += 1;
      const tail = chunk.value.subarray(start, end);
      const bytes = pendingBytes === 0 ? tail : Buffer.concat([...pending, tail]);
      const line = decodeLine(decoder, bytes, number, at);
      yield line;
      if (!line.ok) return;
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      end = chunk.value.indexOf(lineEnd, start);
    }
    // The memory of the piece is used again for the next one, so its rest is copied.
    pending.push(Buffer.from(chunk.value.subarray(start)));
    pendingBytes += chunk.value.length - start;
    if (pendingBytes > maxLineBytes) {
      yield tooLong(number + 1, at);
      return;
    }
  }
  if (pendingBytes === 0) return;
  const message = "the file ends without a line end";
  yield err({ code: "line_unfinished", message, at: `${at}:${number + 1}` });
}

function decodeLine(
  decoder: TextDecoder,
  bytes: Buffer,
  number: number,
  at: string,
): Result<Line, Fault> {
  if (bytes.length > maxLineBytes) return tooLong(number, at);
  try {
    return ok({ number, text: decoder.decode(bytes) });
  } catch {
    return err({ code: "text_not_utf8", message: "bytes are not UTF-8", at: `${at}:${number}` });
  }
}

function tooLong(number: number, at: string): Result<never, Fault> {
  const message = `the line is longer than ${maxLineBytes} bytes`;
  return err({ code: "line_too_long", message, at: `${at}:${number}` });
}
