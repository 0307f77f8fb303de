import type { Fault } from "#base";
import { createLineFile, type FileRecord } from "./line-file.ts";

/**
 * A JSON document too long to hold: its head on the first line, then one record per line, each but
 * the first led by a comma, then `]}`. Any JSON parser reads it whole, ours line by line.
 */
export type ListDocument = Readonly<{
  readonly failure: Fault | null;
  readonly records: number;
  /** The record's JSON text. */
  record: (text: string) => void;
  finish: () => FileRecord | null;
}>;

export function createListDocument(path: string, head: object, listKey: string): ListDocument {
  const file = createLineFile(path);
  let records = 0;
  file.line(listHeadText(head, listKey));
  return {
    get failure(): Fault | null {
      return file.failure;
    },
    get records(): number {
      return records;
    },
    record(text): void {
      file.line(records === 0 ? text : `,${text}`);
      records += 1;
    },
    finish(): FileRecord | null {
      file.line(listTail);
      return file.finish();
    },
  };
}

/** `{..., "agents":[` of a head without its closing brace. */
export function listHeadText(head: object, listKey: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"${listKey}":[`;
}

export const listTail = "]}";
