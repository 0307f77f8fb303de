import type { Kysely } from "kysely";
import type { Fault, Json, Result } from "#base";
import type { Migration } from "./migration.ts";

export type StoreEngine = "sqlite" | "postgres";

/**
 * The tables of one service, in `<root>/mesh/store.sqlite` or in the schema `assay_mesh` of a
 * PostgreSQL. The same queries serve both: columns are texts and whole numbers below 2^53.
 * Faults of every act: store_unavailable, store_unwritable, store_disk_full, store_damaged,
 * store_busy, store_foreign, store_conflict (a key that exists already, or a condition of a table).
 */
export type Store = Readonly<{
  engine: StoreEngine;
  /** For people; never with a password. */
  place: string;
  /**
   * Brings the tables of this service to their newest form and opens them. Migrations are applied
   * once each, in order, all or none. Faults: store_newer (made by a newer version of the service),
   * store_foreign (what is there was made by other migrations or by somebody else).
   */
  open: <T>(migrations: readonly Migration[]) => Promise<Result<Tables<T>, Fault>>;
}>;

/** `T` maps the name of each table to its row, as kysely wants it. */
export type Tables<T> = Readonly<{
  read: <R>(act: (db: Kysely<T>) => Promise<Result<R, Fault>>) => Promise<Result<R, Fault>>;
  /**
   * One transaction: all of it or, on a fault or an error, nothing. Whatever the act changes it
   * also hands to `record`; these records are durable in the service's change log when this
   * returns ok. Fault change_not_logged: the change stands, and its record follows when the log
   * can be written again. Changes of a service wait for each other, so an act starts no other one;
   * it may run again from its beginning when another process was faster.
   */
  change: <R>(
    act: (db: Kysely<T>, record: RecordChange) => Promise<Result<R, Fault>>,
  ) => Promise<Result<R, Fault>>;
}>;

/** What changed, in the words of the service: `strategy_created` with the row as it is now. */
export type RecordChange = (change: Readonly<{ type: string; body: Json }>) => void;
