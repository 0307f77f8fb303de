import type { DecisionTraceLine } from "#evidence";
import type { Draft } from "./draft.ts";
import type { PlaceOrder } from "./order-lines.ts";
import { head, type VenueSession } from "./session.ts";
import type { AgentIdentity } from "./spec.ts";

type Common = Pick<
  PlaceOrder,
  "tick" | "agent" | "scope" | "source" | "intentId" | "posSide" | "reduceOnly"
>;

/** What all orders of an agent have in common. */
export function agentOrder(agent: AgentIdentity, number: number, intentId: string): Common {
  return {
    tick: number,
    agent: agent.hash,
    scope: null,
    source: "decision_cycle",
    intentId,
    posSide: "net",
    reduceOnly: false,
  };
}

type Decision = Readonly<{
  number: number;
  agent: AgentIdentity;
  action: "open_long" | "open_short" | "close_to_flat" | "hold";
  oneShot: boolean;
}>;

/** Writes the decision before anything follows from it; gives its intent. */
export function decide(
  session: VenueSession,
  { number, agent, action, oneShot }: Decision,
): string {
  const intentId = `i_${number}_${agent.id}`;
  const hold = action === "hold";
  const line: Draft<DecisionTraceLine> = {
    ...head(session),
    record_type: "agent_detail",
    tick: number,
    agent_id_hash: agent.hash,
    intent_id: hold ? null : intentId,
    intent_action: action,
    intent_desired_state: action.startsWith("open") ? "IN_MARKET" : "OUT_MARKET",
    signal: hold ? 0.01 : 0.75,
    signal_reason: null,
    leverage_target: hold ? null : 2,
    leverage_target_reason: hold ? "nothing_to_lever" : null,
    oneshot: oneShot,
  };
  session.decisions.push(line);
  return intentId;
}
