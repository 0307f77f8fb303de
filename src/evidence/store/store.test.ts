import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openAppendWriter } from "./append-writer.ts";
import { createDocument, makeDirectories, readDocument, writeDocument } from "./document.ts";
import { createGroupCommit } from "./group-commit.ts";
import { attemptIo } from "./io-fault.ts";
import { nodeFileSystem as fs } from "./node-file-system.ts";
import { recoverRecords } from "./recover.ts";
import { holdReserve } from "./reserve.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

test("records land in order, and a file goes on where it ended", () => {
  inDirectory((directory) => {
    const path = join(directory, "deaths.jsonl");
    const opened = openAppendWriter({ fs, path, start: "new", reserve: null });
    assert.ok(opened.ok);
    assert.deepEqual(opened.value.append(`{"agent":"a"}`), { ok: true, value: 0 });
    assert.deepEqual(opened.value.append(`{"agent":"é"}`), { ok: true, value: 1 });
    assert.deepEqual(opened.value.landed, { records: 0, bytes: 0 });
    assert.deepEqual(opened.value.close(), { ok: true, value: { records: 2, bytes: 29 } });

    const found = recoverRecords(fs, path, 0);
    assert.ok(found.ok && found.value.torn === null);
    const again = openAppendWriter({ fs, path, start: found.value, reserve: null });
    assert.ok(again.ok);
    const long = `{"text":"${"x".repeat(500_000)}"}`;
    assert.deepEqual(again.value.append(long), { ok: true, value: 2 });
    assert.deepEqual(again.value.append(`{"agent":"b"}`), { ok: true, value: 3 });
    assert.ok(again.value.close().ok);
    const text = `{"agent":"a"}\n{"agent":"é"}\n${long}\n{"agent":"b"}\n`;
    assert.equal(readFileSync(path, "utf8"), text);
  });
});

test("a second writer of a new file is refused", () => {
  inDirectory((directory) => {
    const path = join(directory, "f");
    assert.ok(openAppendWriter({ fs, path, start: "new", reserve: null }).ok);
    const second = openAppendWriter({ fs, path, start: "new", reserve: null });
    assert.ok(!second.ok && second.fault.code === "store_exists" && second.fault.at === path);
  });
});

test("many callers share one sync and each hears of its own record", async () => {
  const disk = new SimulatedDisk();
  const opened = openAppendWriter({ fs: disk, path: "/f", start: "new", reserve: null });
  assert.ok(opened.ok);
  const group = createGroupCommit(opened.value);
  const landed = await Promise.all(
    Array.from({ length: 100 }, (_, at) => group.land(`{"n":${at}}`)),
  );
  assert.deepEqual(
    landed.map((result) => result.ok && result.value),
    Array.from(landed.keys()),
  );
  assert.equal(disk.operations, 3, "one create, one write, one sync");
  assert.equal(opened.value.landed.records, 100);
});

test("a failed shared sync is heard by all who waited for it", async () => {
  const disk = new SimulatedDisk([{ at: 2, error: "EIO" }]);
  const opened = openAppendWriter({ fs: disk, path: "/f", start: "new", reserve: null });
  assert.ok(opened.ok);
  const group = createGroupCommit(opened.value);
  const landed = await Promise.all([group.land(`{"n":0}`), group.land(`{"n":1}`)]);
  assert.deepEqual(
    landed.map(({ ok }) => ok),
    [false, false],
  );
  assert.equal((await group.land(`{"n":2}`)).ok, false);
});

test("a record that is no line is a bug of the caller", () => {
  const opened = openAppendWriter({
    fs: new SimulatedDisk(),
    path: "/f",
    start: "new",
    reserve: null,
  });
  assert.ok(opened.ok);
  for (const record of ["", "a\nb", "a\0", "\ud800", "x".repeat(2 << 20)]) {
    assert.throws(() => opened.value.append(record), { name: "Defect" });
  }
});

test("documents are read only when they are regular files of bounded size", () => {
  inDirectory((directory) => {
    const at = (name: string): string => join(directory, name);
    writeFileSync(at("file"), "content");
    symlinkSync(at("file"), at("link"));
    symlinkSync(directory, at("loop"));
    assert.equal(spawnSync("mkfifo", [at("fifo")]).status, 0);
    mkdirSync(at("directory"));
    const codeOf = (name: string, maxBytes = 100): string => {
      const read = readDocument(fs, at(name), maxBytes);
      return read.ok ? "ok" : read.fault.code;
    };
    assert.equal(codeOf("file"), "ok");
    assert.equal(codeOf("file", 6), "store_too_large");
    assert.equal(codeOf("link"), "store_not_regular");
    assert.equal(codeOf("fifo"), "store_not_regular");
    assert.equal(codeOf("directory"), "store_not_regular");
    assert.equal(codeOf("absent"), "store_missing");
    assert.equal(codeOf("file/below"), "store_missing");
    assert.equal(fs.look(at("link"))?.kind, "symlink");
    assert.equal(fs.look(at("fifo"))?.kind, "other");
  });
});

test("documents replace each other whole, and created ones refuse to", () => {
  inDirectory((directory) => {
    const path = join(directory, "a", "b", "policy.json");
    assert.ok(makeDirectories(fs, join(directory, "a", "b")).ok);
    writeFileSync(`${path}.tmp`, "left over by a crash");
    assert.ok(writeDocument(fs, path, Buffer.from("one"), 0o600).ok);
    assert.ok(writeDocument(fs, path, Buffer.from("two"), 0o600).ok);
    const again = createDocument(fs, path, Buffer.from("three"));
    assert.ok(!again.ok && again.fault.code === "store_exists");
    assert.equal(readFileSync(path, "utf8"), "two");
    assert.equal(fs.look(path)?.permissions, 0o600);
    assert.deepEqual(fs.list(join(directory, "a", "b")), [{ name: "policy.json", kind: "file" }]);
  });
});

test("a reserve takes its space and gives it back once", () => {
  inDirectory((directory) => {
    const path = join(directory, ".reserve");
    const reserve = holdReserve(fs, path, 100_000);
    assert.ok(reserve.ok);
    assert.equal(fs.look(path)?.size, 100_000);
    reserve.value.release();
    reserve.value.release();
    assert.equal(fs.look(path), null);
  });
});

test("what the system refuses is one clear fault, and bugs pass through", () => {
  const codeOf = (code: string): string => {
    const cause = Object.assign(new Error("x"), { code });
    const done = attemptIo("write", "/f", () => {
      throw cause;
    });
    return done.ok ? "ok" : done.fault.code;
  };
  assert.equal(codeOf("ENOSPC"), "store_disk_full");
  assert.equal(codeOf("EROFS"), "store_read_only");
  assert.equal(codeOf("EIO"), "store_write_failed");
  assert.throws(() => codeOf("ERR_INVALID_ARG_TYPE"));
  assert.throws(() =>
    attemptIo("read", "/f", () => {
      throw new TypeError("a bug");
    }),
  );
});

function inDirectory(act: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "assay-store-"));
  try {
    act(directory);
  } finally {
    chmodSync(directory, 0o755);
    rmSync(directory, { recursive: true });
  }
}
