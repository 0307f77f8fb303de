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
      message: `HF_aaaa00000000000 may mean runs_hf/${one}, runs_hf/${two}`,
      at: root,
    },
  });
});

test("runs of both tiers are found; a whole id is never the beginning of another", () => {
  const full = "AUDIT_cccc000000000001_20260105T000000Z_0123abcd";
  const venue = `${two}_20260105T000000Z_0123abcd`;
  mkdirSync(join(root, "runs", full), { recursive: true });
  mkdirSync(join(root, "runs_hf", venue));
  const place = (text: string): unknown => {
    const found = resolveRun(text, root);
    return found.ok ? found.value.directory : found.fault.code;
  };
  assert.equal(place("AUDIT_cccc"), join(root, "runs", full));
  assert.equal(place(full), join(root, "runs", full));
  assert.equal(place(two), join(root, "runs_hf", two));
  assert.equal(place(`${two}_2026`), join(root, "runs_hf", venue));
  assert.equal(place("PROMOTE_cccc"), "run_missing");
  const found = resolveRun(join(root, "runs", full), undefined);
  assert.deepEqual(found.ok && found.value.root, root);
  rmSync(join(root, "runs_hf", venue), { recursive: true });
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
