import { canonicalJson, type Json } from "#base";
import { findGenomeSchema } from "#core";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import { runIdOfManifest } from "../run/existing-run.ts";
import { configHash } from "../run/identity.ts";
import { folderOfRun } from "../run/layout.ts";
import { hostFields } from "../run/manifest.ts";
import type { Claim, Report } from "./claim.ts";

/** The manifest is about this run, its hashes are of its parts, and every null has its reason. */
export const manifestIdentity: Claim<"manifest" | "summary"> = {
  id: "manifest_identity",
  clause: "docs/contracts/run-directory.md#c9-manifest-identity",
  reads: ["manifest", "summary"],
  start(run, report) {
    return {
      on: {
        manifest(manifest): void {
          for (const [field, [said, due]] of Object.entries(expectations(manifest, run.name))) {
            report.count();
            if (said === due) continue;
            const detail = `${String(said)} where ${String(due)} is due`;
            report.finding("manifest_wrong", { kind: "manifest", field }, detail);
          }
          checkWindow(manifest, report);
          for (const gap of reasonGaps(manifest)) {
            report.finding("reason_missing", { kind: "manifest", field: gap.field }, gap.detail);
          }
        },
        summary(summary): void {
          const { manifest } = run;
          const stopped = summary.end === "stopped";
          const pairs: Expectations = {
            config_hash: [summary.config_hash, manifest.config_hash],
            seed: [summary.seed, manifest.seed],
            end: [summary.end, manifest.status_detail],
            ticks: [stopped ? summary.ticks : null, manifest.stopped_after_tick],
            "end=stopped": [stopped, manifest.status === "interrupted"],
          };
          for (const [field, [said, due]] of Object.entries(pairs)) {
            report.count();
            if (said === due) continue;
            const detail = `the manifest says ${String(due)}`;
            report.finding("manifest_wrong", { kind: "summary", field }, detail);
          }
        },
      },
      end: () => {},
    };
  },
};

type Expectations = Readonly<Record<string, readonly [unknown, unknown]>>;

function expectations(manifest: RunManifest, name: string): Expectations {
  const schema = findGenomeSchema(manifest.genome_schema_version);
  const sealed = manifest.status === "completed" || manifest.status === "interrupted";
  return {
    run_id: [manifest.run_id, runIdOfManifest(manifest)],
    "run_id (directory)": [name, manifest.run_id],
    results_dir: [manifest.results_dir, `${folderOfRun(manifest.run_id)}/${manifest.run_id}`],
    config_hash: [manifest.config_hash, configHash(manifest.config)],
    config: [JSON.stringify(manifest.config), canonicalText(manifest.config)],
    "config.genome_schema_version": [
      manifest.config.genome_schema_version,
      manifest.genome_schema_version,
    ],
    feature_contract_version: [manifest.feature_contract_version, schema?.feature_contract_version],
    feature_dimension: [manifest.feature_dimension, schema?.feature_dimension],
    symbol_in_use: [manifest.symbol_in_use, manifest.instrument.id],
    host_fields: [manifest.host_fields.join(), hostFields.join()],
    "status (sealed)": [sealed, true],
    "stop_reason given": [manifest.stop_reason !== null, manifest.status === "interrupted"],
  };
}

function canonicalText(value: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
}

function checkWindow({ window, dataset }: RunManifest, report: Report): void {
  report.count();
  if (window.start_index + window.len > dataset.bars) {
    const end = window.start_index + window.len;
    const detail = `bars ${window.start_index} to ${end} of ${dataset.bars}`;
    report.finding("manifest_wrong", { kind: "manifest", field: "window.len" }, detail);
  }
  if (window.end_utc < window.start_utc) {
    report.finding("manifest_wrong", { kind: "manifest", field: "window.end_utc" }, "ends first");
  }
}

/** Parts whose keys belong to another layer, so that the rule of reasons is not theirs. */
const foreignParts: ReadonlySet<string> = new Set(["config", "instrument", "dataset", "ablation"]);

type Gap = Readonly<{ field: string; detail: string }>;

/** A null without its reason, or a reason beside a value; parts of ours are looked into. */
function reasonGaps(record: object, path = ""): readonly Gap[] {
  const gaps: Gap[] = [];
  const values = new Map<string, unknown>(Object.entries(record));
  for (const [key, value] of values) {
    const field = path === "" ? key : `${path}.${key}`;
    if (isPlainRecord(value) && !foreignParts.has(key)) gaps.push(...reasonGaps(value, field));
    if (key.endsWith("_reason")) continue;
    const why = values.get(`${key}_reason`);
    const needed = value === null && !foreignParts.has(path);
    if (needed && typeof why !== "string") gaps.push({ field, detail: "null without a reason" });
    if (value !== null && typeof why === "string") {
      gaps.push({ field, detail: "a reason beside a value" });
    }
  }
  return gaps;
}

function isPlainRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
