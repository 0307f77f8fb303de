import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, makeFolder, runsOf } from "./assay.ts";

test("the demo evolves, verifies, replays and shows, and may be run again", async () => {
  const root = join(makeFolder(), "demo");
  const first = await assay(["demo", "--root", root]);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  for (const step of ["evolve", "verify", "replay"]) {
    assert.match(first.stdout, new RegExp(`^PASS {2}${step} `, "m"));
  }
  assert.match(first.stdout, /^PASS {2}replay HF_[0-9a-f]{16} with the reference kernel$/m);
  assert.equal(first.stdout.match(/^PASS {2}HF_[0-9a-f]{16} {2}\d+ claims/gm)?.length, 8);
  assert.equal(runsOf(root).length, 8);
  assert.ok(existsSync(join(root, "pools", "stage1", "pool.jsonl")));

  const second = await assay(["demo", "--root", root]);
  assert.equal(second.code, 0, second.stdout + second.stderr);
  assert.match(second.stdout, /8 already present/);
  assert.match(second.stdout, /^pool {4}0 genomes appended, [\d,]+ there$/m);
  assert.match(second.stdout, /^PASS {2}replay {2}HF_/m);
});
