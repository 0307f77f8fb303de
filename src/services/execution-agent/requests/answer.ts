import { canonicalJson } from "#base";
import type { WriteOutcome } from "#venues";

export const executionSchema = "assay.execution/1";

/**
 * What came of a request to execute.
 * - accepted: the venue took the order.
 * - rejected: the venue refused it.
 * - refused: a gate of ours refused it, and nothing left.
 * - unknown: it may be at the venue; nobody may send it again before that is known.
 */
export type Decision = "accepted" | "rejected" | "refused" | "unknown";

export type ExecutionAnswer = Readonly<{
  schema: typeof executionSchema;
  intent_id: string;
  decision: Decision;
  /** Null exactly when accepted. */
  reason_code: string | null;
  /** All that forbade it; empty where it went to the venue. */
  refusals: readonly string[];
  decided_at_utc: string;
  order: Readonly<{
    client_order_id: string;
    order_id: string | null;
    phase: string;
    state: string | null;
    filled: string;
  }> | null;
}>;

export type Told = Readonly<{ status: number; answer: string; decision: Decision; code: string }>;

const statusByDecision: Readonly<Record<Decision, number>> = {
  accepted: 200,
  unknown: 202,
  rejected: 409,
  refused: 409,
};

export function tell(answer: ExecutionAnswer): Told {
  const { decision, reason_code } = answer;
  const code = reason_code ?? "accepted";
  return { status: statusByDecision[decision], answer: canonicalJson(answer), decision, code };
}

export function refusedAnswer(
  intentId: string,
  refusals: readonly string[],
  atUtc: string,
): ExecutionAnswer {
  return {
    schema: executionSchema,
    intent_id: intentId,
    decision: "refused",
    reason_code: refusals[0] ?? "refused",
    refusals,
    decided_at_utc: atUtc,
    order: null,
  };
}

export function outcomeAnswer(outcome: WriteOutcome, atUtc: string): ExecutionAnswer {
  const { intentId, status, reasonCode, order } = outcome;
  const decision = status === "ok" ? "accepted" : status === "error" ? "unknown" : status;
  return {
    schema: executionSchema,
    intent_id: intentId,
    decision,
    reason_code: decision === "accepted" ? null : (reasonCode ?? "reason_unknown"),
    refusals: decision === "refused" ? [reasonCode ?? "reason_unknown"] : [],
    decided_at_utc: atUtc,
    order:
      order === null
        ? null
        : {
            client_order_id: order.clientOrderId,
            order_id: order.ordId,
            phase: order.phase,
            state: order.state,
            filled: order.filled,
          },
  };
}
