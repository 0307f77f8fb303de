import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runUnderFault, runWithFileLimit, withoutStrace } from "./strace.ts";

const skip = withoutStrace();

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
