import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { checkSkips } from "./check-skips.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-skips-"));

after(() => rmSync(folder, { recursive: true }));

beforeEach((context) => {
  if (!("mock" in context)) return;
  for (const method of ["log", "error"] as const) context.mock.method(console, method, () => {});
});

test("without a report there is nothing to judge, and that is said", () => {
  assert.equal(checkSkips(join(folder, "absent"), true), 2);
});

test("a skipped or unfinished test is refused where shared is present, allowed where not", () => {
  report('test("one", { skip: "needs shared/data" }, () => {});', 'test("two", { todo: true });');
  const lines = readFileSync(join(folder, "skips.jsonl"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ name, reason }) => [name, reason]),
    [
      ["one", "needs shared/data"],
      ["two", ""],
    ],
  );
  assert.equal(checkSkips(folder, true), 1);
  assert.equal(checkSkips(folder, false), 0);
});

test("a run that skipped nothing passes", () => {
  report('test("one", { skip: false }, () => {});');
  assert.equal(checkSkips(folder, true), 0);
});

/** Runs node:test over these lines with the reporter, as tools/test.ts does. */
function report(...lines: readonly string[]): void {
  const file = join(folder, "sample.test.mjs");
  writeFileSync(file, ['import { test } from "node:test";', ...lines, ""].join("\n"));
  const reporter = join(import.meta.dirname, "skip-reporter.ts");
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const child = spawnSync(
    process.execPath,
    [
      "--test",
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${join(folder, "skips.jsonl")}`,
      file,
    ],
    { encoding: "utf8", env },
  );
  assert.equal(child.status, 0, child.stderr);
}
