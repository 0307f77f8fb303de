import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import { Pool, types } from "pg";
import { err, type Fault, ok, type Result } from "#base";
import { catalogSchema, type Tables } from "../tables/tables.ts";
import { catalogMarker, createIndexes, createTables } from "./create-tables.ts";
import { inTransaction } from "./in-transaction.ts";
import { postgresFault } from "./postgres-faults.ts";
import type { Act, CatalogStore, StoreState } from "./store.ts";

/** The index has a schema of its own in the database; a new one grows in another beside it. */
const schema = "assay_catalog";
const freshSchema = "assay_catalog_next";

/** Serialises those who rebuild; any number that no one else in the database uses ("ASSY"). */
const advisoryLock = 0x41_53_53_59;

/** An index on a server. The address is a URL that `pg` reads; its password is never shown. */
export function createPostgresStore(url: URL): CatalogStore {
  const place = placeOf(url);
  const db = openKysely(url);

  async function guarded<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    try {
      return await act();
    } catch (cause) {
      const fault = postgresFault(cause, place);
      if (fault === null) throw cause;
      return err(fault);
    }
  }

  return {
    engine: "postgres",
    place,
    state: () => guarded(() => stateOf(db, place)),
    read: (act) => guarded(() => act(db)),
    change: (act) => guarded(() => inTransaction(db, act)),
    replace: (act) => guarded(() => inTransaction(db, (trx) => replace(trx, act, place))),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** Everything in one transaction: the old tables are locked only when the new ones are whole. */
async function replace<T>(db: Kysely<Tables>, act: Act<T>, at: string): Promise<Result<T, Fault>> {
  await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(db);
  const state = await stateOf(db, at);
  if (!state.ok) return state;
  await sql`create schema ${sql.id(freshSchema)}`.execute(db);
  // For this transaction the names of the tables mean the new ones.
  await sql`set local search_path to ${sql.id(freshSchema)}`.execute(db);
  await createTables(db, "postgres");
  const filled = await act(db);
  if (!filled.ok) return filled;
  await createIndexes(db);
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
  await sql`alter schema ${sql.id(freshSchema)} rename to ${sql.id(schema)}`.execute(db);
  return filled;
}

async function stateOf(db: Kysely<Tables>, at: string): Promise<Result<StoreState, Fault>> {
  const { rows } = await sql<Readonly<{ spaces: number; tables: number }>>`
    select
      (select count(*) from pg_namespace where nspname = ${schema}) as spaces,
      (select count(*) from pg_tables where schemaname = ${schema}
        and tablename = 'catalog_info') as tables
  `.execute(db);
  const found = rows[0];
  if (found === undefined || found.spaces === 0) return ok("absent");
  if (found.tables === 0) return foreign(at);
  const info = await db.selectFrom("catalog_info").select(["marker", "schema_version"]).execute();
  if (info[0]?.marker !== catalogMarker) return foreign(at);
  return ok(info[0].schema_version === catalogSchema ? "ready" : "outdated");
}

function foreign(at: string): Result<never, Fault> {
  const message = `the schema ${schema} there is no catalog of ours and stays as it is`;
  return err({ code: "catalog_foreign", message, at });
}

function openKysely(url: URL): Kysely<Tables> {
  const dialect = new PostgresDialect({
    pool: createPool(url),
    async onCreateConnection(connection) {
      await connection.executeQuery(CompiledQuery.raw(`set search_path to ${schema}`));
    },
  });
  return new Kysely({ dialect });
}

function createPool(url: URL): Pool {
  const pool = new Pool({
    connectionString: url.href,
    application_name: "assay catalog",
    max: 2,
    connectionTimeoutMillis: 5_000,
    lock_timeout: 10_000,
    // One statement writes a bundle of rows or moves a schema; none takes a minute.
    query_timeout: 60_000,
    types: {
      // Counts and whole numbers are bigint there; ours are exact in float64.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  });
  // An idle connection that breaks is replaced by the next query, which has its own error.
  pool.on("error", () => {});
  // Nor may one that breaks while it is used: its query tells.
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}

function placeOf(url: URL): string {
  const user = url.username === "" ? "" : `${url.username}@`;
  return `postgres://${user}${url.host}${url.pathname}`;
}
