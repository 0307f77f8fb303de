import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  drop,
  editJson,
  editLines,
  must,
  restsOnLevels,
  type Variant,
  variant,
} from "./variant.ts";

/** Names, tags, files and the order of lines. */
export const contractVariants: readonly Variant[] = [
  variant("tier_contract", "tier_prefix_differs", "a full tier under a screening name", {
    naming: { prefix: "HF" },
  }),
  variant("tier_contract", "tier_root_differs", "a full tier in the root of screening runs", {
    naming: { folder: "runs_hf" },
  }),
  variant("tier_contract", "tier_directory_differs", "a run in the directory of another", {
    naming: { directory: "AUDIT_0000000000000000" },
  }),
  variant(
    "tier_contract",
    "manifest_field_missing",
    "a null field without its reason",
    {
      files: (texts) =>
        editJson(texts, "run_manifest.json", (record) => delete record["docker_image_reason"]),
    },
    { also: ["venue_manifest"] },
  ),
  variant(
    "tier_contract",
    "file_owed",
    "no alignment bundle",
    { disk: (directory) => rmSync(join(directory, "okx_rest_alignment_report.json")) },
    { also: ["step43_ref_index"] },
  ),
  variant(
    "step34_paging_closure",
    "evidence_missing",
    "no paging traces although the run was audited",
    { disk: (directory) => rmSync(join(directory, "paging_traces.jsonl")) },
    {
      also: [
        "tier_contract",
        "step88_p3_fills",
        "step88_p4_bills",
        "step88_p5_auditor_join",
        ...restsOnLevels,
        "step32_orphans",
        "step33_fills_bills_join",
        "step38_audit_scopes",
        "step41_evidence_refs",
        "step43_ref_index",
        "positions_balance",
      ],
    },
  ),
  variant("order_files", "file_malformed", "a remark among the errors", {
    texts: (texts) => editLines(texts, "errors.jsonl", (lines) => void lines.push("# all well")),
  }),
  variant("order_files", "file_malformed", "a record with a key that no schema knows", {
    texts: (texts) =>
      editLines(texts, "ledger_ticks.jsonl", (lines) => {
        lines[5] = must(lines[5]).replace(/}$/, ',"mood":"calm"}');
      }),
  }),
  variant("order_files", "file_malformed", "a number written in another way", {
    texts: (texts) =>
      editLines(texts, "ledger_ticks.jsonl", (lines) => {
        lines[5] = must(lines[5]).replace('"tick":6', '"tick":6.0');
      }),
  }),
  variant("order_stream", "record_of_other_run", "a line of another run in the ledger", {
    session: ({ ticks }) => void (must(ticks[4]).run_id = "AUDIT_0123456789abcdef"),
  }),
  variant("order_stream", "stream_seq_broken", "a line taken out of the ledger", {
    texts: (texts) => editLines(texts, "ledger_ticks.jsonl", (lines) => void lines.splice(4, 1)),
  }),
  variant(
    "order_stream",
    "stream_seq_broken",
    "a line of the trace written twice",
    {
      texts: (texts) =>
        editLines(texts, "decision_trace.jsonl", (lines) => {
          lines.splice(1, 0, must(lines[0]));
        }),
    },
    { also: ["venue_deaths"] },
  ),
  variant("order_stream", "stream_time_backwards", "a ledger whose time runs backwards", {
    session: ({ ticks }) => void (must(ticks[5]).ts_utc = "2026-01-05T00:00:00.000Z"),
  }),
  variant("execution_counts", "ledger_counts_differ", "a tick that forgets an order", {
    derived: ({ session }) => void (must(session.ticks[1]).execution_orders_sent -= 1),
  }),
  variant("execution_counts", "ledger_tick_missing", "a tick with orders and no ledger line", {
    derived: ({ session }) => drop(session.ticks, (tick) => tick.tick === 4),
  }),
  variant("execution_counts", "fingerprint_differs", "one call more than was recorded", {
    derived: ({ derived }) => void (derived.fingerprint.api_calls += 1),
  }),
];
