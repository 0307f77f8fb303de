import { readFileSync } from "node:fs";
import { join } from "node:path";
import { editFile, editRecord } from "#support";
import { bag, type Forgery, more, otherHex, type RecordEdit, recordForgery } from "./forgery.ts";

const [births, deaths, survivors] = ["birth_events.jsonl", "death_events.jsonl", "survivors.jsonl"];
const [genomes, roster, seasons] = ["genomes_snapshot.jsonl", "agent_roster.json", "seasons.jsonl"];
const split = '"origin":"split"';

const edits: readonly RecordEdit[] = [
  // When it happened.
  ["event_order", "event_seq_broken", deaths, 2, (r) => more(r, "seq", 5000)],
  ["event_order", "event_time_backwards", deaths, -1, (r) => (r["tick"] = 1)],
  ["event_order", "event_outside_seasons", deaths, 1, (r) => more(r, "bar_index")],
  ["event_order", "event_segment_wrong", deaths, 0, (r) => more(r, "segment")],
  [
    "event_order",
    "event_time_differs",
    births,
    1,
    (r) => (r["ts_utc"] = "2022-01-01T00:00:00.001Z"),
  ],
  ["event_order", "season_not_paired", seasons, 1, (r) => more(r, "bars")],
  ["event_order", "event_out_of_range", deaths, 0, (r) => (r["seq"] = 9_007_199_254_740_991)],
  // To whom: the incident of seeds/000.
  ["roster_join", "roster_unknown_agent", deaths, 0, (r) => (r["agent_id"] = "a999999")],
  [
    "roster_join",
    "roster_hash_differs",
    deaths,
    0,
    (r) => (r["agent_id_hash"] = otherHex(r["agent_id_hash"])),
  ],
  ["roster_join", "roster_not_numbered", roster, 2, (r) => (r["agent_id"] = "a000009")],
  // Which genome.
  [
    "genome_anchors",
    "anchor_differs",
    roster,
    1,
    (r) => (r["weights_sha256"] = otherHex(r["weights_sha256"])),
  ],
  ["genome_anchors", "anchor_differs", roster, 1, (r) => (r["gene_id"] = otherHex(r["gene_id"]))],
  [
    "genome_anchors",
    "anchor_differs",
    genomes,
    0,
    (r) => withWeights(r, (b) => b.writeUInt8(b.readUInt8(7) ^ 1, 7)),
  ],
  ["genome_anchors", "anchor_differs", roster, 1, (r) => (r["weights_count"] = 342)],
  [
    "genome_anchors",
    "weights_malformed",
    genomes,
    0,
    (r) => (r["weights"] = String(r["weights"]).slice(0, -4)),
  ],
  [
    "genome_anchors",
    "weights_malformed",
    genomes,
    0,
    (r) => (r["weights"] = `${String(r["weights"])} `),
  ],
  ["genome_anchors", "anchor_differs", genomes, 3, (r) => more(r, "tick")],
  // From whom.
  ["lineage", "generation_wrong", births, split, (r) => more(r, "generation")],
  ["lineage", "founder_has_ancestors", births, 0, (r) => more(r, "generation")],
  ["lineage", "lineage_differs", roster, 1, (r) => more(bag(r["metadata"]), "born_tick")],
  [
    "lineage",
    "cohort_unknown",
    roster,
    1,
    (r) => (bag(r["metadata"])["cohort_id"] = "HF_0123456789abcdef:0"),
  ],
  // How many.
  [
    "population_balance",
    "population_unbalanced",
    "capital_ledger.jsonl",
    1,
    (r) => more(r, "alive_agents"),
  ],
  [
    "population_balance",
    "population_unbalanced",
    "capital_ledger.jsonl",
    1,
    (r) => more(r, "births"),
  ],
  ["population_balance", "population_unbalanced", seasons, 1, (r) => more(r, "alive_agents")],
  // Numbers that are none.
  [
    "numerical_health",
    "number_broken",
    survivors,
    0,
    (r) => (bag(r["life"])["last_signal"] = null),
  ],
  ["numerical_health", "number_broken", births, 0, (r) => (r["mutation_sigma"] = null)],
  [
    "numerical_health",
    "number_broken",
    genomes,
    0,
    (r) => withWeights(r, (b) => b.writeFloatLE(Number.NaN, 8)),
  ],
];

const others: readonly Forgery[] = [
  {
    claim: "roster_join",
    code: "agent_seen_twice",
    file: deaths,
    change: (directory) => {
      const first = recordsOf(directory, deaths)[0]?.["agent_id"];
      editRecord(directory, deaths, 1, (record) => (record["agent_id"] = first));
    },
  },
  {
    claim: "roster_join",
    code: "agent_incomplete",
    file: survivors,
    change: (directory) =>
      editFile(directory, survivors, (text) => text.slice(text.indexOf("\n") + 1)),
  },
  {
    claim: "lineage",
    code: "parent_dead",
    file: births,
    change: (directory) => {
      const dead = recordsOf(directory, deaths)[0]?.["agent_id"];
      const lines = readFileSync(join(directory, births), "utf8").split("\n");
      const last = lines.findLastIndex((line) => line.includes(split));
      editRecord(directory, births, last, (record) => (record["parent_id"] = dead));
    },
  },
];

export const eventForgeries: readonly Forgery[] = [...edits.map(recordForgery), ...others];

function recordsOf(directory: string, file: string): readonly Record<string, unknown>[] {
  const lines = readFileSync(join(directory, file), "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function withWeights(record: Record<string, unknown>, edit: (bytes: Buffer) => unknown): void {
  const weights = Buffer.from(String(record["weights"]), "base64");
  edit(weights);
  record["weights"] = weights.toString("base64");
}
