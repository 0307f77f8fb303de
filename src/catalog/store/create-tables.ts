import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from "kysely";
import type { ColumnType } from "../tables/columns.ts";
import { catalogSchema, type TableName, type Tables, tables } from "../tables/tables.ts";
import type { Engine } from "./store.ts";

/** What `catalog_info` says first: the tables around it are ours. */
export const catalogMarker = "assay-catalog";

/** Empty tables without indexes, which are cheaper to make when the rows are there. */
export async function createTables(db: Kysely<Tables>, engine: Engine): Promise<void> {
  for (const [name, { columns, key }] of Object.entries(tables)) {
    let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
    for (const [column, type] of Object.entries<ColumnType>(columns)) {
      table = table.addColumn(column, sqlType(type, engine), (definition) =>
        type.endsWith("null") ? definition : definition.notNull(),
      );
    }
    table = table.addPrimaryKeyConstraint(`${name}_key`, [...key]);
    // Without it SQLite stores a text in a column of integers, and PostgreSQL refuses.
    await (engine === "sqlite" ? table.modifyEnd(sql`strict`) : table).execute();
  }
  const marked = { marker: catalogMarker, schema_version: catalogSchema, refreshed_at: "never" };
  await db.insertInto("catalog_info").values(marked).execute();
}

export async function createIndexes(db: Kysely<Tables>): Promise<void> {
  for (const [name, { indexes }] of Object.entries(tables)) {
    for (const columns of indexes) {
      const index = db.schema.createIndex(`${name}_by_${columns.join("_")}`);
      await index
        .on(name as TableName)
        .columns([...columns])
        .execute();
    }
  }
}

/** Texts compare by their bytes on both engines, whatever the locale of a server. */
function sqlType(type: ColumnType, engine: Engine): RawBuilder<unknown> {
  const text = type.startsWith("text");
  if (engine === "sqlite") return text ? sql`text` : sql`integer`;
  return text ? sql`text collate "C"` : sql`bigint`;
}
