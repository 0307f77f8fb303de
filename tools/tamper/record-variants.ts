import type { Subject } from "./subject.ts";
import { type Changes, type Target, targetsOf, type Variant, variantOf } from "./variant.ts";

/** Whole records exchanged, repeated, taken away and moved, in every file that has lines. */
export function* recordVariants(subject: Subject): Generator<Variant> {
  for (const target of targetsOf(subject)) {
    if (!target.path.endsWith(".jsonl")) continue;
    const lines = linesOf(target.bytes);
    for (const [at, line] of lines.entries()) {
      const next = lines[at + 1];
      yield made(target, "record removed", lines.toSpliced(at, 1), at);
      yield made(target, "record repeated", lines.toSpliced(at, 0, line), at);
      if (next !== undefined) {
        yield made(target, "records swapped", lines.with(at, next).with(at + 1, line), at);
      }
    }
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined || lines.length < 3) continue;
    const moved = [last, ...lines.slice(0, -1)];
    yield made(target, "record moved", moved, 0);
    yield made(target, "records swapped", [last, ...lines.slice(1, -1), first], 0);
    yield made(target, "records in reverse", lines.toReversed(), 0);
  }
}

/** With their line ends. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString("latin1");
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function made(target: Target, kind: string, lines: readonly string[], at: number): Variant {
  const { path, files, look } = target;
  const changes = (): Changes => new Map([[path, Buffer.from(lines.join(""), "latin1")]]);
  const line = firstDifference(linesOf(target.bytes), lines);
  const place = { files, line: target.hasLines ? line + 1 : null };
  const what = `${path} line ${at + 1}`;
  return variantOf({ kind, what, file: path, changes, look, place });
}

/** Equal neighbours may hide where it was done; what counts is where it shows. */
function firstDifference(before: readonly string[], after: readonly string[]): number {
  const at = before.findIndex((line, index) => line !== after[index]);
  return at < 0 ? before.length : at;
}
