import type { VenueSession } from "../session.ts";
import {
  clientIdOf,
  drop,
  linesOf,
  must,
  type Role,
  restsOnAgents,
  restsOnLevels,
  restsOnRoster,
  type Variant,
  variant,
} from "./variant.ts";

/** Who stands behind an order: the roster, the startup, the attempts. */
export const agentVariants: readonly Variant[] = [
  variant(
    "step93_agent_roster",
    "roster_unknown_agent",
    "an agent that trades without an anchor",
    { derived: ({ derived }) => drop(derived.roster.agents, (_, index) => index === 2) },
    { also: [...restsOnRoster, "venue_genomes", "venue_population", "venue_summary"] },
  ),
  variant(
    "step93_agent_roster",
    "roster_agent_repeated",
    "an agent with two anchors",
    {
      derived: ({ derived: { roster } }) =>
        void roster.agents.push(structuredClone(must(roster.agents[1]))),
    },
    { also: restsOnRoster },
  ),
  variant(
    "step93_agent_roster",
    "roster_hash_wrong",
    "a hash that is another agent's",
    { derived: ({ derived }) => void (must(derived.roster.agents[3]).agent_id = "a000009") },
    { also: [...restsOnRoster, "venue_genomes", "venue_population"] },
  ),
  variant(
    "step93_agent_roster",
    "roster_schema_unknown",
    "genomes of a schema that nobody registered",
    {
      derived: ({ derived: { roster } }) => {
        roster.head.genome_schema_version = "mystery/1";
        for (const agent of roster.agents) agent.genome_schema_version = "mystery/1";
      },
    },
    { also: [...restsOnRoster, "venue_manifest", "venue_genomes"] },
  ),
  variant(
    "step93_agent_roster",
    "roster_registry_differs",
    "as many weights as features, which is another schema",
    { derived: ({ derived }) => void (must(derived.roster.agents[0]).weights_count = 33) },
    { also: restsOnRoster },
  ),
  variant(
    "step93_agent_roster",
    "self_test_as_agent",
    "an order of the self test that passes for an agent's",
    { manifest: (manifest) => selfTestIsRejected(manifest) },
    { also: restsOnRoster },
  ),
  variant(
    "step93_agent_roster",
    "no_agent_level_attempt",
    "a run in which no agent lives",
    {},
    { gap: true, spec: { agents: 0, oneShot: false }, also: restsOnAgents },
  ),
  variant("step93_startup_flatten", "flatten_not_recorded", "no word about the flatten", {
    manifest: (manifest) => void (manifest.startup_flatten = null),
  }),
  variant("step93_startup_flatten", "flatten_not_completed", "a flatten that was not finished", {
    manifest: (manifest) => void (must(manifest.startup_flatten).completed = false),
  }),
  variant("step93_startup_flatten", "flatten_not_reduce_only", "a flatten that could open", {
    session: (session) => {
      for (const line of linesOf(session, "flatten")) line.params.reduce_only = false;
    },
  }),
  variant(
    "step93_startup_flatten",
    "flatten_after_agents",
    "a flatten after the agents began",
    {
      session: (session) => {
        const lines = linesOf(session, "flatten");
        const last = must(session.attempts.at(-1)).ts_utc;
        drop(session.attempts, (line) => lines.includes(line));
        session.attempts.push(...lines.map((line) => ({ ...line, ts_utc: last })));
      },
    },
    { spec: { frozen: false } },
  ),
  variant("step93_startup_flatten", "flatten_counts_differ", "more flattening than was sent", {
    manifest: (manifest) => void (must(manifest.startup_flatten).orders_submitted = 2),
  }),
  variant("step93_startup_flatten", "flatten_not_flat", "a position left after the flatten", {
    session: ({ preflight }) => void (preflight.after.positions_count = 1),
  }),
  variant(
    "step93_startup_flatten",
    "flatten_end_unknown",
    "nobody looked after the flatten",
    {
      session: ({ preflight }) => {
        preflight.after.positions_count = null;
        preflight.after.positions_count_reason = "query_failed";
      },
    },
    { gap: true },
  ),
  level("p0_attribution_missing", "an order that nobody stands behind", {
    session: (session) => {
      for (const line of linesOf(session, "rejected")) line.agent_id_hash = null;
    },
  }),
  level("p0_attribution_double", "an order of an agent and of the lifecycle", {
    session: (session) => {
      for (const line of linesOf(session, "rejected")) line.lifecycle_scope = "operator";
    },
  }),
  level("p0_source_contradicts", "an order of an agent that the operator decided", {
    session: (session) => {
      for (const line of linesOf(session, "rejected")) line.intent_source = "operator";
    },
  }),
  level("p0_gate_contradicts", "a refusal without a reason", {
    session: (session) => {
      for (const line of linesOf(session, "limited")) line.gate.gate_reason_code = null;
    },
  }),
  level("p0_attempt_repeated", "an attempt with two outcomes", {
    session: (session) => {
      const lines = linesOf(session, "rejected");
      const at = session.attempts.indexOf(must(lines[1]));
      session.attempts.splice(at, 0, structuredClone(must(lines[1])));
    },
  }),
  level("p0_attempt_changed", "an outcome of another size than was sent", {
    session: (session) => {
      const outcome = must(linesOf(session, "rejected")[1]);
      outcome.params = { ...outcome.params, requested_sz: "9" };
    },
  }),
  variant(
    "step88_p0_attempts",
    "p0_outcome_without_sending",
    "a cancel that was not recorded before it left",
    {
      session: (session) => {
        const sending = must(linesOf(session, "cancelled")[0]);
        drop(session.attempts, (line) => line === sending);
      },
    },
    { also: ["step88_p1_acks", ...restsOnLevels] },
  ),
  variant(
    "step88_p0_attempts",
    "p0_client_order_id_reused",
    "a client order id used for a second order",
    {
      session: (session) => {
        must(linesOf(session, "limited")[0]).client_order_id = clientIdOf(session, "rejected");
      },
    },
    { also: restsOnLevels },
  ),
  level("p0_target_unknown", "a cancel of an order that was never placed", {
    session: (session) => {
      const lines = linesOf(session, "cancelled");
      const call = session.calls.find((one) => one.call_id === lines[0]?.connector_call?.call_id);
      const id = `${session.ids.prefix}999999`;
      for (const line of lines) line.client_order_id = id;
      must(call).clOrdId = id;
    },
  }),
  level("p0_intent_unknown", "an order that no decision wanted", {
    session: (session) => {
      decisionOf(session, "rejected").intent_id = "i_nobody";
    },
  }),
  level("p0_intent_of_other_agent", "an order that another agent decided", {
    session: (session) => {
      const [one, other] = [decisionOf(session, "rejected"), decisionOf(session, "lost")];
      [one.intent_id, other.intent_id] = [other.intent_id, one.intent_id];
    },
  }),
];

function decisionOf(session: VenueSession, role: Role): Extract<Decision, { oneshot: boolean }> {
  const { intent_id: intent } = must(linesOf(session, role)[0]);
  for (const line of session.decisions) {
    if (line.record_type === "agent_detail" && line.intent_id === intent) return line;
  }
  throw new Error(`no decision behind the ${role} order`);
}

type Decision = VenueSession["decisions"][number];

function level(code: string, name: string, edits: Variant["edits"]): Variant {
  return variant("step88_p0_attempts", code, name, edits, { also: restsOnLevels });
}

/** The order of the third agent is called one of the self test: the seventh attempt of the run. */
function selfTestIsRejected(
  manifest: Parameters<NonNullable<Variant["edits"]["manifest"]>>[0],
): void {
  const test = must(manifest.broker_trader_test);
  const prefix = must(test.client_order_ids[0]).slice(0, -6);
  test.client_order_ids.push(`${prefix}000011`);
}
