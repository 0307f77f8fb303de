import { createHash } from "node:crypto";
import type { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { parseShape } from "./parse-shape.ts";
import { chunksOf } from "./read-bytes.ts";

export type ReadDocument<T> = Readonly<{ value: T; sha256: string }>;

/** The largest document that is read whole; manifests and summaries are a few kilobytes. */
const maxDocumentBytes = 16 * 1024 * 1024;

/** Reads a JSON document. Faults: file_*, text_not_utf8, json_invalid, record_invalid. */
export function readDocument<T>(
  path: string,
  shape: z.ZodType<T>,
  at: string,
): Result<ReadDocument<T>, Fault> {
  const digest = createHash("sha256");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunksOf(path, at)) {
    if (!chunk.ok) return chunk;
    bytes += chunk.value.length;
    if (bytes > maxDocumentBytes) {
      const message = `the document is larger than ${maxDocumentBytes} bytes`;
      return err({ code: "file_too_large", message, at });
    }
    digest.update(chunk.value);
    chunks.push(Buffer.from(chunk.value));
  }
  const text = decode(Buffer.concat(chunks));
  if (text === null) return err({ code: "text_not_utf8", message: "bytes are not UTF-8", at });
  const parsed = parseShape(text, shape, at);
  return parsed.ok ? ok({ value: parsed.value, sha256: digest.digest("hex") }) : parsed;
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
