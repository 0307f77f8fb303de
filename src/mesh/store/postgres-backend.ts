import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import { Pool, types } from "pg";
import { err, type Fault, ok, type Result } from "#base";
import type { StoreAct, StoreBackend } from "./backend.ts";
import { isOvertaken, postgresFault } from "./postgres-faults.ts";

/** The mesh has a schema of its own in the database. */
const schema = "assay_mesh";

/** Serialises those who change tables; any number that no one else in the database uses. */
const advisoryLock = 0x41_53_4d_53;

/** How often a transaction that others overtook begins again before it is store_busy. */
const maxAttempts = 8;

/** A store on a server. The address is a URL that `pg` reads; its password is never shown. */
export async function openPostgresBackend(url: URL): Promise<Result<StoreBackend, Fault>> {
  const user = url.username === "" ? "" : `${url.username}@`;
  const place = `postgres://${user}${url.host}${url.pathname}`;
  const db = openKysely(url);

  async function guarded<R>(act: () => Promise<Result<R, Fault>>): Promise<Result<R, Fault>> {
    try {
      return await act();
    } catch (cause) {
      const fault = postgresFault(cause, place);
      if (fault === null) throw cause;
      return err(fault);
    }
  }

  async function lockAnd<R>(
    connection: Kysely<unknown>,
    act: StoreAct<R>,
  ): ReturnType<StoreAct<R>> {
    await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(connection);
    return act(connection);
  }

  const made = await guarded(() => {
    return inTransaction(db, (connection) => lockAnd(connection, makeSchema), "read committed");
  });
  if (!made.ok) {
    await db.destroy();
    return made;
  }
  return ok({
    engine: "postgres",
    place,
    read: (act) => guarded(() => act(db)),
    transact: (act) => guarded(() => untilDone(() => inTransaction(db, act, "serializable"))),
    transactAlone: (act) =>
      guarded(() => inTransaction(db, (on) => lockAnd(on, act), "read committed")),
    close: () => db.destroy(),
  });
}

async function makeSchema(connection: Kysely<unknown>): Promise<Result<void, Fault>> {
  await sql`create schema if not exists ${sql.id(schema)}`.execute(connection);
  return ok(undefined);
}

function inTransaction<R>(
  db: Kysely<unknown>,
  act: StoreAct<R>,
  isolation: "serializable" | "read committed",
): Promise<Result<R, Fault>> {
  return db.connection().execute(async (connection) => {
    await sql`begin isolation level ${sql.raw(isolation)}`.execute(connection);
    let result: Result<R, Fault>;
    try {
      result = await act(connection);
      await (result.ok ? sql`commit` : sql`rollback`).execute(connection);
    } catch (cause) {
      // The server may be gone: the first error is the one to tell.
      await sql`rollback`.execute(connection).catch(() => {});
      throw cause;
    }
    return result;
  });
}

async function untilDone<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (cause) {
      if (!isOvertaken(cause) || attempt >= maxAttempts) throw cause;
    }
  }
}

function openKysely(url: URL): Kysely<unknown> {
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
    application_name: "assay mesh",
    max: 4,
    connectionTimeoutMillis: 5_000,
    lock_timeout: 5_000,
    query_timeout: 30_000,
    types: {
      // Counts and whole numbers are bigint there; ours are exact in float64.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  });
  // An idle connection that breaks is replaced by the next query, which has its own error.
  pool.on("error", () => {});
  // So is one at work: the error of its query tells, and without a listener the process would end.
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}
