import type { Fault } from "#base";
import { kindOfEntry } from "../files/open-regular.ts";
import { clean } from "../files/parse-shape.ts";
import type { Entry } from "./list-folder.ts";

export type EntryMust = Readonly<{
  be: "directory" | "file";
  /** Of the name. */
  form: RegExp;
  /** What such entries are, for people. */
  what: string;
}>;

/** Why an entry cannot be what its place says: its kind first, then its name; null when it can. */
export function refuseEntry({ dirent, name, path }: Entry, must: EntryMust): Fault | null {
  const fits = must.be === "directory" ? dirent.isDirectory() : dirent.isFile();
  if (!fits) {
    const message = `is ${kindOfEntry(dirent)}, not a ${must.be}`;
    return { code: `not_a_${must.be}`, message, at: path };
  }
  if (must.form.test(name)) return null;
  return { code: "name_unknown", message: `"${clean(name)}" is no name of ${must.what}`, at: path };
}
