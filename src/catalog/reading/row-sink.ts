import type { TableName, Tables } from "../tables/tables.ts";

/** Where readers put rows; each table's rows are written in bundles. */
export type RowSink = Readonly<{
  put: <T extends TableName>(table: T, row: Tables[T]) => Promise<void>;
}>;
