import type { z } from "zod";
import { count, listOf, nullable, reason } from "../fields.ts";
import { type EvidenceRef, evidenceRef } from "./evidence-ref.ts";
import { code, type LineHead, lineHead, reasonedRecord, recordId } from "./order-fields.ts";

/** A line of errors.jsonl in a venue run: every degradation, freeze and stop. */
export type ExecutionError = LineHead &
  Readonly<{
    audit_scope_id: string | null;
    tick: number | null;
    tick_reason: string | null;
    error_type: string;
    reason_code: string;
    detail: string;
    evidence_refs: readonly EvidenceRef[];
  }>;

export const executionError: z.ZodType<ExecutionError> = reasonedRecord<ExecutionError>({
  ...lineHead,
  audit_scope_id: nullable(recordId),
  tick: nullable(count),
  tick_reason: nullable(reason),
  error_type: code,
  reason_code: code,
  detail: reason,
  evidence_refs: listOf(evidenceRef),
});
