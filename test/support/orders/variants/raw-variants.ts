import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ShardIndex } from "#evidence";
import type { Draft } from "../draft.ts";
import { digest } from "../spec.ts";
import { must, type Variant, variant } from "./variant.ts";

const shards = "raw_shards";
const samples = "raw_samples";
const stem = "m_execution_raw";

/** Shards of a full tier, and samples of a screening run. */
export const rawVariants: readonly Variant[] = [
  variant(shards, "shard_misnamed", "a part with another number", {
    shards(directory) {
      renameSync(join(directory, part(2)), join(directory, part(9)));
      editIndex(directory, (index) => void (must(index.shards[1]).filename = part(9)));
    },
  }),
  variant(
    shards,
    "shard_missing",
    "a part that is gone",
    { shards: (directory) => rmSync(join(directory, part(3))) },
    { also: ["order_files"] },
  ),
  variant(shards, "shard_digest_differs", "a closed part that was changed", {
    shards: (directory) => editFile(directory, part(1), (text) => text.replace("42000", "42009")),
  }),
  variant(shards, "shard_contents_differ", "an index that counts one record less", {
    shards: (directory) =>
      editIndex(directory, (index) => {
        must(index.shards[0]).records_count -= 1;
        index.total_records -= 1;
        index.policy.max_records = 1;
        index.policy.max_records = 2;
      }),
  }),
  variant(shards, "shard_totals_differ", "totals that do not add up", {
    shards: (directory) => editIndex(directory, (index) => void (index.total_records += 1)),
  }),
  variant(shards, "shard_over_bound", "parts larger than the policy says", {
    shards: (directory) => editIndex(directory, (index) => void (index.policy.max_records = 1)),
  }),
  variant(shards, "shard_closed_early", "parts smaller than the policy says", {
    shards: (directory) => editIndex(directory, (index) => void (index.policy.max_records = 3)),
  }),
  variant(shards, "shard_not_listed", "a part that no index names", {
    shards: (directory) =>
      editIndex(directory, (index) => {
        const gone = must(index.shards.pop());
        index.total_shards -= 1;
        index.total_records -= gone.records_count;
      }),
  }),
  variant(shards, "shard_index_not_named", "a manifest that names another index", {
    manifest: (manifest) => void (manifest.m_execution_raw_index_hash = "0".repeat(64)),
  }),
  sample("raw_missing", "no account of the samples", (directory) => {
    rmSync(join(directory, "raw/raw_account.json"));
  }),
  sample("raw_sums_differ", "a sample changed after the sums were written", (directory) => {
    editFile(directory, events, (text) => text.replace("timeout", "Timeout"));
  }),
  sample("raw_file_lost", "a part that is gone without a record", (directory) => {
    rmSync(join(directory, events));
  }),
  sample("raw_over_budget", "more samples than the budget holds", (directory) => {
    editAccount(directory, (text) => text.replace('"budget_bytes": 300000', '"budget_bytes": 500'));
  }),
  sample("raw_counts_differ", "an account that counts one more", (directory) => {
    editAccount(directory, (text) => text.replace('"records": 1', '"records": 7'));
  }),
  sample("raw_selection_wrong", "a baseline record that the draw did not choose", (directory) => {
    editAccount(directory, (text) => {
      return text.replace('"baseline_one_in": 3', '"baseline_one_in": 1000003');
    });
  }),
  sample("raw_record_malformed", "a sample of another run", (directory) => {
    editFile(directory, events, (text) => text.replace('"run_id":"HF_', '"run_id":"HF_f'));
    reseal(directory);
  }),
];

const events = "raw/event_part_0001.jsonl";

function part(number: number): string {
  return `${stem}_part_${String(number).padStart(4, "0")}.json`;
}

function editIndex(directory: string, edit: (index: Draft<ShardIndex>) => void): void {
  editFile(directory, `${stem}_index.json`, (text) => {
    const index = JSON.parse(text) as Draft<ShardIndex>;
    edit(index);
    return `${JSON.stringify(index, null, 2)}\n`;
  });
}

/** Sealed files are read-only; a forger is not stopped by that. */
function editFile(directory: string, name: string, edit: (text: string) => string): void {
  const path = join(directory, name);
  const text = readFileSync(path, "utf8");
  const edited = edit(text);
  if (edited === text) throw new Error(`${name} was not changed`);
  chmodSync(path, 0o644);
  writeFileSync(path, edited);
}

function editAccount(directory: string, edit: (text: string) => string): void {
  editFile(directory, "raw/raw_account.json", edit);
  reseal(directory);
}

/** The sums of raw/ as a forger would write them again. */
function reseal(directory: string): void {
  const path = join(directory, "raw/SHA256SUMS");
  const lines = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(66))
    .map((name) => `${digest(readFileSync(join(directory, "raw", name)))}  ${name}\n`);
  chmodSync(path, 0o644);
  writeFileSync(path, lines.join(""));
}

function sample(code: string, name: string, disk: (directory: string) => void): Variant {
  return variant(samples, code, name, { disk }, { spec: { tier: "tier1_hf" } });
}
