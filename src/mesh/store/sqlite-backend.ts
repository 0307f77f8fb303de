import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, SqliteDialect, sql } from "kysely";
import { err, type Fault, ok, type Result } from "#base";
import type { StoreAct, StoreBackend } from "./backend.ts";
import { createQueue } from "./queue.ts";
import { openSqlite } from "./sqlite-database.ts";
import { isBusy, sqliteFault } from "./sqlite-faults.ts";

/** Marks our files, https://sqlite.org/pragma.html#pragma_application_id ("ASMS"). */
const applicationId = 0x41_53_4d_53;

/** How long a transaction waits for that of another process before it is store_busy. */
const busyMs = 5_000;

/**
 * A store in one file, with write-ahead log and a full sync of every commit. The process has one
 * connection to it, on which acts come one after the other.
 */
export async function openSqliteBackend(path: string): Promise<Result<StoreBackend, Fault>> {
  const inTurn = createQueue();

  async function guarded<R>(act: () => Promise<Result<R, Fault>>): Promise<Result<R, Fault>> {
    try {
      return await act();
    } catch (cause) {
      const fault = sqliteFault(cause, path);
      if (fault === null) throw cause;
      return err(fault);
    }
  }

  const opened = await guarded(() => openFile(path));
  if (!opened.ok) return opened;
  const db = opened.value;
  const transact = <R>(act: StoreAct<R>): Promise<Result<R, Fault>> =>
    inTurn(() => guarded(() => inTransaction(db, act)));
  return ok({
    engine: "sqlite",
    place: path,
    read: (act) => inTurn(() => guarded(() => act(db))),
    transact,
    // There is one writer at a time in any case.
    transactAlone: transact,
    close: () => inTurn(() => db.destroy()),
  });
}

async function openFile(path: string): Promise<Result<Kysely<unknown>, Fault>> {
  mkdirSync(dirname(path), { recursive: true });
  const database = openSqlite(path);
  try {
    const foreign = await untilFree(() => prepare(database.raw, path));
    if (foreign === null) return ok(new Kysely({ dialect: new SqliteDialect({ database }) }));
    database.close();
    return err(foreign);
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Faults: store_foreign. */
function prepare(raw: DatabaseSync, path: string): Fault | null {
  const id = raw.prepare("pragma application_id").get()?.["application_id"];
  const tables = raw.prepare("select count(*) as n from sqlite_schema").get()?.["n"];
  if (id !== applicationId) {
    if (id !== 0 || tables !== 0) {
      const message = "the file is no store of ours and stays as it is";
      return { code: "store_foreign", message, at: path };
    }
    raw.exec(`pragma application_id = ${applicationId}`);
  }
  raw.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
  `);
  return null;
}

function inTransaction<R>(db: Kysely<unknown>, act: StoreAct<R>): Promise<Result<R, Fault>> {
  return db.connection().execute(async (connection) => {
    // A transaction that begins as a writer never finds out half way that it cannot be one.
    await untilFree(() => sql`begin immediate`.execute(connection));
    let result: Result<R, Fault>;
    try {
      result = await act(connection);
      await (result.ok ? sql`commit` : sql`rollback`).execute(connection);
    } catch (cause) {
      // SQLite may have rolled back already: the first error is the one to tell.
      await sql`rollback`.execute(connection).catch(() => {});
      throw cause;
    }
    return result;
  });
}

/** Tries again while another process is in the way, and lets this one breathe in between. */
async function untilFree<T>(act: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + busyMs;
  for (;;) {
    try {
      return await act();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > until) throw cause;
    }
    await sleep(10);
  }
}
