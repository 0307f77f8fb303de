import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { canonicalJson, type Fault, type Json, ok, type Result } from "#base";
import type { CatalogStore } from "../store/store.ts";
import { type TableName, type Tables, tableNames, tables } from "../tables/tables.ts";

/** Sizes of the pages that a dump is read in. */
const pageRows = 1000;

export type DumpSummary = Readonly<{ rows: number; sha256: string }>;

/**
 * Everything that the index says, as JSON lines by table and key: equal files give equal bytes on
 * every engine. Left out is what depends on the machine or the hour: when the files were looked at,
 * and the stamps by which changes are noticed.
 */
export function dumpCatalog(
  store: CatalogStore,
  line: (text: string) => void,
): Promise<Result<DumpSummary, Fault>> {
  const digest = createHash("sha256");
  let rows = 0;
  return store.read(async (db) => {
    for (const table of tableNames) {
      if (table === "catalog_info") continue;
      for await (const row of rowsOf(db, table)) {
        const text = canonicalJson({ table, ...row });
        digest.update(`${text}\n`);
        rows += 1;
        line(text);
      }
    }
    return ok({ rows, sha256: digest.digest("hex") });
  });
}

type JsonRow = Readonly<Record<string, Json>>;

/** By key, page after page: each starts behind the last row of the one before. */
async function* rowsOf(db: Kysely<Tables>, table: TableName): AsyncGenerator<JsonRow, void> {
  let last: JsonRow | undefined;
  do {
    const page: readonly JsonRow[] = await pageOf(db, table, last);
    yield* page;
    last = page.length < pageRows ? undefined : page.at(-1);
  } while (last !== undefined);
}

async function pageOf(
  db: Kysely<Tables>,
  table: TableName,
  last: JsonRow | undefined,
): Promise<readonly JsonRow[]> {
  const { columns, key } = tables[table];
  const shown = Object.keys(columns).filter((column) => column !== "stamp");
  const order = sql.join(key.map((column) => sql.ref(column)));
  const values = sql.join(key.map((column) => last?.[column]));
  const behind = last === undefined ? sql`` : sql`where (${order}) > (${values})`;
  const { rows } = await sql<JsonRow>`
    select ${sql.join(shown.map((column) => sql.ref(column)))}
    from ${sql.table(table)} ${behind} order by ${order} limit ${pageRows}
  `.execute(db);
  return rows;
}
