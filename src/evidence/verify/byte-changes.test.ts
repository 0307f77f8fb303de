import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { byteChanges, copyRun, eventfulRun, landRun, temporaryRoot, withChange } from "#support";
import { verifyRun } from "./verify-run.ts";

/** A slice of the campaign of byte-changes.slow.ts, which makes every change. */
const sliceOf = 97;

test("a changed byte is found: a slice over every file of a run", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, run.run_id));
  const first = new Set<string>();
  const changes = [...byteChanges(copy)].filter(({ file }, index) => {
    const isFirst = !first.has(file);
    first.add(file);
    return isFirst || index % sliceOf === 0;
  });
  assert.ok(new Set(changes.map(({ file }) => file)).size > 10);
  for (const change of changes) {
    const verdict = withChange(copy, change, () => verifyRun(copy, { root: null }));
    assert.ok(verdict.ok);
    assert.equal(verdict.value.verdict, "FAIL", JSON.stringify(change));
    const named = verdict.value.findings.some(({ file }) => file === change.file);
    assert.ok(named || change.file === "SHA256SUMS", `${change.file} is not named`);
  }
  const clean = verifyRun(copy, { root: null });
  assert.ok(clean.ok && clean.value.verdict === "PASS", "no change is left");
});
