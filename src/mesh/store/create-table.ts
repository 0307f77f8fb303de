import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from "kysely";
import type { ColumnType, TableSpec } from "./migration.ts";
import type { StoreEngine } from "./store.ts";

/** Makes a table that means the same on both engines. */
export async function createTable(
  db: Kysely<unknown>,
  engine: StoreEngine,
  { name, columns, key, indexes = [], unique = [] }: TableSpec,
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const [column, type] of Object.entries(columns)) {
    table = table.addColumn(column, sqlType(type, engine), (definition) =>
      type.endsWith("null") ? definition : definition.notNull(),
    );
  }
  table = table.addPrimaryKeyConstraint(`${name}_key`, [...key]);
  for (const list of unique) {
    table = table.addUniqueConstraint(`${name}_once_${list.join("_")}`, [...list]);
  }
  // Without it SQLite stores a text in a column of integers, and PostgreSQL refuses.
  await (engine === "sqlite" ? table.modifyEnd(sql`strict`) : table).execute();
  for (const list of indexes) {
    const index = db.schema.createIndex(`${name}_by_${list.join("_")}`);
    await index
      .on(name)
      .columns([...list])
      .execute();
  }
}

/** Texts compare by their bytes on both engines, whatever the locale of a server. */
function sqlType(type: ColumnType, engine: StoreEngine): RawBuilder<unknown> {
  const text = type.startsWith("text");
  if (engine === "sqlite") return text ? sql`text` : sql`integer`;
  return text ? sql`text collate "C"` : sql`bigint`;
}
