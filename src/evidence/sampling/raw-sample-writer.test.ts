import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { createRawSampleWriter } from "./raw-sample-writer.ts";

const runId = "HF_0123456789abcdef";
const policy = { baseline_one_in: 3, budget_bytes: 300_000, part_bytes: 20_000 };

test("a flood of events ends within the budget, with sums that a stranger can check", () => {
  using root = temporaryRoot();
  const made = createRawSampleWriter(root.path, runId, policy);
  assert.ok(made.ok);
  for (let at = 0; at < 2000; at += 1) {
    const record = JSON.stringify({ at, body: "y".repeat(400) });
    const event = at % 2 === 0 ? ("timeout" as const) : null;
    const ts_utc = "2026-01-05T00:00:00.000Z";
    assert.ok(made.value.offer({ record_id: `c${at}`, ts_utc, event, record }).ok);
  }
  const sealed = made.value.finish();
  assert.ok(sealed.ok);
  assert.equal(sealed.value.path, "raw/SHA256SUMS");
  const raw = join(root.path, "raw");
  execFileSync("sha256sum", ["--quiet", "--strict", "-c", "SHA256SUMS"], { cwd: raw });
  const names = readdirSync(raw);
  const total = names.reduce((sum, name) => sum + statSync(join(raw, name)).size, 0);
  assert.ok(total <= policy.budget_bytes, String(total));
  const account = JSON.parse(readFileSync(join(raw, "raw_account.json"), "utf8")) as {
    parts: { file: string }[];
    rotated_parts: unknown[];
  };
  assert.ok(account.rotated_parts.length > 0);
  assert.deepEqual(
    names.filter((name) => name.endsWith(".jsonl")).sort(),
    account.parts.map(({ file }) => file.slice("raw/".length)).sort(),
  );
});

test("a policy that cannot be kept makes no directory", () => {
  using root = temporaryRoot();
  const made = createRawSampleWriter(root.path, runId, { ...policy, budget_bytes: 1 });
  assert.ok(!made.ok);
  assert.deepEqual(readdirSync(root.path), []);
});
