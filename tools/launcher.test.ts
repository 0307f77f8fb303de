import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const bin = join(import.meta.dirname, "..", "bin");
const folder = mkdtempSync(join(tmpdir(), "assay-launcher-"));

after(() => rmSync(folder, { recursive: true }));

/** Makes the process take itself for an old Node, as the launcher sees it. */
const posing = `data:text/javascript,${encodeURIComponent(
  'Object.defineProperty(process, "versions", { value: { node: "20.1.0" } });',
)}`;

const counter = place(
  "counter.mjs",
  `let count = 0;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => console.log("got", signal, ++count));
}
process.on("SIGUSR2", () => process.exit(count === 1 ? 130 : 99));
setInterval(() => {}, 1000);
console.log("up");
`,
);
const leaving = place("leaving.mjs", "process.exitCode = Number(process.argv[2]);\n");
const dying = place("dying.mjs", 'process.kill(process.pid, "SIGKILL");\n');

test("an old Node runs the command under the Node of the lockfile", () => {
  const child = posed(join(bin, "assay.mjs"), ["--version"]);
  assert.match(child.stdout, /^\d+\.\d+\.\d+/);
  assert.equal(child.status, 0, child.stderr);
});

test("without a Node 26 the command and the scripts refuse in one line, exit 5", () => {
  cpSync(bin, join(folder, "bin"), { recursive: true });
  for (const name of ["assay.mjs", "guard.mjs"]) {
    const child = posed(join(folder, "bin", name), []);
    assert.equal(child.status, 5, child.stderr);
    assert.match(child.stderr, /^assay needs Node 26, this is Node 20\.1\.0 on [^\n]+\n$/);
  }
});

test("exit codes pass through, and a death by signal stays one", () => {
  assert.equal(spawnSync(process.execPath, [launcher(leaving), "3"]).status, 3);
  assert.equal(spawnSync(process.execPath, [launcher(leaving), "0"]).status, 0);
  assert.equal(spawnSync(process.execPath, [launcher(dying)]).signal, "SIGKILL");
});

test("SIGINT reaches the command once, from a terminal (to the group) or from a kill", async () => {
  for (const whole of [true, false]) {
    const lines: string[] = [];
    const child = spawn(process.execPath, [launcher(counter)], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true, // Its own process group, as a shell gives each job.
    });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    for await (const line of linesOf(child)) {
      lines.push(line);
      if (line === "up") process.kill(whole ? -pidOf(child) : pidOf(child), "SIGINT");
      // A second signal would have come with the first: the child answers 99 when it did.
      if (line === "got SIGINT 1") setTimeout(() => child.kill("SIGUSR2"), 150);
    }
    assert.deepEqual(lines, ["up", "got SIGINT 1"]);
    assert.equal(await ended, 130);
  }
});

test("SIGTERM is passed on", async () => {
  const child = spawn(process.execPath, [launcher(counter)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of linesOf(child)) {
    lines.push(line);
    if (line === "up") child.kill("SIGTERM");
    else child.kill("SIGUSR2");
  }
  assert.deepEqual(lines, ["up", "got SIGTERM 1"]);
});

function posed(
  script: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["--import", posing, script, ...args], { encoding: "utf8" });
}

/** A script that relaunches `script`, as bin/assay.mjs does under an old Node. */
function launcher(script: string): string {
  const runtime = pathToFileURL(join(bin, "runtime.mjs")).href;
  const words = [process.execPath, script].map((word) => JSON.stringify(word)).join(", ");
  return place(
    `launch-${script.slice(folder.length + 1)}`,
    `import { relaunch } from "${runtime}";\nrelaunch(${words}, process.argv.slice(2));\n`,
  );
}

function linesOf(child: ChildProcessByStdio<null, Readable, null>): AsyncIterable<string> {
  return createInterface({ input: child.stdout });
}

function pidOf(child: ChildProcessByStdio<null, Readable, null>): number {
  assert.ok(child.pid !== undefined);
  return child.pid;
}

function place(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
