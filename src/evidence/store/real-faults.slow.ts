import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runUnderFault, withoutStrace } from "./real-faults.test.ts";

const calls = ["openat", "write", "fdatasync", "fsync", "rename", "link", "unlink", "close"];
const faults = ["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"];

test("every call to the disk, broken in every way, loses nothing that landed", {
  skip: withoutStrace(),
}, (t) => {
  const directory = mkdtempSync(join(tmpdir(), "assay-faults-"));
  let points = 0;
  let hit = 0;
  try {
    for (const call of calls) {
      for (const fault of faults) {
        for (let when = 1; when <= 12; when++) {
          const path = join(directory, `${points}`, "records.jsonl");
          const run = runUnderFault(path, `${call}:${fault}:when=${when}`);
          points += 1;
          const label = `${call}:${fault}:when=${when} ${JSON.stringify(run)}`;
          assert.ok((run.recovered ?? 0) >= run.acknowledged, label);
          // Past the last such call nothing goes wrong, for this fault and all later ones.
          if (run.status === 0 && fault !== "error=EINTR") break;
          hit += 1;
        }
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  t.diagnostic(`${points} real runs, ${hit} disturbed`);
  assert.ok(hit > 60);
});
