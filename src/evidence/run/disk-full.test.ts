import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { readRunManifest } from "../reading/read-run.ts";
import { verifyRun } from "../verify/verify-run.ts";

/** Lands a run in a process whose files may not grow beyond so many kilobytes. */
function landUnderLimit(root: string, kilobytes: number): string {
  const script =
    'import { landRun } from "#support";' +
    "try { landRun(process.argv[1]); } catch (error) { console.log(error.message); }";
  const command = `ulimit -f ${kilobytes}; exec "$0" --input-type=module -e "$1" "$2"`;
  const child = spawnSync("bash", ["-c", command, process.execPath, script, root], {
    cwd: join(import.meta.dirname, "../../.."),
    encoding: "utf8",
  });
  assert.equal(child.status, 0, child.stderr);
  return child.stdout;
}

test("a disk that takes no more leaves an aborted manifest, no seal and no verdict of PASS", () => {
  using root = temporaryRoot();
  const said = landUnderLimit(root.path, 96);
  assert.match(said, /cannot write/);
  const folder = join(root.path, "runs_hf");
  const directory = join(folder, readdirSync(folder)[0] ?? "");
  const manifest = readRunManifest(directory);
  assert.ok(manifest.ok);
  assert.equal(manifest.value.status, "aborted");
  assert.equal(manifest.value.status_detail, "store_write_failed");
  assert.ok(!existsSync(join(directory, "SHA256SUMS")));
  const verdict = verifyRun(directory, { root: null });
  assert.ok(verdict.ok && verdict.value.verdict === "NOT_MEASURABLE");
});
