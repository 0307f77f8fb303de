import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  copyRun,
  editDocument,
  editFile,
  editRecord,
  eventfulRun,
  landRun,
  resealRun,
} from "#support";
import type { Verdict } from "../artifacts/verdict.ts";
import type { SealedRun } from "../run/land-run.ts";
import { verifyRun } from "./verify-run.ts";

/**
 * A forger who knows the format: each change keeps text and schema right and makes the sums anew,
 * so that only the claim itself can find it.
 */
type Forgery = Readonly<{
  claim: string;
  code: string;
  change: (directory: string, run: SealedRun) => void;
}>;

type Bag = Record<string, unknown>;

const bag = (value: unknown): Bag => value as Bag;
const more = (record: Bag, key: string, by = 1): void => {
  record[key] = Number(record[key]) + by;
};
const otherHex = (value: unknown): string => {
  const text = String(value);
  return `${text[0] === "0" ? "1" : "0"}${text.slice(1)}`;
};
/** Index of the first line that says this. */
const lineWith = (directory: string, name: string, needle: string): number =>
  readFileSync(join(directory, name), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(needle));

const fenceOf = (fences: readonly Bag[], id: string): Bag =>
  fences.find(({ fence_id }) => fence_id === id) ?? {};

const record =
  (claim: string, code: string, name: string, index: number, edit: (record: Bag) => void) =>
  (): Forgery => ({
    claim,
    code,
    change: (directory) => editRecord(directory, name, index, edit),
  });

const forgeries: readonly (() => Forgery)[] = [
  // Event order
  record("event_order", "event_seq_broken", "death_events.jsonl", 2, (r) => more(r, "seq", 5000)),
  record("event_order", "event_time_backwards", "death_events.jsonl", 5, (r) => {
    r["tick"] = 1;
  }),
  record("event_order", "event_outside_seasons", "death_events.jsonl", 3, (r) =>
    more(r, "bar_index"),
  ),
  record("event_order", "event_segment_wrong", "death_events.jsonl", 0, (r) => more(r, "segment")),
  record("event_order", "event_time_differs", "birth_events.jsonl", 1, (r) => {
    r["ts_utc"] = "2022-01-01T00:00:00.001Z";
  }),
  record("event_order", "season_not_paired", "seasons.jsonl", 1, (r) => more(r, "bars")),
  record("event_order", "event_out_of_range", "death_events.jsonl", 0, (r) => {
    r["seq"] = 9_007_199_254_740_991;
  }),
  // Roster join: the incident of seeds/000
  record("roster_join", "roster_unknown_agent", "death_events.jsonl", 0, (r) => {
    r["agent_id"] = "a999999";
  }),
  record("roster_join", "roster_hash_differs", "death_events.jsonl", 0, (r) => {
    r["agent_id_hash"] = otherHex(r["agent_id_hash"]);
  }),
  record("roster_join", "agent_seen_twice", "death_events.jsonl", 1, (r) => {
    r["agent_id"] = "a000001";
  }),
  () => ({
    claim: "roster_join",
    code: "agent_incomplete",
    change: (directory) =>
      editFile(directory, "survivors.jsonl", (text) => text.slice(text.indexOf("\n") + 1)),
  }),
  record("roster_join", "roster_not_numbered", "agent_roster.json", 2, (r) => {
    r["agent_id"] = "a000009";
  }),
  // Anchors
  record("genome_anchors", "anchor_differs", "agent_roster.json", 1, (r) => {
    r["weights_sha256"] = otherHex(r["weights_sha256"]);
  }),
  record("genome_anchors", "anchor_differs", "agent_roster.json", 1, (r) => {
    r["gene_id"] = otherHex(r["gene_id"]);
  }),
  record("genome_anchors", "anchor_differs", "genomes_snapshot.jsonl", 0, (r) => {
    const weights = Buffer.from(String(r["weights"]), "base64");
    weights[7] = (weights[7] ?? 0) ^ 1;
    r["weights"] = weights.toString("base64");
  }),
  record("genome_anchors", "anchor_differs", "agent_roster.json", 1, (r) => {
    r["weights_count"] = 342;
  }),
  record("genome_anchors", "weights_malformed", "genomes_snapshot.jsonl", 0, (r) => {
    r["weights"] = `${String(r["weights"]).slice(0, -4)}`;
  }),
  record("genome_anchors", "weights_malformed", "genomes_snapshot.jsonl", 0, (r) => {
    r["weights"] = `${String(r["weights"])} `;
  }),
  record("genome_anchors", "anchor_differs", "genomes_snapshot.jsonl", 3, (r) => more(r, "tick")),
  // Lineage
  () => ({
    claim: "lineage",
    code: "generation_wrong",
    change: (directory) => {
      const index = lineWith(directory, "birth_events.jsonl", '"origin":"split"');
      editRecord(directory, "birth_events.jsonl", index, (r) => more(r, "generation"));
    },
  }),
  () => ({
    claim: "lineage",
    code: "parent_dead",
    change: (directory) => {
      const death = lineWith(directory, "death_events.jsonl", "agent_id");
      const dead = /"agent_id":"(a\d+)"/.exec(
        readFileSync(join(directory, "death_events.jsonl"), "utf8").split("\n")[death] ?? "",
      )?.[1];
      const births = readFileSync(join(directory, "birth_events.jsonl"), "utf8").split("\n");
      const last = births.findLastIndex((line) => line.includes('"origin":"split"'));
      editRecord(directory, "birth_events.jsonl", last, (r) => {
        r["parent_id"] = dead;
      });
    },
  }),
  record("lineage", "founder_has_ancestors", "birth_events.jsonl", 0, (r) => more(r, "generation")),
  record("lineage", "lineage_differs", "agent_roster.json", 1, (r) =>
    more(bag(r["metadata"]), "born_tick"),
  ),
  record("lineage", "cohort_unknown", "agent_roster.json", 1, (r) => {
    bag(r["metadata"])["cohort_id"] = "HF_0123456789abcdef:0";
  }),
  // Population
  record("population_balance", "population_unbalanced", "capital_ledger.jsonl", 1, (r) =>
    more(r, "alive_agents"),
  ),
  record("population_balance", "population_unbalanced", "capital_ledger.jsonl", 1, (r) =>
    more(r, "births"),
  ),
  record("population_balance", "population_unbalanced", "seasons.jsonl", 1, (r) =>
    more(r, "alive_agents"),
  ),
  // Capital
  record("capital_conservation", "triplet_broken", "birth_events.jsonl", 0, (r) =>
    more(bag(r["capital_triplet"]), "current_total_micro"),
  ),
  record("capital_conservation", "capital_not_conserved", "capital_ledger.jsonl", 1, (r) => {
    more(bag(r["capital_triplet"]), "system_reserve_micro");
    more(bag(r["capital_triplet"]), "allocated_capital_micro", -1);
  }),
  record("capital_conservation", "capital_not_conserved", "capital_ledger.jsonl", 1, (r) =>
    more(bag(r["totals"]), "fees_micro"),
  ),
  record("capital_conservation", "ledger_total_falls", "capital_ledger.jsonl", 2, (r) => {
    bag(r["totals"])["fees_micro"] = 0;
  }),
  record("capital_conservation", "ledger_incomplete", "capital_ledger.jsonl", 0, (r) => {
    r["cause"] = "review";
  }),
  record("capital_conservation", "capital_not_conserved", "survivors.jsonl", 0, (r) => {
    more(bag(r["life"]), "final_capital_micro");
    more(bag(r["life"]), "trade_flow_micro");
  }),
  // Lives
  record("life_records", "life_does_not_add_up", "death_events.jsonl", 0, (r) =>
    more(bag(r["life"]), "trade_flow_micro"),
  ),
  record("life_records", "lives_differ_from_ledger", "death_events.jsonl", 0, (r) => {
    more(bag(r["life"]), "fees_micro");
    more(bag(r["life"]), "trade_flow_micro");
  }),
  record("life_records", "life_differs_from_births", "survivors.jsonl", 0, (r) =>
    more(bag(r["life"]), "children"),
  ),
  record("life_records", "life_age_wrong", "survivors.jsonl", 0, (r) =>
    more(bag(r["life"]), "age_ticks"),
  ),
  record("life_records", "living_cost_uneven", "death_events.jsonl", 3, (r) => {
    more(bag(r["life"]), "living_cost_micro");
    more(bag(r["life"]), "fees_micro", -1);
  }),
  record("life_records", "life_counts_wrong", "death_events.jsonl", 0, (r) =>
    more(bag(r["life"]), "opened_long"),
  ),
  record("life_records", "life_marked_apart", "survivors.jsonl", 1, (r) =>
    more(bag(r["life"]), "mark_price_ticks"),
  ),
  record("life_records", "death_inconsistent", "death_events.jsonl", 0, (r) =>
    more(r, "settled_to_reserve_micro"),
  ),
  record("life_records", "death_inconsistent", "death_events.jsonl", 0, (r) => {
    r["death_reason_source"] = "lifecycle_review";
    r["death_reason"] = "liquidated";
  }),
  () => ({
    claim: "life_records",
    code: "split_uneven",
    change: (directory) => {
      const index = lineWith(directory, "birth_events.jsonl", '"origin":"split"');
      editRecord(directory, "birth_events.jsonl", index, (r) => more(r, "parent_capital_micro", 2));
    },
  }),
  () => ({
    claim: "life_records",
    code: "reboot_capital_wrong",
    change: (directory) => {
      const index = lineWith(directory, "collapse_events.jsonl", '"event":"reboot"');
      editRecord(directory, "collapse_events.jsonl", index, (r) => more(r, "capital_micro"));
    },
  }),
  // Numbers
  record("numerical_health", "number_broken", "survivors.jsonl", 0, (r) => {
    bag(r["life"])["last_signal"] = null;
  }),
  record("numerical_health", "number_broken", "birth_events.jsonl", 0, (r) => {
    r["mutation_sigma"] = null;
  }),
  record("numerical_health", "number_broken", "genomes_snapshot.jsonl", 0, (r) => {
    const weights = Buffer.from(String(r["weights"]), "base64");
    weights.writeFloatLE(Number.NaN, 8);
    r["weights"] = weights.toString("base64");
  }),
  () => ({
    claim: "numerical_health",
    code: "explosion_flag_wrong",
    change: (directory) =>
      editDocument(directory, "multiple_experiments_summary.json", (d) => {
        d["has_explosion"] = true;
      }),
  }),
  // Manifest
  ...(
    [
      ["config_hash", (d) => (d["config_hash"] = otherHex(d["config_hash"]))],
      ["seed", (d) => more(d, "seed")],
      ["core_hash", (d) => (d["core_hash"] = otherHex(d["core_hash"]))],
      ["config", (d) => more(bag(d["config"]), "review_ticks")],
      ["window", (d) => more(bag(d["window"]), "start_index")],
      ["dataset", (d) => (bag(d["dataset"])["dataset_id"] = "another")],
      ["results_dir", (d) => (d["results_dir"] = "elsewhere")],
      ["status", (d) => (d["status"] = "aborted")],
      ["feature_dimension", (d) => more(d, "feature_dimension")],
      ["host_fields", (d) => (d["host_fields"] = ["seed"])],
    ] as readonly (readonly [string, (document: Bag) => unknown])[]
  ).map(
    ([, edit]) =>
      (): Forgery => ({
        claim: "manifest_identity",
        code: "manifest_wrong",
        change: (directory) =>
          editDocument(directory, "run_manifest.json", (document) => {
            edit(document);
          }),
      }),
  ),
  () => ({
    claim: "manifest_identity",
    code: "reason_missing",
    change: (directory) =>
      editDocument(directory, "run_manifest.json", (d) => {
        d["git_commit_reason"] = null;
      }),
  }),
  // Survival
  () => ({
    claim: "survival_kpi",
    code: "survival_kpi_wrong",
    change: (directory) =>
      editDocument(directory, "run_manifest.json", (d) => {
        more(d, "time_to_first_internal_collapse_seconds");
      }),
  }),
  record("survival_kpi", "collapse_reason_wrong", "collapse_events.jsonl", 0, (r) => {
    r["reason"] = "financial";
  }),
  () => ({
    claim: "survival_kpi",
    code: "run_end_wrong",
    change: (directory) => writeFileSync(join(directory, "collapse_events.jsonl"), ""),
  }),
  () => ({
    claim: "survival_kpi",
    code: "reboot_wrong",
    change: (directory) => {
      const index = lineWith(directory, "collapse_events.jsonl", '"event":"reboot"');
      editRecord(directory, "collapse_events.jsonl", index, (r) => more(r, "founders"));
    },
  }),
  // Fences
  ...(
    [
      [
        "fence_counts_wrong",
        (fences) => more(fenceOf(fences, "fence_liquidation"), "block_count", -1),
      ],
      ["fence_row_differs", (fences) => ((fences[0] ?? {})["risk"] = "none at all")],
      ["fence_missing", (fences) => fences.pop()],
      ["fence_unknown", (fences) => fences.push({ ...fences[0], fence_id: "fence_of_mine" })],
    ] as readonly (readonly [string, (fences: Bag[]) => unknown])[]
  ).map(
    ([code, edit]) =>
      (): Forgery => ({
        claim: "fence_telemetry",
        code,
        change: (directory) =>
          editDocument(directory, "gating_telemetry.json", (d) => {
            edit(d["fences"] as Bag[]);
          }),
      }),
  ),
  () => ({
    claim: "fence_telemetry",
    code: "fence_rate_differs",
    change: (directory) =>
      editDocument(directory, "gating_telemetry.json", (d) => {
        (d["high_rate_fences"] as Bag[]).push({
          fence_id: "fence_liquidation",
          rate: "trigger_per_step",
          rate_ppm: 900_000,
          explanation: "made up",
          counterfactual_run_id: null,
          counterfactual_run_id_reason: "made up",
        });
      }),
  }),
  record("fence_telemetry", "fence_summary_wrong", "death_events.jsonl", 0, (r) => {
    r["fence_block_rate_summary"] = [{ fence_id: "fence_of_mine", block_count: 3 }];
  }),
  // Summary
  ...["agent_bars", "max_generation", "ticks", "system_return"].map(
    (field) => (): Forgery => ({
      claim: "summary_figures",
      code: "summary_differs",
      change: (directory) =>
        editDocument(directory, "multiple_experiments_summary.json", (d) => more(d, field)),
    }),
  ),
  () => ({
    claim: "summary_figures",
    code: "summary_differs",
    change: (directory) =>
      editDocument(directory, "multiple_experiments_summary.json", (d) => {
        more(bag(bag(d["all_agents"])["final_capital_micro"]), "p50");
      }),
  }),
  () => ({
    claim: "summary_figures",
    code: "summary_differs",
    change: (directory) =>
      editDocument(directory, "execution_fingerprint.json", (d) => more(d, "orders_simulated")),
  }),
  () => ({
    claim: "summary_figures",
    code: "errors_differ",
    change: (directory, run) =>
      writeFileSync(
        join(directory, "errors.jsonl"),
        `${JSON.stringify({
          run_id: run.run_id,
          ts_utc: "2022-01-01T00:00:00.000Z",
          tick: 1,
          error_type: "run_stopped",
          reason_code: "invented",
          detail: "invented",
        })}\n`,
      ),
  }),
  // Matrix and behaviors
  () => ({
    claim: "genome_matrix",
    code: "matrix_misaligned",
    change: (directory, run) => {
      const path = join(directory, `genomes_run_${run.run_id}.npy`);
      const bytes = readFileSync(path);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    },
  }),
  () => ({
    claim: "genome_matrix",
    code: "behaviors_differ",
    change: (directory, run) =>
      editRecord(directory, `behaviors_run_${run.run_id}.json`, 1, (r) => more(r, "trades")),
  }),
  // Contracts
  record("contract_death_events", "record_invalid", "death_events.jsonl", 0, (r) => {
    r["extra"] = 1;
  }),
  record("contract_survivors", "record_of_other_run", "survivors.jsonl", 0, (r) => {
    r["run_id"] = "HF_0123456789abcdef";
  }),
  ...["birth_events", "capital_ledger", "seasons", "collapse_events", "genomes_snapshot"].map(
    (name) =>
      record(`contract_${name}`, "record_invalid", `${name}.jsonl`, 0, (r) => {
        delete r["run_id"];
      }),
  ),
  record("contract_agent_roster", "record_invalid", "agent_roster.json", 1, (r) => {
    r["gene_id"] = "ABC";
  }),
  ...(
    [
      ["contract_run_manifest", "run_manifest.json", (d) => (d["mode"] = "paper")],
      ["contract_gating_telemetry", "gating_telemetry.json", (d) => (d["ticks"] = -1)],
      ["contract_execution_fingerprint", "execution_fingerprint.json", (d) => (d["api_calls"] = 1)],
      [
        "contract_multiple_experiments_summary",
        "multiple_experiments_summary.json",
        (d) => (d["end"] = "victory"),
      ],
    ] as readonly (readonly [string, string, (document: Bag) => unknown])[]
  ).map(
    ([claim, name, edit]) =>
      (): Forgery => ({
        claim,
        code: "record_invalid",
        change: (directory) =>
          editDocument(directory, name, (document) => {
            edit(document);
          }),
      }),
  ),
  () => ({
    claim: "contract_errors",
    code: "json_invalid",
    change: (directory) => writeFileSync(join(directory, "errors.jsonl"), "all is well\n"),
  }),
  () => ({
    claim: "contract_behaviors",
    code: "record_invalid",
    change: (directory, run) =>
      editRecord(directory, `behaviors_run_${run.run_id}.json`, 1, (r) => {
        r["is_alive"] = "yes";
      }),
  }),
  () => ({
    claim: "contract_genomes_matrix",
    code: "record_invalid",
    change: (directory, run) => {
      const path = join(directory, `genomes_run_${run.run_id}.npy`);
      writeFileSync(path, readFileSync(path).subarray(0, -4));
    },
  }),
];

let root = "";
let run: SealedRun;

before(() => {
  root = mkdtempSync(join(tmpdir(), "assay-"));
  run = landRun(root, eventfulRun());
});

after(() => rmSync(root, { recursive: true, force: true }));

function forged({ change }: Forgery): Verdict {
  const copy = copyRun(run.directory, join(root, "forged", run.run_id));
  change(copy, run);
  resealRun(copy);
  const verdict = verifyRun(copy, { root: null });
  rmSync(copy, { recursive: true });
  assert.ok(verdict.ok);
  return verdict.value;
}

test("each forgery with sums made anew is found by the claim that speaks of it", () => {
  for (const make of forgeries) {
    const forgery = make();
    const { verdict, findings } = forged(forgery);
    assert.equal(verdict, "FAIL", `${forgery.claim} ${forgery.code}`);
    const found = findings.filter(({ claim }) => claim === forgery.claim);
    const codes = [...new Set(found.map(({ code }) => code))];
    assert.ok(
      codes.includes(forgery.code),
      `${forgery.claim}: ${codes.join()} not ${forgery.code}`,
    );
  }
});

test("every claim about a run can fail: each has a forgery of its own", () => {
  const verdict = verifyRun(run.directory, { root: null });
  assert.ok(verdict.ok);
  const tried = new Set(forgeries.map((make) => make().claim));
  for (const { id } of verdict.value.claims) {
    if (testedApart.has(id)) continue;
    assert.ok(tried.has(id), `no forgery for ${id}`);
  }
});

/** Sums, pool and seal have tests of their own. */
const testedApart = new Set(["sums", "pool_lines", "seal", "authenticity", "installation_log"]);
