import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { resolveRun } from "./run-argument.ts";

const root = mkdtempSync(join(tmpdir(), "assay-arg-"));
after(() => rmSync(root, { recursive: true, force: true }));
const [one, two] = ["HF_aaaa000000000001", "HF_aaaa000000000002"];
for (const name of [one, two]) mkdirSync(join(root, "runs_hf", name), { recursive: true });
writeFileSync(join(root, "file"), "");

test("an id, its unique beginning and a path name the same run", () => {
  const directory = join(root, "runs_hf", one);
  const found = { ok: true, value: { directory, root } };
  assert.deepEqual(resolveRun(one, root), found);
  assert.deepEqual(resolveRun(directory, undefined), found, "a path brings its own root");
  assert.deepEqual(resolveRun("HF_aaaa00000000000", root), {
    ok: false,
    fault: {
      code: "run_ambiguous",
      message: `HF_aaaa00000000000 may mean ${one}, ${two}`,
      at: join(root, "runs_hf"),
    },
  });
});

test("what is no run is said to be none", () => {
  const codeOf = (text: string): string => {
    const found = resolveRun(text, root);
    return found.ok ? "found" : found.fault.code;
  };
  assert.equal(codeOf("HF_bbbb"), "run_missing");
  assert.equal(codeOf(join(root, "file")), "run_not_directory");
  assert.equal(codeOf(join(root, "nowhere")), "run_missing");
});
