import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { evaluateSwitch } from "#safety";
import { readStopFile, readSwitchFile, readSwitchVariable } from "./read-source.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-switch-"));
after(() => rmSync(folder, { recursive: true }));
const at = { wallMs: 0, monoMs: 0 };

let made = 0;
function place(make: (path: string) => void): string {
  made += 1;
  const path = join(folder, `switch-${made}`);
  make(path);
  return path;
}

/** Every state of a file of the switch that issue and drill book name, and what it must say. */
const files: readonly (readonly [string, (path: string) => void, string])[] = [
  ["absent", () => {}, "switch_absent"],
  ["0", (path) => writeFileSync(path, "0"), "switch_off"],
  ["off with a line end", (path) => writeFileSync(path, "off\n"), "switch_off"],
  ["1", (path) => writeFileSync(path, "1"), "switch_on"],
  ["HALT", (path) => writeFileSync(path, "HALT\n"), "switch_on"],
  ["empty", (path) => writeFileSync(path, ""), "switch_empty"],
  ["garbage", (path) => writeFileSync(path, Buffer.from([0xff, 0, 0x30])), "switch_unknown_word"],
  ["two lines", (path) => writeFileSync(path, "off\n1\n"), "switch_unknown_word"],
  ["a directory", (path) => mkdirSync(path), "switch_directory"],
  ["a FIFO", (path) => execFileSync("mkfifo", [path]), "switch_fifo"],
  ["a FIFO with a writer", pipeWithWriter, "switch_fifo"],
  ["a link to an off word", linkToOff, "switch_link"],
  ["a link to nowhere", (path) => symlinkSync("nowhere", path), "switch_link"],
  ["a link to itself", (path) => symlinkSync(path, path), "switch_link"],
  ["a gigabyte", sparseGigabyte, "switch_too_long"],
  ["below a file", (path) => writeFileSync(path, "0"), "switch_off"],
  ["writable by all", writableByAll, "switch_unsafe_permissions"],
];

function pipeWithWriter(path: string): void {
  execFileSync("mkfifo", [path]);
  openSync(path, "r+");
}

function linkToOff(path: string): void {
  writeFileSync(`${path}-target`, "0");
  symlinkSync(`${path}-target`, path);
}

function sparseGigabyte(path: string): void {
  writeFileSync(path, "0\n");
  truncateSync(path, 1 << 30);
}

function writableByAll(path: string): void {
  writeFileSync(path, "0");
  chmodSync(path, 0o666);
}

const variables: readonly (readonly [string | undefined, string])[] = [
  [undefined, "switch_not_configured"],
  ["", "switch_empty"],
  ["0", "switch_off"],
  ["off", "switch_off"],
  ["1", "switch_on"],
  ["HALT", "switch_on"],
  ["garbage", "switch_unknown_word"],
  ["0".repeat(100_000), "switch_too_long"],
];

test("every state of the file with every state of the variable: off everywhere, or halted", () => {
  for (const [what, make, fileReason] of files) {
    const path = place(make);
    for (const [value, variableReason] of variables) {
      const sources = [
        { name: "EXECUTION_HALTED", reading: readSwitchVariable(value) },
        { name: path, reading: readSwitchFile(path) },
      ];
      const verdict = evaluateSwitch(sources, at);
      const reasons = [variableReason, fileReason].filter(
        (reason) => reason !== "switch_not_configured",
      );
      const due = reasons.find((reason) => reason !== "switch_off") ?? "switch_off";
      assert.equal(verdict.reason, due, `${what} with ${String(value).slice(0, 10)}`);
      assert.equal(verdict.allowed, due === "switch_off");
    }
  }
});

test("a file that may not be read halts", { skip: isRoot() }, () => {
  const path = place((to) => writeFileSync(to, "0", { mode: 0o000 }));
  assert.deepEqual(readSwitchFile(path), { state: "unreadable" });
});

test("a path through a file and a socket halt too", async () => {
  const file = place((path) => writeFileSync(path, "0"));
  assert.deepEqual(readSwitchFile(join(file, "EXECUTION_HALTED")), { state: "unreadable" });
  const socket = place(() => {});
  const server = createServer();
  await new Promise<void>((listening) => {
    server.listen(socket, listening);
  });
  assert.deepEqual(readSwitchFile(socket), { state: "unreadable" });
  server.close();
  assert.deepEqual(readSwitchFile("/dev/zero"), { state: "special_file" });
});

test("the links of a mounted ConfigMap are followed, and only those", () => {
  const mount = place((path) => mkdirSync(path));
  const target = join(mount, "..2026_01_02");
  mkdirSync(target);
  writeFileSync(join(target, "EXECUTION_HALTED"), "0\n");
  symlinkSync("..2026_01_02", join(mount, "..data"));
  symlinkSync("..data/EXECUTION_HALTED", join(mount, "EXECUTION_HALTED"));
  const path = join(mount, "EXECUTION_HALTED");
  assert.deepEqual(readSwitchFile(path), { state: "text", text: "0\n" });
  writeFileSync(join(target, "EXECUTION_HALTED"), "1\n");
  assert.deepEqual(readSwitchFile(path), { state: "text", text: "1\n" });
  rmSync(join(target, "EXECUTION_HALTED"));
  assert.deepEqual(readSwitchFile(path), { state: "absent" });
  symlinkSync("elsewhere", join(target, "EXECUTION_HALTED"));
  assert.deepEqual(readSwitchFile(path), { state: "link" });
});

test("STOP is whatever is at its path, and only a certain absence goes on", () => {
  assert.equal(readStopFile(place(() => {})), "absent");
  for (const make of [
    (path: string): void => writeFileSync(path, ""),
    (path: string): void => mkdirSync(path),
    (path: string): void => symlinkSync("nowhere", path),
    (path: string): void => void execFileSync("mkfifo", [path]),
  ]) {
    assert.equal(readStopFile(place(make)), "present");
  }
  const file = place((path) => writeFileSync(path, ""));
  assert.equal(readStopFile(join(file, "STOP")), "unreadable");
});

function isRoot(): string | false {
  return process.getuid?.() === 0 ? "the administrator may read everything" : false;
}
