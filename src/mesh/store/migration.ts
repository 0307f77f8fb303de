/** A step in the life of a service's tables. Once released it never changes: a new one follows. */
export type Migration = Readonly<{
  /** Unique within the service; by custom `0001_strategies`. */
  id: string;
  tables: readonly TableSpec[];
  /** Statements for both engines, after the tables: to change what earlier migrations made. */
  statements?: readonly string[];
}>;

/** A table; its name begins with that of the service in lower_snake: `strategy_service_orders`. */
export type TableSpec = Readonly<{
  name: string;
  columns: Readonly<Record<string, ColumnType>>;
  key: readonly string[];
  /** Lists of columns, each for one index. */
  indexes?: readonly (readonly string[])[];
  /** Lists of columns whose values must not come twice. */
  unique?: readonly (readonly string[])[];
}>;

/** Texts compare by their bytes on both engines; integers are exact below 2^53. */
export type ColumnType = "text" | "text null" | "integer" | "integer null";
