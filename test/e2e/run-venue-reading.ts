import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Row = Readonly<Record<string, unknown>>;

/** A document of a run, unread. */
export function document(directory: string, name: string): Row {
  return JSON.parse(readFileSync(join(directory, name), "utf8")) as Row;
}

/** The lines of a file of a run, unread. */
export function lines(directory: string, name: string): readonly Row[] {
  const text = readFileSync(join(directory, name), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}
