import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, makeFolder } from "./assay.ts";

const folder = makeFolder();

test("doctor says of each thing whether it is fit, and leaves nothing behind", async () => {
  const root = join(folder, "not-made-yet");
  const run = await assay(["doctor", "--root", root]);
  assert.equal(run.code, 0, run.stdout);
  for (const name of ["runtime", "writes", "clock", "kernel", "core", "stop"]) {
    assert.match(run.stdout, new RegExp(`^(ok|warn) +${name} `, "m"));
  }
  assert.match(run.stdout, /^FIT: \d+ checks/m);
  assert.equal(existsSync(root), false);
});

test("an unfit place ends with exit 1 and says what to do", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const run = await assay(["doctor", "--root", join(file, "below")]);
  assert.match(run.stdout, /^warn +stop .*unreadable means stop/m);
  const json = await assay(["doctor", "--root", "/proc/nowhere", "--json"]);
  assert.equal(json.code, 1, json.stdout);
  const lines = json.stdout.trimEnd().split("\n");
  const checks = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const writes = checks.find(({ name }) => name === "writes");
  assert.equal(writes?.["status"], "fail");
  assert.equal(typeof writes["remedy"], "string");
  assert.equal(checks.at(-1)?.["ok"], false);
});

test("a STOP file is a warning with its place", async () => {
  const root = join(folder, "stopped");
  mkdirSync(root);
  writeFileSync(join(root, "STOP"), "");
  const run = await assay(["doctor", "--root", root]);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /^warn +stop .*\n +remove .*STOP to start runs$/m);
});

test("a bug of ours ends in one line and exit 1, without a stack", async () => {
  const boom = 'setTimeout(() => { throw new Error("boom\\nand more"); }, 30)';
  const nodeFlags = ["--import", `data:text/javascript,${encodeURIComponent(boom)}`];
  const args = ["evolve", "--seeds", "1", "--seasons", "4000x1000", "--root", join(folder, "bug")];
  const run = await assay(args, { nodeFlags });
  assert.equal(run.code, 1);
  const [line = "", ...others] = run.stderr.trimEnd().split("\n").slice(-1);
  assert.deepEqual(others, []);
  assert.match(line, /^assay: internal error in [\d.]+: Error: boom and more; please report/);
  assert.doesNotMatch(run.stderr, /\n {4}at /);
});
