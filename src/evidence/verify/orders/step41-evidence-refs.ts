import type { EvidenceRef } from "../../artifacts/orders/evidence-ref.ts";
import { type OrderClaim, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";
import { maxRefs } from "./ref-book.ts";

/**
 * Steps 41 to 46: every ref of the run leads to lines that are there, have the digest they had when
 * the ref was written, belong to this run and the ref's audit, and are of one kind throughout. What
 * must point at its evidence (a freeze, a discrepancy, a report) does.
 */
export const step41EvidenceRefs: OrderClaim<"report" | "freeze_event" | "discrepancy"> = {
  id: "step41_evidence_refs",
  clause: "docs/contracts/orders.md#step-41",
  reads: ["evidence_ref_index"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const must = (refs: readonly EvidenceRef[], file: string, line: number | null): void => {
      report.count();
      if (refs.length === 0) report.finding("ref_required", { file, line }, "points at nothing");
    };
    return {
      on: {
        report: (record, { file, line }) => must(record.evidence_refs, file, line),
        freeze_event: (record, { file, line }) => must(record.evidence_refs, file, line),
        discrepancy(record, { file, line }): void {
          if (record.severity !== "WARN") must(record.evidence_refs, file, line);
        },
      },
      end(): void {
        const { refs, full } = run.refs;
        const index = wholeFile(orderFileNames.evidence_ref_index);
        report.count(refs.length);
        if (refs.length === 0)
          report.gap("no_refs", index, "no record of the run points at another");
        if (full) report.gap("refs_beyond_bound", index, `more than ${maxRefs} refs`);
        for (const { held, code, detail } of run.refs.problems()) {
          if (code === "refs_beyond_bound") report.gap(code, held.at, detail);
          else report.finding(code, held.at, detail);
        }
      },
    };
  },
};
