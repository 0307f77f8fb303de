import type { OrderAttempt } from "../../artifacts/orders/order-attempts.ts";
import type { At, OrderClaim, OrderReport } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";

/**
 * P0: every write was recorded before it left, is bound to one agent or to one lifecycle scope,
 * and an agent's write goes back to a decision of that agent. It holds one entry for each attempt
 * and one for each intent.
 */
export const p0Attempts: OrderClaim<"decision" | "attempt"> = {
  id: "step88_p0_attempts",
  clause: "docs/contracts/orders.md#p0",
  reads: ["decision_trace", "order_attempts"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const agentByIntent = new Map<string, string>();
    const pairs = createPairs(report);

    return {
      on: {
        decision(line): void {
          if (line.record_type !== "agent_detail" || line.intent_id === null) return;
          agentByIntent.set(line.intent_id, line.agent_id_hash);
        },
        attempt(attempt, at): void {
          report.count();
          checkAttribution(attempt, at, report);
          checkGate(attempt, at, report);
          pairs.check(attempt, at);
          if (attempt.operation !== "place" && run.orders.get(attempt.client_order_id) === null) {
            const detail = `${attempt.operation} of ${attempt.client_order_id}, never placed`;
            report.finding("p0_target_unknown", at, detail);
          }
          if (attempt.intent_source !== "decision_cycle") return;
          const agent = agentByIntent.get(attempt.intent_id);
          if (agent === undefined) {
            report.finding("p0_intent_unknown", at, `${attempt.intent_id} was never decided`);
          } else if (agent !== attempt.agent_id_hash) {
            report.finding("p0_intent_of_other_agent", at, `${attempt.intent_id} is of ${agent}`);
          }
        },
      },
      end: () => {},
    };
  },
};

/** Exactly one of the two, and the source that fits it. */
function checkAttribution(attempt: OrderAttempt, at: At, report: OrderReport): void {
  const { agent_id_hash: agent, lifecycle_scope: scope, intent_source: source } = attempt;
  if (agent === null && scope === null) {
    report.finding("p0_attribution_missing", at, `nobody stands behind ${attempt.attempt_id}`);
  } else if (agent !== null && scope !== null) {
    report.finding("p0_attribution_double", at, `agent ${agent} and scope ${scope}`);
  } else if ((agent !== null) !== (source === "decision_cycle")) {
    const detail = `${source} with ${agent === null ? "no agent" : `agent ${agent}`}`;
    report.finding("p0_source_contradicts", at, detail);
  }
}

/** What a gate refused never left; what left was allowed and names its call. */
function checkGate(attempt: OrderAttempt, at: At, report: OrderReport): void {
  const { gate, status, rejected, connector_call: call } = attempt;
  const refused = gate.gate_decision === "reject";
  if (refused !== (call === null)) {
    report.finding("p0_gate_contradicts", at, refused ? "refused, yet sent" : "allowed, no call");
  }
  if (refused && (status !== "rejected" || gate.gate_reason_code === null)) {
    report.finding("p0_gate_contradicts", at, `refused by ${gate.gate_name}: ${status}, no reason`);
  }
  if (rejected !== (status === "rejected")) {
    report.finding("p0_gate_contradicts", at, `rejected ${rejected}, status ${status}`);
  }
}

type Pairs = Readonly<{ check: (attempt: OrderAttempt, at: At) => void }>;

/** A sending line, then one outcome of the same attempt; a refusal stands alone. */
function createPairs(report: OrderReport): Pairs {
  const sentByAttempt = new Map<string, string | null>();
  const reusableByOrder = new Map<string, boolean>();

  function place(attempt: OrderAttempt, at: At): void {
    const { client_order_id: id, status, gate } = attempt;
    if (status === "sending" || gate.gate_decision === "reject") {
      // Only a request whose outcome is unknown may be sent again under the same id.
      if (reusableByOrder.get(id) === false) {
        report.finding("p0_client_order_id_reused", at, `${id} was placed before`);
      }
      reusableByOrder.set(id, false);
    } else if (status === "error") reusableByOrder.set(id, true);
  }

  return {
    check(attempt, at): void {
      const { attempt_id: id, status } = attempt;
      const sent = sentByAttempt.get(id);
      if (attempt.operation === "place") place(attempt, at);
      if (status === "sending" || attempt.gate.gate_decision === "reject") {
        if (sent !== undefined) report.finding("p0_attempt_repeated", at, `${id} is there before`);
        sentByAttempt.set(id, status === "sending" ? identityOf(attempt) : null);
      } else if (sent === undefined) {
        report.finding("p0_outcome_without_sending", at, `${id} was not recorded before it left`);
        sentByAttempt.set(id, null);
      } else if (sent === null) {
        report.finding("p0_attempt_repeated", at, `${id} has an outcome already`);
      } else {
        if (sent !== identityOf(attempt)) {
          report.finding("p0_attempt_changed", at, `${id} says another order than when it left`);
        }
        sentByAttempt.set(id, null);
      }
    },
  };
}

/** What an attempt is about; its outcome line may not say anything else. */
function identityOf(attempt: OrderAttempt): string {
  const { intent_id, client_order_id, operation, agent_id_hash, lifecycle_scope } = attempt;
  const { params, connector_call, intent_source, flags } = attempt;
  const call = connector_call?.call_id;
  const { leverage_applied: _applied, leverage_applied_reason: _why, ...asked } = params;
  const who = [agent_id_hash, lifecycle_scope, intent_source, flags.oneshot];
  return JSON.stringify([intent_id, client_order_id, operation, call, who, asked]);
}
