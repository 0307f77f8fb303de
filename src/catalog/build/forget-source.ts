import { type Kysely, sql } from "kysely";
import type { SourceKind } from "../tables/source-rows.ts";
import { type Tables, tables } from "../tables/tables.ts";

/** Removes every row that came from a source, but not the row of the source itself. */
export async function forgetRows(
  db: Kysely<Tables>,
  source: Readonly<{ kind: SourceKind; name: string }>,
): Promise<void> {
  for (const [table, { owner }] of Object.entries(tables)) {
    if (owner === null || owner.kind !== source.kind) continue;
    const owned = sql`${sql.ref(owner.column)} = ${source.name}`;
    await sql`delete from ${sql.table(table)} where ${owned}`.execute(db);
  }
}
