import { type Kysely, sql } from "kysely";
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

  async function write(table: TableName): Promise<void> {
    const rows = held.get(table) ?? [];
    held.delete(table);
    if (rows.length > 0) await insertRows(db, table, rows);
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

async function insertRows(
  db: Kysely<Tables>,
  table: TableName,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(tables[table].columns);
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const tuples = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
  await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(tuples)}`.execute(db);
}
