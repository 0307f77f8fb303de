import { CompiledQuery, type Kysely, sql } from "kysely";
import type { RowSink } from "../reading/row-sink.ts";
import { type TableName, type Tables, tableNames, tables } from "../tables/tables.ts";

/** Rows in one statement: enough to amortise it, few enough parameters for both engines. */
const bundleRows = 200;

/** Tables hold texts, whole numbers and nothing. */
type Row = Readonly<Record<string, string | number | null>>;

export type RowWriter = RowSink &
  Readonly<{
    /** Writes what is still held. */
    flush: () => Promise<void>;
    /** Forgets what is still held. */
    discard: () => void;
  }>;

/** Collects rows by table and writes them in bundles, so that memory is flat in their number. */
export function createRowWriter(db: Kysely<Tables>): RowWriter {
  const held = new Map<TableName, Row[]>();
  // Whole bundles of a table differ in their values alone: their statement is put together once.
  const wholeBundles = new Map<TableName, string>();

  async function write(table: TableName): Promise<void> {
    const rows = held.get(table) ?? [];
    held.delete(table);
    if (rows.length === 0) return;
    const known = rows.length === bundleRows ? wholeBundles.get(table) : undefined;
    const text = known ?? insertText(db, table, rows.length);
    if (rows.length === bundleRows) wholeBundles.set(table, text);
    const columns = Object.keys(tables[table].columns);
    const values = rows.flatMap((row) => columns.map((column) => row[column]));
    await db.executeQuery(CompiledQuery.raw(text, values));
  }

  return {
    async put(table, row): Promise<void> {
      const rows = held.get(table);
      if (rows === undefined) held.set(table, [row]);
      else if (rows.push(row) >= bundleRows) await write(table);
    },
    async flush(): Promise<void> {
      for (const table of tableNames) await write(table);
    },
    discard: () => held.clear(),
  };
}

/** In the words of the engine: each marks the places of values in its own way. */
function insertText(db: Kysely<Tables>, table: TableName, rows: number): string {
  const columns = Object.keys(tables[table].columns);
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const tuple = sql`(${sql.join(columns.map(() => null))})`;
  const tuples = sql.join(Array.from({ length: rows }, () => tuple));
  return sql`insert into ${sql.table(table)} (${names}) values ${tuples}`.compile(db).sql;
}
