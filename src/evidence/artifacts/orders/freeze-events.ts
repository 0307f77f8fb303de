import type { z } from "zod";
import { count, exactly, listOf, nullable, oneOf, reason } from "../fields.ts";
import { type EvidenceRef, evidenceRef } from "./evidence-ref.ts";
import { type LineHead, lineHead, reasonedRecord, recordId } from "./order-fields.ts";

export type FreezeReason =
  | "p2_overdue"
  | "account_restricted"
  | "unexplained_balance_delta"
  | "truth_profile_degraded"
  | "missing_critical_evidence";

export const freezeReasons: readonly FreezeReason[] = [
  "p2_overdue",
  "account_restricted",
  "unexplained_balance_delta",
  "truth_profile_degraded",
  "missing_critical_evidence",
];

/** Execution froze. It stays frozen to the end of the run: there is no event that lifts it. */
export type FreezeEvent = LineHead &
  Readonly<{
    audit_scope_id: string | null;
    tick: number | null;
    tick_reason: string | null;
    freeze_id: string;
    freeze_reason_code: FreezeReason;
    freeze_reason_detail: string;
    execution_frozen: true;
    evidence_refs: readonly EvidenceRef[];
  }>;

export const freezeEvent: z.ZodType<FreezeEvent> = reasonedRecord<FreezeEvent>({
  ...lineHead,
  audit_scope_id: nullable(recordId),
  tick: nullable(count),
  tick_reason: nullable(reason),
  freeze_id: recordId,
  freeze_reason_code: oneOf(freezeReasons),
  freeze_reason_detail: reason,
  execution_frozen: exactly(true),
  evidence_refs: listOf(evidenceRef),
});
