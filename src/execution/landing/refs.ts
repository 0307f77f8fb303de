import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "#base";
import type { EvidenceRef } from "#evidence";

export type RefPlace = Readonly<{
  file: string;
  /** From 1, inclusive. */
  start: number;
  end: number;
}>;

/**
 * A ref to lines that have landed: the digest is over exactly their bytes, so the file may go on
 * growing. Lines that are not there are a bug of the writer.
 */
export function refToLines(
  directory: string,
  { file, start, end }: RefPlace,
  auditScopeId: string | null,
): EvidenceRef {
  const bytes = readFileSync(join(directory, file));
  const [from, to] = spanOf(bytes, start, end);
  assert(to > from, `${file} has no lines ${start} to ${end}`);
  return {
    file,
    line_start: start,
    line_end: end,
    sha256: createHash("sha256").update(bytes.subarray(from, to)).digest("hex"),
    audit_scope_id: auditScopeId,
  };
}

/** First byte of line `start`, and the byte behind the end of line `end`. */
function spanOf(bytes: Buffer, start: number, end: number): readonly [number, number] {
  let line = 1;
  let from = start === 1 ? 0 : -1;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (line === end && from >= 0) return [from, at + 1];
    line += 1;
    if (line === start) from = at + 1;
  }
  return [0, 0];
}

const lineFeed = 0x0a;

/** Makes refs to single lines of files that are closed; each file is read once. */
export type RefMaker = (file: string, line: number) => () => EvidenceRef;

export function createRefMaker(directory: string, auditScopeId: string | null): RefMaker {
  const linesByFile = new Map<string, readonly string[]>();
  return (file, line) => () => {
    const lines = linesByFile.get(file) ?? readFileSync(join(directory, file), "utf8").split("\n");
    linesByFile.set(file, lines);
    const text = lines[line - 1];
    assert(text !== undefined && line < lines.length, `${file} has no line ${line}`);
    const sha256 = createHash("sha256").update(`${text}\n`).digest("hex");
    return { file, line_start: line, line_end: line, sha256, audit_scope_id: auditScopeId };
  };
}
