import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Fault, Result } from "#base";
import { openRosterFile } from "#simulator";
import { faultToExit } from "./exit-codes.ts";
import { writableRoot } from "./root.ts";
import { renderTo } from "./venue-diff-render.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-root-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A place of the kernel's: it makes no folders, and calls the place itself absent. */
const madeByNobody = "/proc/assay/root";
const skip = existsSync("/proc") ? false : "this system has no /proc";

function refusal(result: Result<unknown, Fault>): readonly [string, number] {
  assert.ok(!result.ok);
  return [result.fault.code, faultToExit(result.fault)];
}

test("a root is made with all that is above it, and taken as it is afterwards", () => {
  const root = join(folder, "one", "two");
  assert.deepEqual(writableRoot(root), { ok: true, value: root });
  assert.deepEqual(writableRoot(root), { ok: true, value: root });
});

test("a file is no root, and nothing is made below one", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  assert.deepEqual(refusal(writableRoot(file)), ["root_not_directory", 2]);
  assert.deepEqual(refusal(writableRoot(join(file, "below"))), ["root_not_directory", 2]);
});

test("where the system makes no folders, each place is refused instead of waited for", {
  skip,
}, () => {
  const root = writableRoot(madeByNobody);
  assert.deepEqual(refusal(root), ["root_unwritable", 5]);
  assert.match(root.ok ? "" : root.fault.message, /no directory can be made there/);
  const keys = openRosterFile(join(madeByNobody, "keys.json"), "demo");
  assert.deepEqual(refusal(keys), ["keys_unwritable", 5]);
  assert.deepEqual(refusal(renderTo(folder, madeByNobody)), ["render_unwritable", 5]);
});
