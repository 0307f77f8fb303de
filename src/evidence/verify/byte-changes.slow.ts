import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  byteChanges,
  copyRun,
  eventfulRun,
  landRun,
  resealRun,
  temporaryRoot,
  withChange,
} from "#support";
import { verifyRun } from "./verify-run.ts";

test("every single byte of the small files and one of every record of the large ones", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, run.run_id));
  let changes = 0;
  for (const change of byteChanges(copy)) {
    const verdict = withChange(copy, change, () => verifyRun(copy, { root: null }));
    assert.ok(verdict.ok);
    assert.equal(verdict.value.verdict, "FAIL", JSON.stringify(change));
    changes += 1;
  }
  console.log(`${changes} single-byte changes, all found`);
  assert.ok(changes > 15_000);
});

/** What no claim can know without the market: a replay finds it, and the seal of a key holder. */
const replayOnly: readonly RegExp[] = [
  /^birth_events\.jsonl (mutated_loci|mutation_sigma|ts_utc)$/,
  /^death_events\.jsonl (fence_block_rate_summary\.\d\.block_count|position_lots|ts_utc)$/,
  /^death_events\.jsonl life\.mark_price_ticks$/,
  /^(seasons|capital_ledger)\.jsonl ts_utc$/,
  /^gating_telemetry\.json fences\.\d+\.trigger_count$/,
  /^multiple_experiments_summary\.json (effective_features_min|masked_bars_by_feature\.\d+)$/,
  /^multiple_experiments_summary\.json orders\.(filled|forced_closes|funding_payments)$/,
  /^run_manifest\.json (dataset|instrument|window|kernel|self_trade_prevention)\./,
  /^run_manifest\.json (start_time|end_time|wall_\w+|package_version|runtime_version)$/,
  /_reason$/,
];

test("every field, forged with sums made anew, is found, but for those only a replay can", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, run.run_id));
  const missed = new Set<string>();
  let tried = 0;
  for (const forgery of fieldForgeries(copy, run.run_id)) {
    const path = join(copy, forgery.file);
    const original = readFileSync(path, "utf8");
    writeFileSync(path, forgery.text);
    resealRun(copy);
    const verdict = verifyRun(copy, { root: null });
    writeFileSync(path, original);
    assert.ok(verdict.ok);
    tried += 1;
    if (verdict.value.verdict !== "FAIL") missed.add(`${forgery.file} ${forgery.field}`);
  }
  const surprising = [...missed].filter((name) => !replayOnly.some((form) => form.test(name)));
  console.log(`${tried} forged fields, ${missed.size} kinds left to replay`);
  assert.deepEqual(surprising, []);
  assert.ok(tried > 1000);
});

type FieldForgery = Readonly<{ file: string; field: string; text: string }>;

const documents = [
  "run_manifest.json",
  "multiple_experiments_summary.json",
  "gating_telemetry.json",
  "execution_fingerprint.json",
];
const lineFiles = [
  "birth_events.jsonl",
  "death_events.jsonl",
  "survivors.jsonl",
  "capital_ledger.jsonl",
  "seasons.jsonl",
  "collapse_events.jsonl",
  "genomes_snapshot.jsonl",
  "agent_roster.json",
];

/** Each number, flag and null of each document and of three records of each line file, altered. */
function* fieldForgeries(directory: string, runId: string): Generator<FieldForgery> {
  const read = (file: string): string => readFileSync(join(directory, file), "utf8");
  for (const file of documents) {
    for (const { field, value } of altered(JSON.parse(read(file)))) {
      yield { file, field, text: `${JSON.stringify(value, null, 2)}\n` };
    }
  }
  for (const file of [...lineFiles, `behaviors_run_${runId}.json`]) {
    const lines = read(file).split("\n");
    const middle = Math.floor(lines.length / 2);
    for (const index of new Set([1, middle, lines.length - 3])) {
      const led = lines[index]?.startsWith(",") === true ? "," : "";
      const line = (lines[index] ?? "").slice(led.length);
      if (!line.startsWith("{")) continue;
      for (const { field, value } of altered(JSON.parse(line))) {
        const text = lines.with(index, `${led}${JSON.stringify(value)}`).join("\n");
        yield { file, field, text };
      }
    }
  }
}

/** The value with one leaf changed, leaf by leaf. */
function* altered(value: unknown): Generator<{ field: string; value: unknown }> {
  if (value === null) yield { field: "", value: "invented" };
  else if (typeof value === "number") yield { field: "", value: value + 1 };
  else if (typeof value === "boolean") yield { field: "", value: !value };
  else if (typeof value === "string") yield { field: "", value: `${value}0` };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const inner of altered(item)) {
        yield { field: joined(String(index), inner.field), value: value.with(index, inner.value) };
      }
    }
  } else if (typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      for (const inner of altered(item)) {
        yield { field: joined(key, inner.field), value: { ...value, [key]: inner.value } };
      }
    }
  }
}

function joined(key: string, rest: string): string {
  return rest === "" ? key : `${key}.${rest}`;
}
