import type { SourceKind } from "./source-rows.ts";

/** Both engines know the same two types, so one row type and one query serve both. */
export type ColumnType = "text" | "integer" | "text or null" | "integer or null";

/** The column type of a value type: another one for a key is a compile error. */
type ColumnTypeOf<Value> = [null] extends [Value]
  ? `${PlainTypeOf<Exclude<Value, null>>} or null`
  : PlainTypeOf<Value>;

type PlainTypeOf<Value> = [Value] extends [string] ? "text" : "integer";

export type Columns<Row> = { readonly [Key in keyof Row]-?: ColumnTypeOf<Row[Key]> };

export type TableSpec<Row> = Readonly<{
  columns: Columns<Row>;
  /** Primary key, and the order of the dump. */
  key: readonly (keyof Row & string)[];
  indexes: readonly (readonly (keyof Row & string)[])[];
  /** Rows come from a source of this kind, whose name stands in this column. */
  owner: Readonly<{ kind: SourceKind; column: keyof Row & string }> | null;
}>;
