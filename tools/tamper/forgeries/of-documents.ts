import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { editRecord } from "#support";
import {
  type Bag,
  bag,
  type DocumentEdit,
  documentForgery,
  editBytes,
  type Forgery,
  more,
  otherHex,
} from "./forgery.ts";

const [manifest, summary] = ["run_manifest.json", "multiple_experiments_summary.json"];
const [fences, fingerprint] = ["gating_telemetry.json", "execution_fingerprint.json"];

const manifestEdits: readonly ((document: Bag) => unknown)[] = [
  (d) => (d["config_hash"] = otherHex(d["config_hash"])),
  (d) => more(d, "seed"),
  (d) => (d["core_hash"] = otherHex(d["core_hash"])),
  (d) => more(bag(d["config"]), "review_ticks"),
  (d) => more(bag(d["window"]), "start_index"),
  (d) => (bag(d["dataset"])["dataset_id"] = "another"),
  (d) => (d["results_dir"] = "elsewhere"),
  (d) => (d["status"] = "aborted"),
  (d) => more(d, "feature_dimension"),
  (d) => (d["host_fields"] = ["seed"]),
];

const fenceEdits: readonly (readonly [code: string, edit: (rows: Bag[]) => unknown])[] = [
  ["fence_counts_wrong", (rows) => more(fenceOf(rows, "fence_liquidation"), "block_count", -1)],
  ["fence_row_differs", (rows) => (fenceOf(rows)["risk"] = "none at all")],
  ["fence_missing", (rows) => rows.pop()],
  ["fence_unknown", (rows) => rows.push({ ...rows[0], fence_id: "fence_of_mine" })],
];

const documentEdits: readonly DocumentEdit[] = [
  ...manifestEdits.map(
    (edit): DocumentEdit => ["manifest_identity", "manifest_wrong", manifest, edit],
  ),
  ["manifest_identity", "reason_missing", manifest, (d) => (d["docker_image_reason"] = null)],
  ["survival_kpi", "survival_kpi_wrong", manifest, (d) => more(d, "restart_time_seconds")],
  [
    "survival_kpi",
    "survival_kpi_wrong",
    summary,
    (d) => more(bag(d["survival_kpi"]), "internal_collapses"),
  ],
  ["numerical_health", "explosion_flag_wrong", summary, (d) => (d["has_explosion"] = true)],
  ...fenceEdits.map(
    ([code, edit]): DocumentEdit => [
      "fence_telemetry",
      code,
      fences,
      (d) => void edit(d["fences"] as Bag[]),
    ],
  ),
  [
    "fence_telemetry",
    "fence_rate_differs",
    fences,
    (d) => (d["high_rate_fences"] as Bag[]).push(inventedRate),
  ],
  ...["agent_bars", "max_generation", "ticks", "system_return"].map(
    (field): DocumentEdit => ["summary_figures", "summary_differs", summary, (d) => more(d, field)],
  ),
  [
    "summary_figures",
    "summary_differs",
    summary,
    (d) => more(bag(bag(d["all_agents"])["final_capital_micro"]), "p50"),
  ],
  // The orders of an offline run are these counts.
  ["summary_figures", "summary_differs", summary, (d) => more(bag(d["orders"]), "opened_long")],
  ["summary_figures", "summary_differs", fingerprint, (d) => more(d, "orders_simulated")],
  // What breaks the form of a document.
  ["contract_run_manifest", "record_invalid", manifest, (d) => (d["mode"] = "paper")],
  ["contract_gating_telemetry", "record_invalid", fences, (d) => (d["ticks"] = -1)],
  ["contract_execution_fingerprint", "record_invalid", fingerprint, (d) => (d["api_calls"] = 1)],
  [
    "contract_multiple_experiments_summary",
    "record_invalid",
    summary,
    (d) => (d["end"] = "victory"),
  ],
];

const others: readonly Forgery[] = [
  {
    claim: "survival_kpi",
    code: "run_end_wrong",
    file: "collapse_events.jsonl",
    change: (directory) => writeFileSync(join(directory, "collapse_events.jsonl"), ""),
  },
  {
    claim: "summary_figures",
    code: "errors_differ",
    file: "errors.jsonl",
    change: (directory, runId) =>
      writeFileSync(join(directory, "errors.jsonl"), `${JSON.stringify(inventedError(runId))}\n`),
  },
];

/** False lines and rows in the files that are there only with behaviors. */
export function behaviorForgeries(runId: string): readonly Forgery[] {
  const [matrix, behaviors] = [`genomes_run_${runId}.npy`, `behaviors_run_${runId}.json`];
  return [
    {
      claim: "genome_matrix",
      code: "matrix_misaligned",
      file: matrix,
      change: (directory) =>
        editBytes(join(directory, matrix), (bytes) => bytes.fill((bytes[200] ?? 0) ^ 1, 200, 201)),
    },
    {
      claim: "contract_genomes_matrix",
      code: "record_invalid",
      file: matrix,
      change: (directory) => editBytes(join(directory, matrix), (bytes) => bytes.subarray(0, -4)),
    },
    {
      claim: "genome_matrix",
      code: "behaviors_differ",
      file: behaviors,
      change: (directory) => editRecord(directory, behaviors, 1, (r) => more(r, "trades")),
    },
    {
      claim: "contract_behaviors",
      code: "record_invalid",
      file: behaviors,
      change: (directory) => editRecord(directory, behaviors, 1, (r) => (r["is_alive"] = "yes")),
    },
  ];
}

export const documentForgeries: readonly Forgery[] = [
  ...documentEdits.map(documentForgery),
  ...others,
];

const inventedRate: Bag = {
  fence_id: "fence_liquidation",
  rate: "trigger_per_step",
  rate_ppm: 900_000,
  explanation: "made up",
  counterfactual_run_id: null,
  counterfactual_run_id_reason: "made up",
};

function fenceOf(rows: readonly Bag[], id?: string): Bag {
  return rows.find(({ fence_id }) => id === undefined || fence_id === id) ?? {};
}

function inventedError(run_id: string): object {
  return {
    run_id,
    ts_utc: "2022-01-01T00:00:00.000Z",
    tick: 1,
    error_type: "run_stopped",
    reason_code: "invented",
    detail: "invented",
  };
}
