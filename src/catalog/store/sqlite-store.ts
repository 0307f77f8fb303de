import { rmSync, statSync } from "node:fs";
import { Kysely, SqliteDialect } from "kysely";
import { err, type Fault, ok, type Result } from "#base";
import { catalogSchema, type Tables } from "../tables/tables.ts";
import { createIndexes, createTables } from "./create-tables.ts";
import { inTransaction } from "./in-transaction.ts";
import { createQueue } from "./queue.ts";
import { lockTimeoutMs, openSqlite } from "./sqlite-database.ts";
import { sqliteFault } from "./sqlite-faults.ts";
import { applicationId, behindLinks, freshPath, lookAtFile, moveIntoPlace } from "./sqlite-file.ts";
import type { Act, CatalogStore, StoreState } from "./store.ts";

/** An index in one file. A new one grows beside the old file and then takes its name. */
export function createSqliteStore(path: string): CatalogStore {
  let handle: Readonly<{ db: Kysely<Tables>; inode: bigint }> | null = null;
  // There is one connection, and what is asked of it meanwhile is no part of a transaction.
  const inTurn = createQueue();

  async function close(): Promise<void> {
    const closing = handle?.db;
    handle = null;
    await closing?.destroy();
  }

  /** Another process may have put a new file in the place: what counts is what is there now. */
  async function connect(): Promise<Result<Kysely<Tables>, Fault>> {
    const look = lookAtFile(path);
    if (!look.ok) return look;
    if (look.value === "absent") return err({ ...noCatalog, at: path });
    const { ino } = statSync(path, { bigint: true });
    if (handle !== null && handle.inode !== ino) await close();
    handle ??= { db: openExisting(path), inode: ino };
    return ok(handle.db);
  }

  function withTables<T>(act: Act<T>): Promise<Result<T, Fault>> {
    return guarded(path, async () => {
      const db = await connect();
      return db.ok ? act(db.value) : db;
    });
  }

  async function replace<T>(act: Act<T>): Promise<Result<T, Fault>> {
    const look = lookAtFile(path);
    if (!look.ok) return look;
    const target = behindLinks(path);
    const fresh = freshPath(target);
    try {
      const filled = await fillFresh(fresh, act);
      if (!filled.ok) return filled;
      await close();
      moveIntoPlace(fresh, target, lockTimeoutMs);
      return filled;
    } finally {
      rmSync(fresh, { force: true });
    }
  }

  return {
    engine: "sqlite",
    place: path,
    state: () => guarded(path, async () => lookAtFile(path)),
    read: (act) => inTurn(() => withTables(act)),
    change: (act) => inTurn(() => withTables((db) => inTransaction(db, act))),
    replace: (act) => inTurn(() => guarded(path, () => replace(act))),
    [Symbol.asyncDispose]: () => inTurn(close),
  };
}

/** An index in the memory of this process, for a root where nothing may be written. */
export function createMemoryStore(): CatalogStore {
  const place = ":memory:";
  let current: Kysely<Tables> | null = null;
  const inTurn = createQueue();

  function withTables<T>(act: Act<T>): Promise<Result<T, Fault>> {
    const db = current;
    if (db === null) return Promise.resolve(err({ ...noCatalog, at: place }));
    return guarded(place, () => act(db));
  }

  async function replace<T>(act: Act<T>): Promise<Result<T, Fault>> {
    const db = openFresh(place);
    const filled = await guarded(place, () => fill(db, act));
    const left = filled.ok ? current : db;
    if (filled.ok) current = db;
    await left?.destroy();
    return filled;
  }

  async function close(): Promise<void> {
    await current?.destroy();
    current = null;
  }

  return {
    engine: "sqlite",
    place,
    state: () => Promise.resolve(ok<StoreState>(current === null ? "absent" : "ready")),
    read: (act) => inTurn(() => withTables(act)),
    change: (act) => inTurn(() => withTables((db) => inTransaction(db, act))),
    replace: (act) => inTurn(() => replace(act)),
    [Symbol.asyncDispose]: () => inTurn(close),
  };
}

const noCatalog = {
  code: "catalog_absent",
  message: "there is no catalog yet; assay catalog rebuild makes it from the files",
};

function openExisting(path: string): Kysely<Tables> {
  return new Kysely({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
}

/** Nobody reads a new database before it is whole, so it need not survive a crash half made. */
function openFresh(path: string): Kysely<Tables> {
  const database = openSqlite(path);
  database.raw.exec(`
    pragma application_id = ${applicationId};
    pragma user_version = ${catalogSchema};
    pragma journal_mode = memory;
    pragma synchronous = off;
  `);
  return new Kysely({ dialect: new SqliteDialect({ database }) });
}

async function fillFresh<T>(path: string, act: Act<T>): Promise<Result<T, Fault>> {
  const db = openFresh(path);
  try {
    return await fill(db, act);
  } finally {
    await db.destroy();
  }
}

function fill<T>(db: Kysely<Tables>, act: Act<T>): Promise<Result<T, Fault>> {
  return inTransaction(db, async (transaction) => {
    await createTables(transaction, "sqlite");
    const filled = await act(transaction);
    if (filled.ok) await createIndexes(transaction);
    return filled;
  });
}

async function guarded<T>(
  at: string,
  act: () => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  try {
    return await act();
  } catch (cause) {
    const fault = sqliteFault(cause, at);
    if (fault === null) throw cause;
    return err(fault);
  }
}
