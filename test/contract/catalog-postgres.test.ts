import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Kysely, sql } from "kysely";
import { listRuns, openStore, rebuildCatalog, refreshCatalog } from "#catalog";
import { temporaryRoot } from "#support";
import { writeRun } from "./evidence-root.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "./postgres-server.ts";

const skip = withoutPostgres();
const clock = { nowMillis: (): number => 0 };

let running: PostgresServer | null = null;

before(async () => {
  if (skip === false) running = await startPostgres();
});
after(async () => {
  await running?.[Symbol.asyncDispose]();
});

function server(): PostgresServer {
  assert.ok(running !== null);
  return running;
}

/** What a refresh of a root with one run says on the server at `url`. */
async function refreshAt(url: string): Promise<string> {
  using root = temporaryRoot();
  writeRun(root.path, { run_id: "HF_one" });
  const opened = await openStore(root.path, url);
  assert.ok(opened.ok);
  await using store = opened.value;
  const report = await refreshCatalog({ root: root.path, store, clock });
  const said = JSON.stringify([report, store.place]);
  assert.ok(!said.includes(server().password) && !said.includes(server().url.password), said);
  if (!report.ok) return report.fault.code;
  const runs = await listRuns(store, { filter: {}, sort: { key: "run", order: "asc" }, limit: 9 });
  return `${report.value.how} ${runs.ok ? runs.value.total : runs.fault.code}`;
}

/** Does something in the database that no part of Assay would do. */
async function meddle(act: (db: Kysely<object>) => Promise<unknown>): Promise<void> {
  using root = temporaryRoot();
  const opened = await openStore(root.path, server().url.href);
  assert.ok(opened.ok);
  await using store = opened.value;
  const done = await store.read(async (db) => {
    await act(db as unknown as Kysely<object>);
    return { ok: true, value: null };
  });
  assert.ok(done.ok, JSON.stringify(done));
}

test("a wrong password, database or port is unavailable and never shown", { skip }, async () => {
  const wrong = new URL(server().url);
  wrong.password = "guessed";
  assert.equal(await refreshAt(wrong.href), "catalog_unavailable");
  const nameless = new URL(server().url);
  nameless.pathname = "/nosuch";
  assert.equal(await refreshAt(nameless.href), "catalog_unavailable");
  const silent = new URL(server().url);
  silent.port = "1";
  assert.equal(await refreshAt(silent.href), "catalog_unavailable");
  const bare = new URL(server().url);
  bare.password = "";
  assert.equal(await refreshAt(bare.href), "catalog_unavailable");
});

test("a lost table or another version is made anew", { skip }, async () => {
  assert.equal(await refreshAt(server().url.href), "rebuilt 1");
  await meddle((db) => sql`drop table assay_catalog.agents`.execute(db));
  assert.equal(await refreshAt(server().url.href), "rebuilt 1");
  await meddle((db) => sql`update assay_catalog.catalog_info set schema_version = 0`.execute(db));
  assert.equal(await refreshAt(server().url.href), "rebuilt 1");
});

test("a schema of that name that is not ours stays as it is", { skip }, async () => {
  await meddle(async (db) => {
    await sql`drop schema if exists assay_catalog cascade`.execute(db);
    await sql`create schema assay_catalog create table runs (mine text)`.execute(db);
  });
  assert.equal(await refreshAt(server().url.href), "catalog_foreign");
  await meddle((db) => sql`drop schema assay_catalog cascade`.execute(db));
  assert.equal(await refreshAt(server().url.href), "rebuilt 1");
});

test("a login that may not create tables is told so", { skip }, async () => {
  await meddle(async (db) => {
    await sql`drop schema if exists assay_catalog cascade`.execute(db);
    await sql`create role reader login password 'reads'`.execute(db);
  });
  const reader = new URL(server().url);
  reader.username = "reader";
  reader.password = "reads";
  assert.equal(await refreshAt(reader.href), "catalog_unwritable");
});

test("rebuilds and refreshes of several processes end in one whole index", { skip }, async () => {
  using root = temporaryRoot();
  for (let index = 0; index < 8; index += 1) writeRun(root.path, { run_id: `HF_${index}` });
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      // Each store has connections of its own, as each process would.
      const opened = await openStore(root.path, server().url.href);
      assert.ok(opened.ok);
      await using store = opened.value;
      const act = index % 2 === 0 ? rebuildCatalog : refreshCatalog;
      for (let round = 0; round < 3; round += 1) {
        const report = await act({ root: root.path, store, clock });
        if (!report.ok) return report.fault;
      }
      return null;
    }),
  );
  assert.deepEqual(outcomes, [null, null, null, null, null, null]);
  assert.equal(await refreshAt(server().url.href), "refreshed 1");
});
