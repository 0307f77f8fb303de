import type { AuditorDiscrepancy, AuditorReport, AuditScope, PagingTrace } from "#evidence";
import type { Draft } from "./draft.ts";
import { type VenueSession } from "./session.ts";
/** What the auditor adds: pages, a report, discrepancies. */
export type Audit = {
  scope: Draft<AuditScope>;
  traces: Draft<PagingTrace>[];
  report: Draft<AuditorReport>;
  discrepancies: Draft<AuditorDiscrepancy>[];
};
/** Pages through what the exchange knows and writes down what it saw. */
export declare function audit(session: VenueSession): Audit;
/** Counted from the records, without the verifier's books. */
export declare function countsOf(
  session: VenueSession,
  discrepancies: number,
): Draft<AuditorReport["summary_counts"]>;
export declare function chainId(
  trace: Omit<PagingTrace, "query_chain_id" | "ts_utc" | "seq">,
): string;
