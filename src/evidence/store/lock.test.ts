import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertStated } from "#support";
import { enumerateCrashes } from "./crash-driver.ts";
import { createDocument } from "./document.ts";
import { takeLock, waitForLock } from "./lock.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { machineProcesses, type Processes, type ProcessIdentity } from "./process-identity.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const self: ProcessIdentity = {
  host: "one",
  boot_id: "boot-1",
  pid_namespace: "pid:[1]",
  pid: 100,
  started_ticks: 5000,
};
const alive: Processes = { self, startedTicks: () => self.started_ticks };
const gone: Processes = { self: { ...self, pid: 101 }, startedTicks: () => "gone" };

test("one process holds a lock, and the next one gets a higher number", () => {
  const disk = new SimulatedDisk();
  const first = takeLock(disk, "/log.lock", alive);
  assert.ok(first.ok && first.value.number === 1);
  const second = takeLock(disk, "/log.lock", alive);
  assert.ok(!second.ok && second.fault.code === "store_lock_unavailable");
  assert.match(second.fault.message, /process 100/);
  assert.ok(first.value.release().ok);
  const third = takeLock(disk, "/log.lock", alive);
  assert.ok(third.ok && third.value.number === 2);
  assert.deepEqual([...disk.contents().keys()], ["/log.lock.2"]);
});

test("the lock of a process that is provably gone is followed", () => {
  const followers: Processes[] = [
    gone,
    { self: { ...self, boot_id: "boot-2" }, startedTicks: () => 5000 },
    { self, startedTicks: () => 5001 },
  ];
  for (const processes of followers) {
    const disk = new SimulatedDisk();
    assert.ok(takeLock(disk, "/log.lock", alive).ok);
    const lock = takeLock(disk, "/log.lock", processes);
    assert.ok(lock.ok && lock.value.number === 2);
  }
});

test("a holder that cannot be judged still holds it", () => {
  const strangers: Processes[] = [
    { self: { ...self, host: "two", boot_id: "boot-2" }, startedTicks: () => "gone" },
    { self: { ...self, pid_namespace: "pid:[2]" }, startedTicks: () => "gone" },
    { self: { ...self, boot_id: null, pid: 7 }, startedTicks: () => null },
  ];
  for (const processes of strangers) {
    const disk = new SimulatedDisk();
    assert.ok(takeLock(disk, "/log.lock", alive).ok);
    const lock = takeLock(disk, "/log.lock", processes);
    assert.ok(!lock.ok && lock.fault.code === "store_lock_unavailable");
  }
  for (const content of ["", "{}\n", "garbage", "\0".repeat(100)]) {
    const disk = new SimulatedDisk();
    createDocument(disk, "/log.lock.1", Buffer.from(content));
    const lock = takeLock(disk, "/log.lock", gone);
    assert.ok(!lock.ok && lock.fault.code === "store_lock_unavailable", content);
  }
});

test("two that follow the same dead holder do not both win", () => {
  // The slow one saw number 1 dead; meanwhile 2 was taken, released, and 3 taken.
  const disk = new SimulatedDisk();
  assert.ok(takeLock(disk, "/log.lock", alive).ok);
  const slow = slowLister(disk);
  const second = takeLock(disk, "/log.lock", gone);
  assert.ok(second.ok && second.value.release().ok);
  const third = takeLock(disk, "/log.lock", gone);
  assert.ok(third.ok && third.value.number === 3);
  const late = takeLock(slow, "/log.lock", gone);
  assert.ok(!late.ok && late.fault.code === "store_lock_unavailable");
  assert.deepEqual([...disk.contents().keys()], ["/log.lock.3"]);
});

test("after any crash the next boot can take the lock", (t) => {
  const rebooted: Processes = {
    self: { ...self, boot_id: "boot-2", pid: 3 },
    startedTicks: () => "gone",
  };
  const counted = enumerateCrashes<object>({
    setUp: (disk) => void takeLock(disk, "/log.lock", alive),
    ledger: () => ({}),
    run: (disk) => {
      const lock = takeLock(disk, "/log.lock", gone);
      if (lock.ok) lock.value.release();
    },
    check: (disk, _ledger, label) => {
      const lock = takeLock(disk, "/log.lock", rebooted);
      assert.ok(lock.ok, `${label}: ${JSON.stringify(lock)}`);
      assert.deepEqual([...disk.contents().keys()], [`/log.lock.${lock.value.number}`], label);
    },
  });
  assertStated(t, "taking a lock", counted);
});

test("on this machine a running process holds its lock and a killed one does not", async () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-lock-"));
  const path = join(directory, "log.lock");
  const child = spawn("sleep", ["60"]);
  try {
    assert.ok(child.pid !== undefined);
    const own = machineProcesses();
    const ticks = own.startedTicks(child.pid);
    assert.notEqual(ticks, "gone");
    const started_ticks = ticks === "gone" ? null : ticks;
    const holder = { ...own, self: { ...own.self, pid: child.pid, started_ticks } };
    assert.ok(takeLock(nodeFileSystem, path, holder).ok);
    assert.ok(!waitForLock(nodeFileSystem, path, own, 40).ok);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    const lock = takeLock(nodeFileSystem, path, own);
    assert.ok(lock.ok && lock.value.number === 2);
  } finally {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  }
});

/** A view of the disk whose first listing is the one of now. */
function slowLister(disk: SimulatedDisk): SimulatedDisk {
  const listed = disk.list("/");
  let first = true;
  return new Proxy(disk, {
    get(target, property) {
      if (property === "list" && first) {
        first = false;
        return () => listed;
      }
      const value: unknown = Reflect.get(target, property, target);
      return value;
    },
  });
}
