import { type Kysely, sql } from "kysely";
import { type Fault, ok, type Result } from "#base";
import { compareSources } from "../build/compare-sources.ts";
import { listSources } from "../sources/list-sources.ts";
import type { CatalogStore } from "../store/store.ts";
import type { SourceRow } from "../tables/source-rows.ts";
import { type TableName, type Tables, tableNames } from "../tables/tables.ts";

export type SkippedSource = Pick<
  SourceRow,
  "path" | "kind" | "reason_code" | "reason" | "reason_at"
>;

export type CatalogInfo = Readonly<{
  engine: CatalogStore["engine"];
  place: string;
  schema_version: number;
  /** When the files were last looked at. */
  refreshed_at: string;
  rows: Readonly<Record<TableName, number>>;
  skipped: readonly SkippedSource[];
  /** What a refresh would read again, and what it would forget. */
  behind: Readonly<{ fresh: number; gone: number }>;
}>;

/** What the index holds and how far it is behind the files; changes nothing. */
export function catalogInfo(
  store: CatalogStore,
  root: string,
): Promise<Result<CatalogInfo, Fault>> {
  return store.read(async (db) => {
    const sources = listSources(root);
    if (!sources.ok) return sources;
    const { fresh, stale } = await compareSources(db, sources.value);
    const paths = new Set(fresh.map(({ path }) => path));
    const { schema_version, refreshed_at } = await db
      .selectFrom("catalog_info")
      .selectAll()
      .executeTakeFirstOrThrow();
    return ok({
      engine: store.engine,
      place: store.place,
      schema_version,
      refreshed_at,
      rows: await countRows(db),
      skipped: await skippedIn(db),
      behind: { fresh: fresh.length, gone: stale.filter(({ path }) => !paths.has(path)).length },
    });
  });
}

/** What could not be read when it was last looked at, by path. */
export function listSkipped(store: CatalogStore): Promise<Result<readonly SkippedSource[], Fault>> {
  return store.read(async (db) => ok(await skippedIn(db)));
}

function skippedIn(db: Kysely<Tables>): Promise<readonly SkippedSource[]> {
  return db
    .selectFrom("sources")
    .select(["path", "kind", "reason_code", "reason", "reason_at"])
    .where("state", "=", "skipped")
    .orderBy("path")
    .execute();
}

async function countRows(db: Kysely<Tables>): Promise<Record<TableName, number>> {
  const counts: Partial<Record<TableName, number>> = {};
  for (const table of tableNames) {
    const count = sql<Readonly<{ rows: number }>>`select count(*) as rows from ${sql.table(table)}`;
    counts[table] = (await count.execute(db)).rows[0]?.rows ?? 0;
  }
  return counts as Record<TableName, number>;
}
