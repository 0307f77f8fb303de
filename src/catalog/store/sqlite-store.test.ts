import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ok } from "#base";
import { temporaryRoot } from "#support";
import { rebuildCatalog } from "../build/rebuild-catalog.ts";
import { refreshCatalog } from "../build/refresh-catalog.ts";
import { openStore } from "./open-store.ts";
import { createSqliteStore } from "./sqlite-store.ts";

const clock = { nowMillis: (): number => 0 };

test("a file that is not ours is refused and keeps its bytes", async () => {
  using root = temporaryRoot();
  const other = new DatabaseSync(join(root.path, "other.sqlite"));
  other.exec("create table t (a); insert into t values (1)");
  other.close();
  writeFileSync(join(root.path, "letter.txt"), "dear reader");
  for (const name of ["other.sqlite", "letter.txt"]) {
    const path = join(root.path, name);
    const before = readFileSync(path);
    await using store = createSqliteStore(path);
    for (const act of [rebuildCatalog, refreshCatalog]) {
      const report = await act({ root: root.path, store, clock });
      assert.equal(report.ok ? "" : report.fault.code, "catalog_foreign");
    }
    assert.deepEqual(readFileSync(path), before);
  }
  assert.deepEqual(readdirSync(root.path).toSorted(), ["letter.txt", "other.sqlite"]);
});

test("a pipe or a folder in the place of a catalog is refused and not waited for", async () => {
  using root = temporaryRoot();
  assert.equal(spawnSync("mkfifo", [join(root.path, "pipe")]).status, 0);
  mkdirSync(join(root.path, "folder"));
  for (const name of ["pipe", "folder"]) {
    await using store = createSqliteStore(join(root.path, name));
    const state = await store.state();
    assert.equal(state.ok ? "" : state.fault.code, "catalog_foreign");
  }
});

test("a catalog with garbage inside is made anew by a refresh", async () => {
  using root = temporaryRoot();
  const path = join(root.path, "catalog.sqlite");
  await using store = createSqliteStore(path);
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  const size = readFileSync(path).length;
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, Buffer.alloc(size - 100, 0x5a), 0, size - 100, 100);
  const read = await store.read(async (db) =>
    ok(await db.selectFrom("runs").selectAll().execute()),
  );
  assert.equal(read.ok ? "" : read.fault.code, "catalog_damaged");
  const report = await refreshCatalog({ root: root.path, store, clock });
  assert.equal(report.ok ? report.value.how : report.fault.code, "rebuilt");
  assert.ok(
    (await store.read(async (db) => ok(await db.selectFrom("runs").selectAll().execute()))).ok,
  );
});

test("an index of another version of the tables is made anew", async () => {
  using root = temporaryRoot();
  const path = join(root.path, "catalog.sqlite");
  await using store = createSqliteStore(path);
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  const old = new DatabaseSync(path);
  old.exec("pragma user_version = 999");
  old.close();
  assert.deepEqual(await store.state(), ok("outdated"));
  const report = await refreshCatalog({ root: root.path, store, clock });
  assert.equal(report.ok ? report.value.how : report.fault.code, "rebuilt");
  assert.deepEqual(await store.state(), ok("ready"));
});

test("what a dead process left beside the catalog goes with the next rebuild", async () => {
  using root = temporaryRoot();
  const path = join(root.path, "catalog.sqlite");
  // No process of this machine has the highest id that the system gives.
  writeFileSync(`${path}.4194304.new`, "half an index");
  writeFileSync(`${path}.notes`, "somebody's");
  writeFileSync(`${path}.${process.ppid}.new`, "of a process at work");
  await using store = createSqliteStore(path);
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  assert.deepEqual(readdirSync(root.path).toSorted(), [
    "catalog.sqlite",
    `catalog.sqlite.${process.ppid}.new`,
    "catalog.sqlite.notes",
  ]);
});

test("a catalog behind a link is replaced where it is, and the link stays", async () => {
  using root = temporaryRoot();
  mkdirSync(join(root.path, "elsewhere"));
  const target = join(root.path, "elsewhere", "index");
  symlinkSync("elsewhere/index", join(root.path, "catalog.sqlite"));
  const opened = await openStore(root.path, null);
  assert.ok(opened.ok);
  await using store = opened.value;
  for (let round = 0; round < 2; round += 1) {
    assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
    assert.ok(lstatSync(join(root.path, "catalog.sqlite")).isSymbolicLink());
    assert.ok(lstatSync(target).size > 4096);
    assert.deepEqual(await store.state(), ok("ready"));
  }
});

test("a journal of a process that died is not rolled back into a new index", async () => {
  using root = temporaryRoot();
  const path = join(root.path, "catalog.sqlite");
  await using store = createSqliteStore(path);
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  // A process dies in the middle of a large change: its journal stays beside the file.
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const db = new DatabaseSync(${JSON.stringify(path)});
    db.exec("pragma cache_size = 2; begin immediate");
    const insert = db.prepare("insert into run_deaths values (?, 'x', 1)");
    for (let row = 0; row < 5000; row += 1) insert.run("HF_" + row);
    process.kill(process.pid, "SIGKILL");
  `;
  assert.equal(spawnSync(process.execPath, ["-e", script]).signal, "SIGKILL");
  assert.ok(existsSync(`${path}-journal`), "the change was too small to leave a journal");
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  assert.ok(!existsSync(`${path}-journal`));
  const check = new DatabaseSync(path);
  assert.deepEqual({ ...check.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
  assert.equal(check.prepare("select * from run_deaths").all().length, 0);
  check.close();
});

test("a process at work in the old file is waited for before it is replaced", async () => {
  using root = temporaryRoot();
  const path = join(root.path, "catalog.sqlite");
  await using store = createSqliteStore(path);
  assert.ok((await rebuildCatalog({ root: root.path, store, clock })).ok);
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const db = new DatabaseSync(${JSON.stringify(path)});
    db.exec("begin immediate; insert into run_deaths values ('HF_x', 'x', 1)");
    require("node:fs").writeFileSync(${JSON.stringify(join(root.path, "busy"))}, "");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    require("node:fs").writeFileSync(${JSON.stringify(join(root.path, "done"))}, "");
    db.exec("commit");
  `;
  const ended = once(spawn(process.execPath, ["-e", script]), "exit");
  while (!existsSync(join(root.path, "busy"))) await setTimeout(5);
  const report = await rebuildCatalog({ root: root.path, store, clock });
  assert.ok(report.ok, JSON.stringify(report));
  assert.ok(existsSync(join(root.path, "done")), "did not wait");
  assert.deepEqual(await ended, [0, null]);
  const rows = await store.read(async (db) =>
    ok(await db.selectFrom("run_deaths").selectAll().execute()),
  );
  assert.deepEqual(rows, ok([]));
});
