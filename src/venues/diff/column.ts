import type { VenueLibrary } from "../port.ts";

/** A way to the venue: the two libraries, and our own words as what both are measured against. */
export type Column = VenueLibrary;

export const columns: readonly Column[] = ["direct", "okx_sdk", "ccxt"];

/** One value for each column. */
export type ByColumn<T> = Readonly<Record<Column, T>>;

export function byColumn<T>(of: (column: Column) => T): ByColumn<T> {
  return { direct: of("direct"), okx_sdk: of("okx_sdk"), ccxt: of("ccxt") };
}
