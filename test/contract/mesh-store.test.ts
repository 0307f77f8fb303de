import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openStoreHost, Secret } from "#mesh";
import { filePlace } from "./mesh-store-places.ts";
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

testStore("sqlite", filePlace, false);

test("a file that is not ours stays as it is", async () => {
  await using place = await filePlace();
  const path = join(place.root, "mesh", "store.sqlite");
  mkdirSync(join(place.root, "mesh"));
  const foreign = new DatabaseSync(path);
  foreign.exec("create table mine (x)");
  foreign.close();
  const before = readFileSync(path);
  const opened = await openStoreHost({ root: place.root, databaseUrl: null, nowMs: () => bornMs });
  assert.equal(opened.ok ? "ok" : opened.fault.code, "store_foreign");
  assert.deepEqual(readFileSync(path), before);
  writeFileSync(
    path,
    "no database at all, but a text that is long enough to be looked at".repeat(9),
  );
  const damaged = await openStoreHost({ root: place.root, databaseUrl: null, nowMs: () => bornMs });
  assert.equal(damaged.ok ? "ok" : damaged.fault.code, "store_damaged");
});

test("an address that is none is refused without showing it", async () => {
  await using place = await filePlace();
  const databaseUrl = new Secret("mysql://me:hidden@host/db");
  const opened = await openStoreHost({ root: place.root, databaseUrl, nowMs: () => bornMs });
  assert.ok(!opened.ok && opened.fault.code === "store_address_invalid");
  assert.ok(!JSON.stringify(opened).includes("hidden"));
});

test("a record that a crash kept from the log is in it after the next start, once", async () => {
  await using place = await filePlace();
  // A process dies between the commit and the log: the row is there, the line is not.
  const first = await openHost(place);
  must(await addNote(await openNotes(first), "a"));
  await first.close();
  const change = { ...must(changesOf(place)).changes[0], number: 2, type: "lost" };
  const { seq: _, previous_sha256: __, continues: ___, ...pending } = change;
  const raw = new DatabaseSync(join(place.root, "mesh", "store.sqlite"));
  raw.exec("update mesh_change_heads set last_number = 2");
  const insert = raw.prepare("insert into mesh_changes values ('strategy-service', ?, ?)");
  // The one before was logged too, and died before it was taken off the list.
  insert.run(1, JSON.stringify({ ...pending, number: 1 }));
  insert.run(2, JSON.stringify(pending));
  raw.close();
  for (let round = 0; round < 2; round += 1) {
    const host = await openHost(place);
    const tables = await openNotes(host);
    if (round === 1) must(await addNote(tables, "b"));
    await host.close();
  }
  assert.deepEqual(
    must(changesOf(place)).changes.map(({ number, type }) => [number, type]),
    [
      [1, "note_added"],
      [2, "lost"],
      [3, "note_added"],
    ],
  );
});

test("a log goes on in a new segment, and a segment that is missing is found", async () => {
  await using place = await filePlace();
  const host = await openHost(place);
  const tables = await openNotes(host);
  const many = await tables.change(async (_, record) => {
    for (let index = 0; index < 1_203; index += 1) record({ type: "made", body: { index } });
    return { ok: true, value: null };
  });
  must(many);
  must(await addNote(tables, "last"));
  await host.close();
  const { changes, findings } = must(changesOf(place));
  assert.deepEqual(findings, []);
  assert.equal(changes.length, 1_204);
  assert.equal(changes.at(-1)?.number, 1_204);
  assert.deepEqual(
    changes.filter(({ continues }) => continues !== null).map(({ number }) => number),
    [501, 1001],
  );
  const folder = join(place.root, "mesh", "strategy-service");
  assert.equal(spawnSync("rm", [join(folder, "changes-000002.jsonl")]).status, 0);
  assert.deepEqual(
    must(changesOf(place)).findings.map(({ segment, code }) => [segment, code]),
    [["changes-000003", "chain_broken"]],
  );
});

test("a process at work in the file is waited for, and one that dies leaves nothing", async () => {
  await using place = await filePlace();
  const host = await openHost(place);
  const tables = await openNotes(host);
  const path = join(place.root, "mesh", "store.sqlite");
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const db = new DatabaseSync(${JSON.stringify(path)});
    db.exec("begin immediate; insert into strategy_service_notes values ('x', 'x', 1, null)");
    process.kill(process.pid, "SIGKILL");
  `;
  assert.equal(spawnSync(process.execPath, ["-e", script]).signal, "SIGKILL");
  const other = new DatabaseSync(path);
  other.exec("begin immediate; insert into strategy_service_notes values ('y', 'y', 1, null)");
  setTimeout(() => {
    other.exec("commit");
    other.close();
  }, 300);
  must(await addNote(tables, "z"));
  assert.deepEqual(must(await idsOf(tables)), ["y", "z"]);
  await host.close();
});
