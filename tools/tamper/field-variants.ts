import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { forge } from "./forge.ts";
import { wholeRoot } from "./forged-variants.ts";
import type { Forgery } from "./forgeries/forgery.ts";
import type { Subject } from "./subject.ts";
import { filesBelow, type Variant, variantOf } from "./variant.ts";

/** What no claim can know: without the market only a replay, and of the host nobody. */
const replayOnly: readonly RegExp[] = [
  /^birth_events\.jsonl (mutated_loci|mutation_sigma|ts_utc)$/,
  /^death_events\.jsonl (fence_block_rate_summary\.\d\.block_count|position_lots|ts_utc)$/,
  /^(death_events|survivors)\.jsonl life\.mark_price_ticks$/,
  /^(seasons|capital_ledger)\.jsonl ts_utc$/,
  /^gating_telemetry\.json fences\.\d+\.trigger_count$/,
  /^multiple_experiments_summary\.json (effective_features_min|masked_bars_by_feature\.\d+)$/,
  /^multiple_experiments_summary\.json orders\.(filled|forced_closes|funding_payments)$/,
  /^run_manifest\.json (dataset|instrument|window|kernel|self_trade_prevention)\./,
  /^run_manifest\.json (start_time|end_time|wall_\w+|package_version|runtime_version)$/,
  /^run_manifest\.json git_(commit|dirty)$/,
  /_reason$/,
];

/**
 * Each number, flag, text and null of each document and of three records of each line file, made
 * false and sealed with the key; not those that only a replay can know.
 */
export function* fieldVariants(subject: Subject, folder: string): Generator<Variant> {
  for (const { file, field, change } of falseFields(subject)) {
    if (replayOnly.some((form) => form.test(`${file} ${field}`))) continue;
    yield variantOf({
      kind: "one false field, sealed with the key",
      what: `${file} ${field}`,
      file: `${subject.run}/${file}`,
      look: subject.run,
      changes: () =>
        wholeRoot(subject, forge(subject, folder, { keys: subject.keys, edit: change })),
    });
  }
}

type FalseField = Pick<Forgery, "file" | "change"> & Readonly<{ field: string }>;

function* falseFields({ files, run }: Subject): Generator<FalseField> {
  for (const [file, bytes] of filesBelow(files, `${run}/`)) {
    if (/^(tlog|proofs)\/|^attestations|^SHA256SUMS|\.npy$/.test(file)) continue;
    const text = Buffer.from(bytes).toString();
    const write =
      (changed: string) =>
      (directory: string): void =>
        writeFileSync(join(directory, file), changed);
    if (isDocument(text)) {
      for (const { field, value } of altered(JSON.parse(text))) {
        yield { file, field, change: write(`${JSON.stringify(value, null, 2)}\n`) };
      }
      continue;
    }
    const lines = text.split("\n");
    for (const index of new Set([0, 1, lines.length >> 1, lines.length - 3])) {
      const led = lines[index]?.startsWith(",") === true ? "," : "";
      const line = (lines[index] ?? "").slice(led.length);
      if (!/^\{.*\}$/.test(line)) continue;
      for (const { field, value } of altered(JSON.parse(line))) {
        const changed = lines.with(index, `${led}${JSON.stringify(value)}`).join("\n");
        yield { file, field, change: write(changed) };
      }
    }
  }
}

function isDocument(text: string): boolean {
  return text.startsWith("{\n");
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
