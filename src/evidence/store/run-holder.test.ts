import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { nodeFileSystem } from "./node-file-system.ts";
import { machineProcesses, type Processes } from "./process-identity.ts";
import { holdReserve } from "./reserve.ts";
import { holderLine, processAtWork } from "./run-holder.ts";

test("a reserve names who holds it, and only a process that certainly runs is at work", () => {
  const folder = mkdtempSync(join(tmpdir(), "assay-holder-"));
  try {
    const path = join(folder, ".reserve");
    const { self } = machineProcesses();
    const other = { ...self, pid: self.pid + 1, started_ticks: 7 };
    assert.ok(holdReserve(nodeFileSystem, path, 1000, holderLine(other)).ok);
    const seenBy = (ticks: number | null | "gone", as: Partial<typeof self> = {}): Processes => ({
      self: { ...self, ...as },
      startedTicks: () => ticks,
    });
    assert.equal(processAtWork(path, seenBy(7)), other.pid);
    assert.equal(processAtWork(path, seenBy("gone")), null);
    assert.equal(processAtWork(path, seenBy(8)), null, "the id is another process's by now");
    assert.equal(processAtWork(path, seenBy(7, { host: "elsewhere" })), null);
    assert.equal(processAtWork(path, seenBy(7, { boot_id: "later" })), null);
    assert.equal(processAtWork(path, seenBy(7, { pid: other.pid })), null, "it is ourselves");

    assert.equal(processAtWork(join(folder, "nothing"), seenBy(7)), null);
    for (const text of ["", "\n", "{}\n", "no line", `${"x".repeat(9000)}\n`]) {
      writeFileSync(path, text);
      assert.equal(processAtWork(path, seenBy(7)), null, text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
