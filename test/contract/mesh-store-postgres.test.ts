import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openStoreHost, Secret } from "#mesh";
import { temporaryRoot } from "#support";
import { emptySchema } from "./mesh-store-places.ts";
import {
  addNote,
  bornMs,
  changesOf,
  idsOf,
  must,
  openHost,
  openNotes,
  testStore,
} from "./mesh-store-suite.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "./postgres-server.ts";

const skip = withoutPostgres();

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

testStore("postgres", () => emptySchema(server()), skip);

test("a wrong password, database or port is unavailable and never shown", { skip }, async () => {
  using root = temporaryRoot();
  const wrong: readonly ((url: URL) => void)[] = [
    (url) => {
      url.password = "guessed";
    },
    (url) => {
      url.pathname = "/nosuch";
    },
    (url) => {
      url.port = "1";
    },
  ];
  for (const change of wrong) {
    const url = new URL(server().url);
    change(url);
    const databaseUrl = new Secret(url.href);
    const opened = await openStoreHost({ root: root.path, databaseUrl, nowMs: () => bornMs });
    const said = JSON.stringify(opened);
    assert.equal(opened.ok ? "ok" : opened.fault.code, "store_unavailable", said);
    assert.ok(!said.includes(server().password) && !said.includes("guessed"), said);
  }
});

test("a connection that the server ends is a fault, and the next change is made", {
  skip,
}, async () => {
  await using place = await emptySchema(server());
  const host = await openHost(place);
  const tables = await openNotes(host);
  must(await addNote(tables, "a"));
  const { Client } = await import("pg");
  const client = new Client({ connectionString: server().url.href });
  await client.connect();
  const broken = await tables.change(async (db) => {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'assay mesh'`,
    );
    await db.selectFrom("strategy_service_notes").selectAll().execute();
    return { ok: true, value: null };
  });
  await client.end();
  assert.equal(broken.ok ? "ok" : broken.fault.code, "store_unavailable");
  must(await addNote(tables, "b"));
  assert.deepEqual(must(await idsOf(tables)), ["a", "b"]);
  assert.equal(must(changesOf(place)).changes.length, 2);
  await host.close();
});
