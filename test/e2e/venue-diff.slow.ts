import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assay, makeFolder } from "./assay.ts";

const document = join(import.meta.dirname, "../../docs/interface-diff/okx-ccxt-okx-api.md");

/** Ids of entries: the last cell of a row that begins with a severity. */
function fingerprintsOf(text: string): readonly string[] {
  return [...text.matchAll(/^\| S[0-3] \|.* \| ([0-9a-f]{16}) \|$/gm)]
    .map(([, fingerprint = ""]) => fingerprint)
    .toSorted();
}

test("the document in the repository tells what a comparison of all acts finds", async () => {
  const root = makeFolder();
  const run = await assay(["venue", "diff", "--root", root, "--render", root]);
  assert.equal(run.code, 1, run.stderr);
  const found = fingerprintsOf(readFileSync(join(root, "okx-ccxt-okx-api.md"), "utf8"));
  const told = fingerprintsOf(readFileSync(document, "utf8"));
  assert.ok(told.length > 300, String(told.length));
  const missing = found.filter((id) => !told.includes(id));
  const stale = told.filter((id) => !found.includes(id));
  assert.deepEqual(
    { missing, stale },
    { missing: [], stale: [] },
    "render it again: assay venue diff --render docs/interface-diff",
  );
});
