import type { Kysely } from "kysely";
import type { Source } from "../sources/source.ts";
import type { SourceRow } from "../tables/source-rows.ts";
import type { Tables } from "../tables/tables.ts";

/** How the files differ from what the index was made of. */
export type SourceChanges = Readonly<{
  /** New or changed: to be read. */
  fresh: readonly Source[];
  /** Changed or gone: their rows are to be forgotten. */
  stale: readonly IndexedSource[];
}>;

type IndexedSource = Pick<SourceRow, "path" | "kind" | "name" | "stamp" | "state">;

export async function compareSources(
  db: Kysely<Tables>,
  now: readonly Source[],
): Promise<SourceChanges> {
  const known = await db
    .selectFrom("sources")
    .select(["path", "kind", "name", "stamp", "state"])
    .orderBy("path")
    .execute();
  const stampByPath = new Map(now.map(({ path, stamp }) => [path, stamp]));
  const knownByPath = new Map(known.map(({ path, stamp }) => [path, stamp]));
  return {
    fresh: now.filter(({ path, stamp }) => knownByPath.get(path) !== stamp),
    stale: known.filter(({ path, stamp }) => stampByPath.get(path) !== stamp),
  };
}
