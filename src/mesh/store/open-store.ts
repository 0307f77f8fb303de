import { join } from "node:path";
import type { Kysely } from "kysely";
import { canonicalJson, err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import type { Secret } from "../config/secret.ts";
import type { Identity } from "../identity.ts";
import { applyMigrations, ownOf } from "./apply-migrations.ts";
import type { StoreBackend } from "./backend.ts";
import { appendChanges, changeFolder, changeSchema, type PendingChange } from "./change-log.ts";
import { createQueue } from "./queue.ts";
import { openSqliteBackend } from "./sqlite-backend.ts";
import type { RecordChange, Store, Tables } from "./store.ts";

/** One backend for all services of this process. */
export type StoreHost = Readonly<{
  /** The store as one service sees it, from one start to its end. */
  storeOf: (identity: Identity) => Store;
  close: () => Promise<void>;
}>;

export type StoreHostOptions = Readonly<{
  root: string;
  /** A `postgres:` URL; null: `<root>/mesh/store.sqlite`. */
  databaseUrl: Secret | null;
  nowMs: () => number;
}>;

/** Faults: store_address_invalid, store_foreign, and those of every act. */
export async function openStoreHost(options: StoreHostOptions): Promise<Result<StoreHost, Fault>> {
  const opened = await openBackend(options);
  if (!opened.ok) return opened;
  const backend = opened.value;
  return ok({
    storeOf: (identity) => storeOf(backend, identity, options),
    close: () => backend.close(),
  });
}

async function openBackend(options: StoreHostOptions): Promise<Result<StoreBackend, Fault>> {
  const { root, databaseUrl } = options;
  if (databaseUrl === null) return openSqliteBackend(join(root, "mesh", "store.sqlite"));
  const text = databaseUrl.reveal();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    // The address itself is not shown: it may hold a password.
    const message = "ASSAY_DATABASE_URL must be like postgres://user@host:5432/database";
    return err({ code: "store_address_invalid", message, at: "ASSAY_DATABASE_URL" });
  }
  const { openPostgresBackend } = await import("./postgres-backend.ts");
  return openPostgresBackend(url);
}

function storeOf(backend: StoreBackend, identity: Identity, options: StoreHostOptions): Store {
  const changing = createQueue();
  return {
    engine: backend.engine,
    place: backend.place,
    async open<T>(migrations: Parameters<Store["open"]>[0]): Promise<Result<Tables<T>, Fault>> {
      const applied = await applyMigrations(backend, identity.agent_name, migrations);
      if (!applied.ok) return applied;
      // A crash between a commit and its record left the record behind.
      const caughtUp = await logPending(backend, identity, options.root);
      if (!caughtUp.ok) return caughtUp;
      return ok({
        // A Kysely knows its tables by type alone.
        read: (act) => backend.read((db) => act(db as Kysely<T>)),
        change: (act) =>
          changing(() => {
            return changeTables(backend, { identity, ...options }, (db, record) => {
              return act(db as Kysely<T>, record);
            });
          }),
      });
    },
  };
}

type ChangeOptions = StoreHostOptions & Readonly<{ identity: Identity }>;

/**
 * The records are rows of the same transaction as the change, and move to the log after it: so
 * neither is ever there without the other, whenever a process dies.
 */
async function changeTables<R>(
  backend: StoreBackend,
  options: ChangeOptions,
  act: (db: Kysely<unknown>, record: RecordChange) => Promise<Result<R, Fault>>,
): Promise<Result<R, Fault>> {
  let recorded = 0;
  const changed = await backend.transact(async (db) => {
    const records: Parameters<RecordChange>[0][] = [];
    const result = await act(db, (change) => void records.push(change));
    if (result.ok) await keepRecords(db, options, records);
    recorded = records.length;
    return result;
  });
  if (!changed.ok || recorded === 0) return changed;
  const logged = await logPending(backend, options.identity, options.root);
  if (logged.ok) return changed;
  const { message } = logged.fault;
  return err({ ...logged.fault, code: "change_not_logged", message: `changed, but ${message}` });
}

async function keepRecords(
  db: Kysely<unknown>,
  { identity, nowMs }: ChangeOptions,
  records: readonly Readonly<{ type: string; body: Json }>[],
): Promise<void> {
  if (records.length === 0) return;
  const own = ownOf(db);
  const { agent_name: service, boot_id, version } = identity;
  const head = await own
    .insertInto("mesh_change_heads")
    .values({ service, last_number: records.length })
    .onConflict((conflict) =>
      conflict.column("service").doUpdateSet(({ eb }) => ({
        last_number: eb("mesh_change_heads.last_number", "+", records.length),
      })),
    )
    .returning("last_number")
    .executeTakeFirstOrThrow();
  const ts_utc = isoFromMillis(nowMs());
  const first = head.last_number - records.length + 1;
  const rows = records.map(({ type, body }, index) => {
    const number = first + index;
    const change: PendingChange = {
      ...{ schema: changeSchema, service, boot_id, version },
      ...{ number, ts_utc, type, body },
    };
    return { service, number, record: canonicalJson(change) };
  });
  await own.insertInto("mesh_changes").values(rows).execute();
}

const batch = 500;

async function logPending(
  backend: StoreBackend,
  { agent_name: service }: Identity,
  root: string,
): Promise<Result<void, Fault>> {
  for (;;) {
    const rows = await backend.read(async (db) => {
      const pending = ownOf(db).selectFrom("mesh_changes").select("record");
      const mine = pending.where("service", "=", service).orderBy("number").limit(batch);
      return ok(await mine.execute());
    });
    if (!rows.ok) return rows;
    if (rows.value.length === 0) return ok(undefined);
    // The rows are our own, written by keepRecords.
    const pending = rows.value.map(({ record }) => JSON.parse(record) as PendingChange);
    const logged = appendChanges(changeFolder(root, service), pending);
    if (!logged.ok) return logged;
    const done = await backend.transact(async (db) => {
      const mine = ownOf(db).deleteFrom("mesh_changes").where("service", "=", service);
      await mine.where("number", "<=", logged.value).execute();
      return ok(undefined);
    });
    if (!done.ok) return done;
  }
}
