import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { writeFault } from "../landing/write-fault.ts";

/** Files that only the end of a run writes, all of them functions of what was recorded before. */
const endFiles: readonly RegExp[] = [
  /^(?:auditor_report|positions_snapshot|execution_fingerprint|gating_telemetry)\.json$/,
  /^(?:post_run_ledger_audit|reconciliation_summary|execution_quality_summary)\.json$/,
  /^(?:exchange_error_basket|lifecycle_judge_report|multiple_experiments_summary)\.json$/,
  /^[a-z0-9_]+_(?:alignment_report|raw_samples)\.json$/,
  /^(?:m_execution_raw|positions_reconstruction_raw)_(?:index|part_\d+)\.json$/,
  /^evidence_ref_index\.json$/,
  /^(?:paging_traces|orders_history|fills|bills|auditor_discrepancies)\.jsonl$/,
  /^(?:exchange_error_events|slippage_records|latency_records)\.jsonl$/,
];

const foundingFiles: readonly RegExp[] = [
  /^agent_roster\.json$/,
  /^(?:genomes_snapshot|birth_events)\.jsonl$/,
];

/**
 * Puts what an end that was not finished left beside itself, under `NAME.leftN`: it is evidence of
 * what happened, and the end is written anew. Drafts of documents never landed, and go. Fault:
 * run_write_failed.
 */
export function setEndAside(directory: string): Result<void, Fault> {
  return setAside(directory, endFiles);
}

/** The same for a founding that was not finished: nobody of it ever acted. */
export function setFoundingAside(directory: string): Result<void, Fault> {
  return setAside(directory, foundingFiles);
}

function setAside(directory: string, kinds: readonly RegExp[]): Result<void, Fault> {
  try {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (name.endsWith(".json.new")) rmSync(path);
      else if (kinds.some((kind) => kind.test(name)) && !isEmptyLog(path)) {
        renameSync(path, freeName(path));
      }
    }
    return ok(undefined);
  } catch (cause) {
    return err(writeFault(directory, cause));
  }
}

/** Files of lines are there from the first moment, and nothing may have been said in them. */
function isEmptyLog(path: string): boolean {
  return path.endsWith(".jsonl") && statSync(path).size === 0;
}

function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${path}.left${number}`;
    if (!existsSync(name)) return name;
  }
}
