import type { EvidenceRefIndex, RefIndexEntry } from "../../artifacts/orders/evidence-ref-index.ts";
import { createEvidenceFiles, type EvidenceFiles } from "./evidence-files.ts";
import {
  type At,
  type OrderClaim,
  type OrderReport,
  type OrderRun,
  wholeFile,
} from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Step 43: the index lists every evidence file of the run as it is, whether or not a claim reads
 * it, and every ref's file.
 */
export const step43RefIndex: OrderClaim<"ref_index"> = {
  id: "step43_ref_index",
  clause: "docs/contracts/orders.md#step-43",
  reads: ["evidence_ref_index"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    let index: EvidenceRefIndex | null = null;
    return {
      on: {
        ref_index(record): void {
          index = record;
        },
      },
      end(): void {
        if (index !== null) check(index, run, report);
      },
    };
  },
};

function check({ entries }: EvidenceRefIndex, run: OrderRun, report: OrderReport): void {
  const at = wholeFile(orderFileNames.evidence_ref_index);
  const files = createEvidenceFiles(run);
  const listed = new Set<string>();
  let before = "";
  for (const [position, entry] of entries.entries()) {
    report.count();
    const place = { ...at, field: `entries.${position}` };
    if (entry.rel_path <= before) {
      report.finding("index_disordered", place, `${entry.rel_path} is not after ${before}`);
    }
    before = entry.rel_path;
    listed.add(entry.rel_path);
    checkEntry(entry, place, files, report);
  }
  const due = new Set([...files.indexed, ...run.refs.refs.map(({ ref }) => ref.file)]);
  due.delete(orderFileNames.evidence_ref_index);
  for (const file of due) {
    report.count();
    if (!listed.has(file)) report.finding("index_file_missing", at, `${file} is not listed`);
  }
}

function checkEntry(entry: RefIndexEntry, at: At, files: EvidenceFiles, report: OrderReport): void {
  const { rel_path: path, sha256, sha256_16, byte_size, line_count } = entry;
  if (sha256.slice(0, 16) !== sha256_16) {
    report.finding("index_differs", at, `${path}: sha256_16 does not begin sha256`);
  }
  const file = files.read(path);
  if (file === null) {
    report.finding("index_differs", at, `${path} is listed and is not there to be read`);
    return;
  }
  const same = file.sha256 === sha256 && file.bytes === byte_size;
  if (!same) report.finding("index_differs", at, `${path} is another file now`);
  const lines = path.endsWith(".jsonl") ? file.lines : null;
  if (lines === line_count) return;
  report.finding("index_differs", at, `${path}: ${line_count} lines listed, ${lines} there`);
}
