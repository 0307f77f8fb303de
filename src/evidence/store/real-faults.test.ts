import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { appendBatches, recordText } from "./append-worker.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { recoverRecords } from "./recover.ts";

const skip = withoutStrace();

test("undisturbed, every record lands", () => {
  inDirectory((path) => {
    const run = runWithFileLimit(path, 1000);
    assert.deepEqual(run, { status: 0, acknowledged: 12, recovered: 12, torn: false });
  });
});

test("a real sync that fails is never acknowledged, nor anything after it", { skip }, () => {
  inDirectory((path) => {
    const run = runUnderFault(path, "fdatasync:error=EIO:when=3");
    assert.equal(run.status, 5);
    assert.ok(run.acknowledged < 12 && (run.recovered ?? 0) >= run.acknowledged, text(run));
  });
});

test("a real full disk ends the writer and loses nothing that landed", { skip }, () => {
  inDirectory((path) => {
    const run = runUnderFault(path, "write:error=ENOSPC:when=3");
    assert.equal(run.status, 5);
    assert.ok(run.acknowledged > 0 && (run.recovered ?? 0) >= run.acknowledged, text(run));
  });
});

test("a process killed at a write or a rename leaves what it acknowledged", { skip }, () => {
  for (const inject of ["write:signal=KILL:when=3", "rename:signal=KILL:when=1"]) {
    inDirectory((path) => {
      const run = runUnderFault(path, inject);
      assert.equal(run.status, null);
      assert.ok(run.acknowledged > 0 && (run.recovered ?? 0) >= run.acknowledged, text(run));
    });
  }
});

test("a real short write is continued, and torn when it cannot be", () => {
  inDirectory((path) => {
    const run = runWithFileLimit(path, 4);
    assert.equal(run.status, 5);
    assert.equal(run.torn, true);
    assert.ok(run.acknowledged > 0 && (run.recovered ?? 0) >= run.acknowledged, text(run));
  });
});

export type FaultyRun = Readonly<{
  /** Exit code, null when it was killed. */
  status: number | null;
  /** Records that the process was told have landed. */
  acknowledged: number;
  /** Records that are there after recovery, null when there is no file. */
  recovered: number | null;
  /** Whether the file held a torn tail before. */
  torn: boolean;
}>;

/** The `skip` option of tests that break real system calls. */
export function withoutStrace(): string | false {
  const found = spawnSync("strace", ["-e", "trace=none", "true"], { stdio: "ignore" });
  return found.status === 0 ? false : "needs strace, and leave to trace processes";
}

/** Runs the worker with this fault on its files, then recovers what it left. */
export function runUnderFault(path: string, inject: string): FaultyRun {
  const files = [path, dirname(path), join(dirname(path), "count.tmp")];
  const only = ["-f", "-qq", "-o", "/dev/null", ...files.flatMap((file) => ["-P", file])];
  const args = [...only, "-e", `inject=${inject}`, process.execPath, ...workerArgs(path)];
  return judge(path, spawnSync("strace", args, { encoding: "utf8" }));
}

/** The file may not grow beyond this: the write that reaches it is short, the next one fails. */
function runWithFileLimit(path: string, kilobytes: number): FaultyRun {
  const script = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
  const args = ["-c", script, process.execPath, ...workerArgs(path)];
  return judge(path, spawnSync("bash", args, { encoding: "utf8" }));
}

function workerArgs(path: string): readonly string[] {
  const worker = JSON.stringify(join(import.meta.dirname, "append-worker.ts"));
  const code = `import(${worker}).then((worker) => {
    process.exitCode = worker.${appendBatches.name}(${JSON.stringify(path)});
  })`;
  return ["-e", code];
}

function judge(
  path: string,
  child: Readonly<{ status: number | null; stdout: string }>,
): FaultyRun {
  const acknowledged = Number(child.stdout.trim().split("\n").at(-1));
  const found = recoverRecords(nodeFileSystem, path, 0);
  assert.ok(found.ok || found.fault.code === "store_missing", text(found));
  if (found.ok) {
    const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
    const ours = lines.map((_, at) => recordText(Math.floor(at / 3), at % 3));
    assert.deepEqual(lines, ours);
  }
  return {
    status: child.status,
    acknowledged,
    recovered: found.ok ? found.value.records : null,
    torn: found.ok && found.value.torn !== null,
  };
}

function inDirectory(act: (path: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "assay-faults-"));
  try {
    act(join(directory, "run", "records.jsonl"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function text(value: object): string {
  return JSON.stringify(value);
}
