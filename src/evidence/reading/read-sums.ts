import { isEvidencePath } from "../seal/sums.ts";
import { maxFiles } from "../seal/walk.ts";
import type { Problem } from "./problem.ts";
import type { FileFacts } from "./read-chunks.ts";
import { readLines } from "./read-lines.ts";

export type ReadSums = Readonly<{
  /** Digest by path, in the order of the file. */
  digests: ReadonlyMap<string, string>;
  facts: FileFacts | null;
  problems: readonly Problem[];
}>;

/** `<64 hex>  <path>`; paths are plain, so that no line can point out of the directory. */
const lineForm = /^([0-9a-f]{64}) {2}(\S{1,512})$/;

const maxProblems = 100;

/**
 * Reads SHA256SUMS in exactly the form `formatSums` writes: ascending paths, each once, and no more
 * than a directory may hold, so that a hostile file costs some 60 MB and not the memory.
 */
export function readSums(path: string): ReadSums {
  const digests = new Map<string, string>();
  const problems: Problem[] = [];
  const refuse = (problem: Problem): void => {
    if (problems.length < maxProblems) problems.push(problem);
  };
  let previous = "";
  let isFull = false;
  const facts = readLines(path, {
    line(text, number): void {
      const [, digest, name] = lineForm.exec(text) ?? [];
      if (digest === undefined || name === undefined || !isEvidencePath(name)) {
        const detail = "not a line of the form `<64 hex>  <path>`";
        refuse({ code: "record_invalid", detail, line: number });
        return;
      }
      if (name <= previous) {
        const detail = `${name} is out of order or listed twice`;
        refuse({ code: "text_not_canonical", detail, line: number });
      }
      previous = name;
      if (digests.size < maxFiles) digests.set(name, digest);
      else if (!isFull) {
        isFull = true;
        const detail = `more than ${maxFiles} files: what follows is not looked at`;
        refuse({ code: "record_invalid", detail, line: number });
      }
    },
    problem: refuse,
  });
  if (!facts.ok) refuse(facts.fault);
  return { digests, facts: facts.ok ? facts.value : null, problems };
}
