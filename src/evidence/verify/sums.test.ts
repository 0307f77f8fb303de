import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { formatSums } from "../seal/sums.ts";
import { createReporter } from "./reporter.ts";
import { checkSums } from "./sums.ts";

const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test("a run of more than ten thousand shards and proofs is as its sums say, file by file", () => {
  using root = temporaryRoot();
  const names = Array.from({ length: 10_500 }, (_, at) => `part_${10_000 + at}.json`);
  for (const name of names) writeFileSync(join(root.path, name), "");
  const sums = formatSums(names.map((path) => ({ path, sha256: ofNothing })));
  writeFileSync(join(root.path, "SHA256SUMS"), sums);
  const check = (): Readonly<{ checked: number; said: readonly string[] }> => {
    const report = createReporter("sums", "");
    checkSums({ directory: root.path, known: new Map(), required: null }, report);
    const { checked, findings } = report.log();
    return { checked, said: findings.map(({ code, file }) => `${code} ${file}`) };
  };
  assert.deepEqual(check(), { checked: 10_500, said: [] });
  writeFileSync(join(root.path, "part_20499.json"), "x");
  rmSync(join(root.path, "part_20498.json"));
  assert.deepEqual(check().said, [
    "file_unreadable part_20498.json",
    "sum_differs part_20499.json",
  ]);
});
