import type { z } from "zod";
import { parseJson } from "#base";
import { type Problem, schemaProblems, shorten } from "./problem.ts";
import { type FileFacts, readChunks } from "./read-chunks.ts";

export type ReadDocument<T> = Readonly<{
  value: T | null;
  facts: FileFacts | null;
  problems: readonly Problem[];
}>;

/** The largest JSON document that is read whole. */
const maxDocumentBytes = 64 * 1024 * 1024;

/**
 * Reads a JSON document strictly: UTF-8, no duplicate member, its schema and no key more, and the
 * very text that `documentText` writes for its value.
 */
export function readDocument<T>(path: string, schema: z.ZodType<T>): ReadDocument<T> {
  const chunks: Buffer[] = [];
  let held = 0;
  const facts = readChunks(path, (chunk) => {
    held += chunk.length;
    if (held <= maxDocumentBytes) chunks.push(Buffer.from(chunk));
  });
  if (!facts.ok) return { value: null, facts: null, problems: [facts.fault] };
  const failed = (problem: Problem): ReadDocument<T> => ({
    value: null,
    facts: facts.value,
    problems: [problem],
  });
  if (held > maxDocumentBytes) {
    return failed({ code: "file_too_large", detail: `larger than ${maxDocumentBytes} bytes` });
  }
  const text = decode(Buffer.concat(chunks));
  if (text === null) return failed({ code: "text_not_utf8", detail: "bytes are not UTF-8" });
  const parsed = parseJson(text);
  if (!parsed.ok) return failed({ code: "json_invalid", detail: shorten(parsed.fault.message) });
  const checked = schema.safeParse(parsed.value);
  if (!checked.success) {
    return {
      value: null,
      facts: facts.value,
      problems: schemaProblems(checked.error, undefined, parsed.value),
    };
  }
  if (`${JSON.stringify(checked.data, null, 2)}\n` !== text) {
    const detail = "not the canonical text of its value (keys in order, two spaces, one line end)";
    return { value: checked.data, facts: facts.value, problems: [problemOf(detail)] };
  }
  return { value: checked.data, facts: facts.value, problems: [] };
}

function problemOf(detail: string): Problem {
  return { code: "text_not_canonical", detail };
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
