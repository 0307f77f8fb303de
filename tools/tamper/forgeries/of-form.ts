import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Forgery, type RecordEdit, recordForgery } from "./forgery.ts";

const lineFiles = [
  "birth_events",
  "capital_ledger",
  "seasons",
  "collapse_events",
  "genomes_snapshot",
];

const edits: readonly RecordEdit[] = [
  ["contract_death_events", "record_invalid", "death_events.jsonl", 0, (r) => (r["extra"] = 1)],
  [
    "contract_survivors",
    "record_of_other_run",
    "survivors.jsonl",
    0,
    (r) => (r["run_id"] = "HF_0123456789abcdef"),
  ],
  ...lineFiles.map(
    (name): RecordEdit => [
      `contract_${name}`,
      "record_invalid",
      `${name}.jsonl`,
      0,
      (r) => delete r["run_id"],
    ],
  ),
  [
    "contract_agent_roster",
    "record_invalid",
    "agent_roster.json",
    1,
    (r) => (r["gene_id"] = "ABC"),
  ],
];

/** Records that are no records: each file has a contract that says so. */
export const formForgeries: readonly Forgery[] = [
  ...edits.map(recordForgery),
  {
    claim: "contract_errors",
    code: "json_invalid",
    file: "errors.jsonl",
    change: (directory) => writeFileSync(join(directory, "errors.jsonl"), "all is well\n"),
  },
];
