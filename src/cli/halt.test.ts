import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { runCli } from "./program.ts";
import type { Switches } from "./verb.ts";

type Said = Readonly<{ code: number; stdout: string; err: string }>;

const folder = mkdtempSync(join(tmpdir(), "assay-halt-"));
after(() => rmSync(folder, { recursive: true }));
const switchFile = join(folder, "switch");
writeFileSync(switchFile, "off\n");
const switches: Switches = { EXECUTION_HALTED_FILE: switchFile };

let made = 0;
function freshRoot(): string {
  made += 1;
  const root = join(folder, `root${made}`);
  mkdirSync(root);
  return root;
}

async function halt(root: string, ...args: readonly string[]): Promise<Said> {
  return run(switches, root, ...args);
}

/** One command line, in this process. */
async function run(given: Switches, root: string, ...args: readonly string[]): Promise<Said> {
  const said = { stdout: "", err: "" };
  const into = (name: keyof typeof said): Writable =>
    new Writable({
      write(chunk, _encoding, done): void {
        said[name] += String(chunk);
        done();
      },
    });
  const streams = { stdout: into("stdout"), stderr: into("err") };
  const product = { version: "0", image: null, switches: given };
  const code = await runCli(["halt", "--root", root, ...args], streams, product);
  return { code, ...said };
}

test("the status of a root that is not there is no news that orders may leave", async () => {
  const nowhere = await halt(join(freshRoot(), "nowhere"), "--status");
  assert.deepEqual([nowhere.code, nowhere.stdout], [2, ""]);
  assert.match(nowhere.err, /^assay: there is no such root, .*--root .*\[root_unreadable\]\n$/);
});

test("a release asks why, is refused while halted, and does nothing unhalted", async () => {
  const root = freshRoot();
  const nothing = await halt(root, "--release", "--reason", "x");
  assert.deepEqual([nothing.code, /latch_not_engaged/.test(nothing.err)], [2, true]);
  await halt(root);
  const silent = await halt(root, "--release");
  assert.deepEqual([silent.code, /--reason/.test(silent.err)], [2, true]);
  const on = { ...switches, EXECUTION_HALTED: "1" };
  const still = await run(on, root, "--release", "--reason", "x");
  assert.deepEqual([still.code, /switch_still_halted/.test(still.err)], [4, true]);
  assert.equal((await halt(root, "--status", "--release", "--reason", "x")).code, 2);
  assert.equal((await halt(root, "--status")).code, 4);
});

const spoilt: readonly (readonly [what: string, spoil: (path: string) => void])[] = [
  ["a folder", (path) => mkdirSync(path, { recursive: true })],
  [
    "a pipe",
    (path) => {
      mkdirSync(join(path, ".."));
      execFileSync("mkfifo", [path]);
    },
  ],
  ["a file where its folder should be", (path) => writeFileSync(join(path, ".."), "x")],
];

for (const [what, spoil] of spoilt) {
  test(`${what} in place of the latch halts, and is told in one line`, async () => {
    const root = freshRoot();
    spoil(join(root, "halt", "latch.jsonl"));
    const halted = await halt(root);
    assert.equal(halted.code, 5);
    assert.match(halted.stdout, /^orders {2}STOPPED\n/);
    assert.equal(halted.err.trim().split("\n").length, 1, halted.err);
    assert.equal((await halt(root, "--status")).code, 4);
    assert.notEqual((await halt(root, "--release", "--reason", "x")).code, 0);
  });
}

test("a garbled log is an engaged latch that a person lets go of", async () => {
  const root = freshRoot();
  mkdirSync(join(root, "halt"));
  appendFileSync(join(root, "halt", "latch.jsonl"), "off\n");
  assert.equal((await halt(root, "--status")).code, 4);
  assert.equal((await halt(root, "--release", "--reason", "looked at it")).code, 0);
  assert.equal((await halt(root, "--status")).code, 0);
});

test("posture is one JSON line, and the STOP file is part of it", async () => {
  const root = freshRoot();
  writeFileSync(join(root, "STOP"), "");
  const status = await halt(root, "--status", "--json");
  assert.equal(status.code, 4);
  const posture: Record<string, unknown> = JSON.parse(status.stdout);
  assert.deepEqual(
    [posture["type"], posture["orders_stopped"], posture["stop"]],
    ["halt_posture", true, "stop_present"],
  );
});

test("a root that was not there is halted all the same, and the doubt is said", async () => {
  const halted = await halt(join(folder, "typo"));
  assert.equal(halted.code, 0);
  assert.match(halted.err, /does any process look at it\?/);
});
