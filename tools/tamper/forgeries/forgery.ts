import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editDocument, editRecord } from "#support";

/**
 * False content of a forger who knows the format and has the key: text, schema, sums and seal stay
 * right, so that only the claim itself can find it.
 */
export type Forgery = Readonly<{
  claim: string;
  code: string;
  /** The file whose content is false. */
  file: string;
  change: (directory: string, runId: string) => void;
}>;

export type Bag = Record<string, unknown>;

export function bag(value: unknown): Bag {
  return value as Bag;
}

export function more(record: Bag, key: string, by = 1): void {
  record[key] = Number(record[key]) + by;
}

/** Another digest in the place of one. */
export function otherHex(value: unknown): string {
  const text = String(value);
  return `${text[0] === "0" ? "1" : "0"}${text.slice(1)}`;
}

/** A line by its number from 0, from -1 backwards, or by a text in it: the first, or the last. */
export type Which = number | string | Readonly<{ last: string }>;

export type RecordEdit = readonly [
  claim: string,
  code: string,
  file: string,
  which: Which,
  edit: (record: Bag) => void,
];

export function recordForgery([claim, code, file, which, edit]: RecordEdit): Forgery {
  return {
    claim,
    code,
    file,
    change: (directory) => editRecord(directory, file, indexOf(directory, file, which), edit),
  };
}

export type DocumentEdit = readonly [
  claim: string,
  code: string,
  file: string,
  edit: (document: Bag) => void,
];

export function documentForgery([claim, code, file, edit]: DocumentEdit): Forgery {
  return { claim, code, file, change: (directory) => editDocument(directory, file, edit) };
}

/** Replaces the bytes of a file by what `edit` makes of them. */
export function editBytes(path: string, edit: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(path, edit(readFileSync(path)));
}

function indexOf(directory: string, file: string, which: Which): number {
  const lines = readFileSync(join(directory, file), "utf8").split("\n").slice(0, -1);
  if (typeof which === "number") return which < 0 ? lines.length + which : which;
  const isThere = (line: string): boolean =>
    line.includes(typeof which === "string" ? which : which.last);
  const at = typeof which === "string" ? lines.findIndex(isThere) : lines.findLastIndex(isThere);
  if (at < 0) throw new Error(`${file} has no line with ${JSON.stringify(which)}`);
  return at;
}
