import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { frozenFiles } from "./core-lock/closure.ts";
import { coreHash, differences, hashFiles, readLock } from "./core-lock/lock.ts";
import { checkLock, renewLock } from "./core-lock.ts";

const root = mkdtempSync(join(tmpdir(), "assay-lock-"));
const now = new Date("2026-01-02T03:04:05Z");

after(() => rmSync(root, { recursive: true }));

beforeEach((context) => {
  rmSync(root, { recursive: true });
  place("src/base/index.ts", 'export { one } from "./one.ts";\n');
  place("src/base/one.ts", "export const one = 1;\n");
  place("src/base/one.test.ts", 'import { one } from "./one.ts";\n');
  place("src/core/index.ts", 'export { world } from "./world.ts";\n');
  place("src/core/world.ts", 'import { one } from "#base";\nexport const world = one;\n');
  place("src/core/unused.ts", "export const unused = 0;\n");
  place("src/kernel/index.ts", 'export type { K } from "./k.ts";\n');
  place("src/kernel/k.ts", "export type K = 1;\n");
  place("src/kernel/kernel.wasm", "\0asm");
  for (const method of ["log", "error"] as const) {
    if ("mock" in context) context.mock.method(console, method, () => {});
  }
});

test("the closure holds what the doors reach and the kernel bytes, not tests or dead files", () => {
  assert.deepEqual(frozenFiles(root), [
    "src/base/index.ts",
    "src/base/one.ts",
    "src/core/index.ts",
    "src/core/world.ts",
    "src/kernel/index.ts",
    "src/kernel/k.ts",
    "src/kernel/kernel.wasm",
  ]);
});

test("an import of a file that does not exist names the file", () => {
  place("src/core/index.ts", 'export { gone } from "./gone.ts";\n');
  assert.throws(() => frozenFiles(root), /src\/core\/gone\.ts is imported and does not exist/);
});

test("the check fails without a lock, passes after a renewal and fails on one changed byte", () => {
  assert.equal(checkLock(root), 1);
  assert.equal(renewLock(root, "the first core", now), 0);
  assert.equal(checkLock(root), 0);
  place("src/base/one.ts", "export const one = 2;\n");
  assert.equal(checkLock(root), 1);
});

test("a change of the compiled kernel, a new import and an edited lock each fail the check", () => {
  renewLock(root, "the first core", now);
  place("src/kernel/kernel.wasm", "\0asn");
  assert.equal(checkLock(root), 1);
  place("src/kernel/kernel.wasm", "\0asm");
  assert.equal(checkLock(root), 0);

  place("src/core/world.ts", 'export { unused as world } from "./unused.ts";\n');
  assert.equal(checkLock(root), 1);
  renewLock(root, "a second core entirely", now);

  const text = readFileSync(join(root, "core.lock"), "utf8");
  place("core.lock", text.replace('"version": 2', '"version": 7'));
  assert.equal(checkLock(root), 1);
});

test("a renewal needs a reason, counts up and keeps the story", () => {
  assert.equal(renewLock(root, "because", now), 2);
  assert.equal(readLock(root), null);
  renewLock(root, "the first core", now);
  assert.equal(renewLock(root, "nothing has changed here", now), 0);
  assert.equal(readLock(root)?.version, 1);

  place("src/base/one.ts", "export const one = 2;\n");
  renewLock(root, "one is two now", now);
  const lock = readLock(root);
  assert.equal(lock?.version, 2);
  assert.deepEqual(
    lock.history.map(({ version, date, reason }) => [version, date, reason]),
    [
      [1, "2026-01-02", "the first core"],
      [2, "2026-01-02", "one is two now"],
    ],
  );
});

test("differences name what changed, came and went", () => {
  renewLock(root, "the first core", now);
  const lock = readLock(root);
  assert.ok(lock !== null);
  const { "src/base/one.ts": _gone, ...rest } = lock.files;
  const files = { ...rest, "src/core/world.ts": "00", "src/core/new.ts": "11" };
  assert.deepEqual(differences(lock, files), [
    "gone     src/base/one.ts",
    "new      src/core/new.ts",
    "changed  src/core/world.ts",
  ]);
});

test("the hash is that of the listing which sha256sum prints, whatever the order of files", () => {
  place("a", "");
  place("b", "b");
  const files = hashFiles(root, ["b", "a"]);
  // From `sha256sum a b | sha256sum`.
  assert.equal(coreHash(files), "323261235aa5121489de1da3153f716865dce1dd0beaed8a95bd13fc966625be");
});

function place(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
