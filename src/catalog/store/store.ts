import type { Kysely } from "kysely";
import type { Fault, Result } from "#base";
import type { Tables } from "../tables/tables.ts";

export type Engine = "sqlite" | "postgres";

/** Work on the tables; the same queries serve every engine. */
export type Act<T> = (db: Kysely<Tables>) => Promise<Result<T, Fault>>;

/**
 * Where an index lives. It holds nothing that the files do not say, so it may be thrown away at any
 * time. A process uses one store for one place: acts on it wait for each other where the engine
 * cannot have them side by side, so an act does not start another one on its store. Faults of every
 * act: catalog_unavailable, catalog_unwritable, catalog_disk_full, catalog_damaged,
 * catalog_lock_timed_out.
 */
export type CatalogStore = AsyncDisposable &
  Readonly<{
    engine: Engine;
    /** For people; never with a password. */
    place: string;
    /** Fault when something that is not ours is in the place: catalog_foreign. */
    state: () => Promise<Result<StoreState, Fault>>;
    read: <T>(act: Act<T>) => Promise<Result<T, Fault>>;
    /** All of the act's changes, or none. */
    change: <T>(act: Act<T>) => Promise<Result<T, Fault>>;
    /**
     * A new index from empty tables. Readers see the old one until the act has ended well, and
     * for ever when it does not.
     */
    replace: <T>(act: Act<T>) => Promise<Result<T, Fault>>;
  }>;

/** `outdated`: made by another version of the tables, or damaged; only `replace` helps. */
export type StoreState = "absent" | "outdated" | "ready";
