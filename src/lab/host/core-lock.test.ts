import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readFrozenCore } from "./core-lock.ts";
import { fileSha256 } from "./file-digest.ts";

const checkout = mkdtempSync(join(tmpdir(), "assay-core-"));
after(() => rmSync(checkout, { recursive: true, force: true }));

const source = join(checkout, "src", "core", "world.ts");
mkdirSync(join(checkout, "src", "core"), { recursive: true });
writeFileSync(source, "export const world = 1;\n");
const lock = {
  format: "core-lock/1",
  version: 3,
  core_hash: "a".repeat(64),
  files: { "src/core/world.ts": fileSha256(source) },
  history: [],
};
writeFileSync(join(checkout, "core.lock"), JSON.stringify(lock));

test("a core whose files are the locked ones has the hash of the lock", () => {
  const read = readFrozenCore(checkout);
  assert.deepEqual(read, { ok: true, value: { version: 3, core_hash: "a".repeat(64), files: 1 } });
});

test("a changed, missing or unlocked core has no hash, and the file is named", () => {
  writeFileSync(source, "export const world = 2;\n");
  const changed = readFrozenCore(checkout);
  assert.ok(!changed.ok && changed.fault.at === "src/core/world.ts");
  rmSync(source);
  assert.equal(readFrozenCore(checkout).ok, false);
  writeFileSync(join(checkout, "core.lock"), "{");
  const garbled = readFrozenCore(checkout);
  assert.ok(!garbled.ok && garbled.fault.code === "core_lock_unavailable");
});

test("the core of this checkout is locked", () => {
  const read = readFrozenCore();
  assert.ok(read.ok, read.ok ? "" : read.fault.message);
  assert.ok(read.value.files > 40);
});
