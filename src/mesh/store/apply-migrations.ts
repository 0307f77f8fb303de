import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { assert, canonicalJson, err, type Fault, ok, type Result } from "#base";
import type { StoreBackend } from "./backend.ts";
import { createTable } from "./create-table.ts";
import type { Migration, TableSpec } from "./migration.ts";

/** The tables that the store keeps for itself. */
export type OwnTables = {
  mesh_migrations: { service: string; position: number; id: string; sha256: string };
  mesh_change_heads: { service: string; last_number: number };
  mesh_changes: { service: string; number: number; record: string };
};

const ownTables: readonly TableSpec[] = [
  {
    name: "mesh_migrations",
    columns: { service: "text", position: "integer", id: "text", sha256: "text" },
    key: ["service", "position"],
  },
  {
    name: "mesh_change_heads",
    columns: { service: "text", last_number: "integer" },
    key: ["service"],
  },
  {
    name: "mesh_changes",
    columns: { service: "text", number: "integer", record: "text" },
    key: ["service", "number"],
  },
];

/**
 * Applies what is new of a service's migrations in one transaction. Faults: store_newer,
 * store_foreign, and those of the backend.
 */
export function applyMigrations(
  backend: StoreBackend,
  service: string,
  migrations: readonly Migration[],
): Promise<Result<void, Fault>> {
  checkNames(service, migrations);
  return backend.transactAlone(async (db) => {
    await makeOwnTables(db, backend);
    const own = ownOf(db);
    const applied = await own
      .selectFrom("mesh_migrations")
      .select(["id", "sha256"])
      .where("service", "=", service)
      .orderBy("position")
      .execute();
    const foreign = whyForeign(service, applied, migrations);
    if (foreign !== null) return err({ ...foreign, at: backend.place });
    for (const [position, migration] of migrations.entries()) {
      if (position < applied.length) continue;
      for (const table of migration.tables) await createTable(db, backend.engine, table);
      for (const statement of migration.statements ?? []) await sql.raw(statement).execute(db);
      const row = { service, position, id: migration.id, sha256: digestOf(migration) };
      await own.insertInto("mesh_migrations").values(row).execute();
    }
    return ok(undefined);
  });
}

/** The same connection, as the store sees it. */
export function ownOf(db: Kysely<unknown>): Kysely<OwnTables> {
  return db.withTables<OwnTables>();
}

async function makeOwnTables(db: Kysely<unknown>, { engine }: StoreBackend): Promise<void> {
  const names = new Set((await db.introspection.getTables()).map(({ name }) => name));
  for (const table of ownTables) {
    if (!names.has(table.name)) await createTable(db, engine, table);
  }
}

function whyForeign(
  service: string,
  applied: readonly Readonly<{ id: string; sha256: string }>[],
  migrations: readonly Migration[],
): Fault | null {
  for (const [position, { id, sha256 }] of applied.entries()) {
    const migration = migrations[position];
    if (migration === undefined) {
      const message = `the tables of ${service} were made by a newer version, with ${id}`;
      return { code: "store_newer", message };
    }
    if (migration.id !== id || digestOf(migration) !== sha256) {
      const message = `the tables of ${service} were made by another migration ${id}`;
      return { code: "store_foreign", message };
    }
  }
  return null;
}

function digestOf(migration: Migration): string {
  const { id, tables, statements = [] } = migration;
  const shape = tables.map(({ name, columns, key, indexes = [], unique = [] }) => {
    // The order of columns is part of a table.
    return { name, columns: Object.entries(columns), key, indexes, unique };
  });
  const text = canonicalJson({ id, tables: shape, statements });
  return createHash("sha256").update(text).digest("hex");
}

/** Services share a schema, so each keeps to names of its own. */
function checkNames(service: string, migrations: readonly Migration[]): void {
  const prefix = `${service.replaceAll("-", "_")}_`;
  const ids = new Set<string>();
  for (const { id, tables } of migrations) {
    assert(!ids.has(id), `two migrations of ${service} are called ${id}`);
    ids.add(id);
    for (const { name } of tables) {
      assert(name.startsWith(prefix), `the table ${name} of ${service} must begin with ${prefix}`);
    }
  }
}
