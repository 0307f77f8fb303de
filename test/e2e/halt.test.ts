import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { haltPlaces, openHaltWatch } from "#venues";
import { assay, type Ended, makeFolder } from "./assay.ts";

const folder = makeFolder();
const switchFile = join(folder, "switch");
writeFileSync(switchFile, "off\n");
const env = { EXECUTION_HALTED_FILE: switchFile };

let made = 0;
function freshRoot(): string {
  made += 1;
  const root = join(folder, `root${made}`);
  mkdirSync(root);
  return root;
}

async function halt(root: string, ...args: readonly string[]): Promise<Ended> {
  return assay(["halt", "--root", root, ...args], { env });
}

test("a halt by one process stops the orders of another until it is released", async () => {
  const root = freshRoot();
  const watch = openHaltWatch(haltPlaces(root, { EXECUTION_HALTED_FILE: switchFile }));
  assert.equal(watch.look().latch.state, "clear");
  assert.equal((await halt(root, "--status")).code, 0);

  const halted = await halt(root, "--reason", "fills\nwithout bills", "--by", "Ada");
  assert.equal(halted.code, 0, halted.stderr);
  assert.match(halted.stdout, /^orders {2}STOPPED\n/);
  const { latch } = watch.look();
  assert.deepEqual(latch.state === "latched" ? [latch.source, latch.reason] : null, [
    "operator Ada",
    "operator_halt: fills without bills",
  ]);
  assert.equal((await halt(root, "--status")).code, 4);
  assert.equal((await halt(root)).code, 0, "halting twice is no mistake");

  const released = await halt(root, "--release", "--reason", "all found", "--by", "Bob");
  assert.equal(released.code, 0, released.stderr);
  assert.match(released.stderr, /live trading stays halted/);
  assert.equal(watch.look().latch.state, "released");
  assert.equal((await halt(root, "--status")).code, 0);
});

test("many processes that halt at the same time leave a log that says so", async () => {
  const root = freshRoot();
  const all = await Promise.all(Array.from({ length: 3 }, async () => halt(root)));
  assert.deepEqual(
    all.map(({ code }) => code),
    [0, 0, 0],
  );
  const lines = readFileSync(join(root, "halt", "latch.jsonl"), "utf8")
    .trim()
    .split("\n");
  assert.equal(lines.length, 3);
  for (const line of lines) assert.equal(JSON.parse(line).event, "latched");
});

test("where the latch cannot be written the other two ways to stop are named", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("only the administrator can be somebody else");
  const root = freshRoot();
  // The folders above belong to the administrator alone.
  execFileSync("chmod", ["755", folder, root]);
  const options = { env, uid: 65_534 };
  const halted = await assay(["halt", "--root", root], options);
  assert.equal(halted.code, 5, halted.stderr);
  assert.match(halted.stderr, /write 1 into .*switch, or make .*STOP/);
});
