import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { reasonOf, systemCode } from "../files/system-code.ts";
import type { SourceKind } from "../tables/source-rows.ts";
import type { Source } from "./source.ts";
import { stampOf } from "./stamp.ts";

export type Entry = Readonly<{
  name: string;
  /** Relative to the root. */
  path: string;
  dirent: Dirent;
}>;

/**
 * The sources in a folder of the root. A folder that cannot be listed is one refused source: what
 * lies in it is unknown.
 */
export function sourcesIn(
  root: string,
  kind: SourceKind,
  folder: string,
  sourceOf: (entry: Entry) => Source,
): readonly Source[] {
  const entries = listFolder(root, folder);
  if (entries.ok) return entries.value.map(sourceOf);
  const stamp = stampOf(root, [folder]);
  return [{ kind, name: folder, path: folder, stamp, refusal: entries.fault }];
}

/**
 * What lies in a folder, by name; nothing where it is absent. Names that start with a dot belong to
 * whoever is at work there. Fault: folder_unreadable.
 */
export function listFolder(root: string, folder: string): Result<readonly Entry[], Fault> {
  try {
    const dirents = readdirSync(join(root, folder), { withFileTypes: true });
    const shown = dirents.filter(({ name }) => !name.startsWith("."));
    return ok(
      shown.map((dirent) => ({ name: dirent.name, path: `${folder}/${dirent.name}`, dirent })),
    );
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    if (code === "ENOENT") return ok([]);
    const message = `the folder cannot be listed: ${reasonOf(code)}`;
    return err({ code: "folder_unreadable", message, at: folder });
  }
}
