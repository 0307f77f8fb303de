import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { releaseHalt } from "#venues";
import { type ExecutionBench, until, withAgent } from "./execution-bench.ts";

/** What may stand in a variable; undefined: it is not set, which is no source. */
const variables: readonly (readonly [what: string, value: string | undefined, isOff: boolean])[] = [
  ["absent", undefined, true],
  ["empty", "", false],
  ["garbage", "perhaps", false],
  ["0", "0", true],
  ["1", "1", false],
  ["off", "off", true],
  ["HALT", "HALT", false],
];

type FileState = readonly [what: string, put: (path: string) => void, isOff: boolean];

/** What may lie where the file of the switch belongs. */
const files: readonly FileState[] = [
  ["absent", () => undefined, false],
  // Who runs as root can read everything; a file that others may write is not believed either.
  ["unreadable", putUnreadable, false],
  ["empty", (path) => writeFileSync(path, ""), false],
  ["garbage", (path) => writeFileSync(path, "\u0000\u0001perhaps"), false],
  ["directory", (path) => mkdirSync(path), false],
  ["fifo", (path) => void execFileSync("mkfifo", [path]), false],
  ["0", (path) => writeFileSync(path, "0"), true],
  ["1", (path) => writeFileSync(path, "1"), false],
  ["off", (path) => writeFileSync(path, "off\n"), true],
  ["HALT", (path) => writeFileSync(path, "HALT"), false],
];

/** No look at any source may wait for anything; an answer comes at once or it is a failure. */
const answerMs = 2000;

for (const [variable, value, variableIsOff] of variables) {
  const env = value === undefined ? {} : { EXECUTION_HALTED: value };
  test(`the variable is ${variable}: orders leave only where the file says off too`, async () => {
    await withAgent({ env }, async (bench) => {
      for (const [file, put, fileIsOff] of files) {
        rmSync(bench.switchFile, { recursive: true, force: true });
        put(bench.switchFile);
        const what = `variable ${variable}, file ${file}`;
        const expected = variableIsOff && fileIsOff;
        assert.equal(await permits(bench, what), expected, what);
      }
    });
  });
}

/** Lets go of what the state before has latched, and asks for an order. */
async function permits(bench: ExecutionBench, what: string): Promise<boolean> {
  const released = releaseHalt(bench.places, "ada");
  if (released.ok) await until("the release is seen", () => mayRecover(bench));
  const before = bench.venue.oracle.acceptedCount();
  await bench.call("POST", "/recover", { by: "ada" });
  const fromMs = Date.now();
  const told = await bench.execute(`key-${what.replaceAll(/[^a-zA-Z0-9]/g, "-")}`);
  const state = await bench.state();
  assert.ok(Date.now() - fromMs < answerMs, `${what} took ${Date.now() - fromMs} ms`);
  const sent = bench.venue.oracle.acceptedCount() - before;
  assert.equal(sent, told.status === 200 ? 1 : 0, what);
  if (told.status === 200) return true;
  assert.deepEqual([told.status, told.code], [409, "kill_switch_enabled"], what);
  assert.deepEqual([state.mode, state.may_execute], ["OFF", false], what);
  return false;
}

async function mayRecover(bench: ExecutionBench): Promise<boolean> {
  return (await bench.call("POST", "/recover", { by: "ada" })).status === 200;
}

/** The administrator reads everything: there, a file that anybody may write stands for it. */
function putUnreadable(path: string): void {
  writeFileSync(path, "off");
  const isRoot = process.geteuid?.() === 0;
  execFileSync("chmod", [isRoot ? "666" : "000", path]);
}

test("a file that is replaced by a link, or by one that is too long, halts", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    const elsewhere = join(bench.root, "ELSEWHERE");
    writeFileSync(elsewhere, "off");
    rmSync(bench.switchFile);
    execFileSync("ln", ["-s", elsewhere, bench.switchFile]);
    assert.equal((await bench.execute("key-000001")).code, "kill_switch_enabled");
    rmSync(bench.switchFile);
    writeFileSync(bench.switchFile, "off".padEnd(1 << 20));
    assert.equal((await bench.execute("key-000002")).code, "kill_switch_enabled");
  });
});
