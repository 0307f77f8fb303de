import { bag, type Forgery, more, type RecordEdit, recordForgery } from "./forgery.ts";

const [births, deaths, survivors] = ["birth_events.jsonl", "death_events.jsonl", "survivors.jsonl"];
const [ledger, collapses] = ["capital_ledger.jsonl", "collapse_events.jsonl"];

const edits: readonly RecordEdit[] = [
  [
    "capital_conservation",
    "triplet_broken",
    births,
    0,
    (r) => more(bag(r["capital_triplet"]), "current_total_micro"),
  ],
  [
    "capital_conservation",
    "capital_not_conserved",
    ledger,
    1,
    (r) => {
      more(bag(r["capital_triplet"]), "system_reserve_micro");
      more(bag(r["capital_triplet"]), "allocated_capital_micro", -1);
    },
  ],
  [
    "capital_conservation",
    "capital_not_conserved",
    ledger,
    1,
    (r) => more(bag(r["totals"]), "fees_micro"),
  ],
  [
    "capital_conservation",
    "ledger_total_falls",
    ledger,
    -1,
    (r) => (bag(r["totals"])["fees_micro"] = 0),
  ],
  ["capital_conservation", "ledger_incomplete", ledger, 0, (r) => (r["cause"] = "review")],
  [
    "capital_conservation",
    "capital_not_conserved",
    survivors,
    0,
    (r) => {
      more(bag(r["life"]), "final_capital_micro");
      more(bag(r["life"]), "trade_flow_micro");
    },
  ],
  [
    "life_records",
    "life_does_not_add_up",
    deaths,
    0,
    (r) => more(bag(r["life"]), "trade_flow_micro"),
  ],
  [
    "life_records",
    "lives_differ_from_ledger",
    deaths,
    0,
    (r) => {
      more(bag(r["life"]), "fees_micro");
      more(bag(r["life"]), "trade_flow_micro");
    },
  ],
  [
    "life_records",
    "life_differs_from_births",
    survivors,
    0,
    (r) => more(bag(r["life"]), "children"),
  ],
  ["life_records", "life_age_wrong", survivors, 0, (r) => more(bag(r["life"]), "age_ticks")],
  [
    "life_records",
    "living_cost_uneven",
    deaths,
    -1,
    (r) => {
      more(bag(r["life"]), "living_cost_micro");
      more(bag(r["life"]), "fees_micro", -1);
    },
  ],
  ["life_records", "life_counts_wrong", deaths, 0, (r) => more(bag(r["life"]), "opened_long")],
  [
    "life_records",
    "life_marked_apart",
    survivors,
    1,
    (r) => more(bag(r["life"]), "mark_price_ticks"),
  ],
  ["life_records", "death_inconsistent", deaths, 0, (r) => more(r, "settled_to_reserve_micro")],
  [
    "life_records",
    "death_inconsistent",
    deaths,
    0,
    (r) => {
      r["death_reason_source"] = "lifecycle_review";
      r["death_reason"] = "liquidated";
    },
  ],
  [
    "life_records",
    "split_uneven",
    births,
    '"origin":"split"',
    (r) => more(r, "parent_capital_micro", 2),
  ],
  [
    "life_records",
    "reboot_capital_wrong",
    collapses,
    '"event":"reboot"',
    (r) => more(r, "capital_micro"),
  ],
  [
    "survival_kpi",
    "collapse_reason_wrong",
    collapses,
    '"event":"collapse"',
    (r) => (r["reason"] = "financial"),
  ],
  ["survival_kpi", "reboot_wrong", collapses, '"event":"reboot"', (r) => more(r, "founders")],
  [
    "fence_telemetry",
    "fence_summary_wrong",
    deaths,
    0,
    (r) => (r["fence_block_rate_summary"] = [{ fence_id: "fence_of_mine", block_count: 3 }]),
  ],
];

export const moneyForgeries: readonly Forgery[] = edits.map(recordForgery);
