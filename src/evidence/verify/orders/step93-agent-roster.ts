import { findGenomeSchema } from "#core";
import type { RosterAgent } from "../../artifacts/agent-roster.ts";
import type { VenueRosterHead } from "../../artifacts/orders/venue-roster.ts";
import { agentIdHash } from "../../run/agent-identity.ts";
import { type At, type OrderClaim, type OrderReport, wholeFile } from "./order-claim.ts";
import { withoutVenue } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/**
 * Step 93, the incident of seeds/000 as a claim: whichever agent an order names has exactly one
 * genome anchor in the roster, and the anchor fits the genome registry. Orders of our own self test
 * never pass for an agent's. A run whose agents sent nothing proves nothing here. It holds one
 * entry for each agent.
 */
export const step93AgentRoster: OrderClaim<
  "roster_head" | "roster_agent" | "decision" | "attempt" | "bill"
> = {
  id: "step93_agent_roster",
  clause: "docs/contracts/orders.md#step-93",
  reads: ["agent_roster", "order_attempts"],
  notApplicable: ({ manifest }) => withoutVenue(manifest.orders.mode),
  start(run, report) {
    const { run_id, broker_trader_test: test } = run.manifest.orders;
    const anchors = new Set<string>();
    const selfTests = new Set(test?.client_order_ids);
    let head: VenueRosterHead | null = null;

    function join(agent: string, at: At): void {
      report.count();
      if (anchors.has(agent)) return;
      report.finding("roster_unknown_agent", at, `${agent} has no anchor in the roster`);
    }

    return {
      on: {
        roster_head(record, at): void {
          head = record;
          checkHead(record, at, report);
        },
        roster_agent(agent, at): void {
          report.count();
          if (anchors.has(agent.agent_id_hash)) {
            report.finding("roster_agent_repeated", at, `${agent.agent_id_hash} is there before`);
          }
          anchors.add(agent.agent_id_hash);
          if (agent.agent_id_hash !== agentIdHash(run_id, agent.agent_id)) {
            report.finding(
              "roster_hash_wrong",
              at,
              `not the hash of ${agent.agent_id} in this run`,
            );
          }
          checkAnchor(agent, head, at, report);
        },
        decision(line, at): void {
          if (line.record_type === "agent_detail") join(line.agent_id_hash, at);
        },
        attempt(attempt, at): void {
          const { agent_id_hash: agent, client_order_id: id, intent_source: source } = attempt;
          if (selfTests.has(id) && (agent !== null || source === "decision_cycle")) {
            report.finding("self_test_as_agent", at, `${id} is an order of our own self test`);
          }
          if (agent !== null) join(agent, at);
        },
        bill(bill, at): void {
          if (bill.agent_id_hash !== null) join(bill.agent_id_hash, at);
        },
      },
      end(): void {
        const attempts = wholeFile(orderFileNames.order_attempts);
        const agents = [...run.orders.entries()].some((entry) => entry.agentIdHash !== null);
        if (agents) return;
        report.gap("no_agent_level_attempt", attempts, "no agent sent an order");
      },
    };
  },
};

/** Counts come from the genome registry of the product, never from the record itself. */
function checkHead(head: VenueRosterHead, at: At, report: OrderReport): void {
  report.count();
  const schema = findGenomeSchema(head.genome_schema_version);
  if (schema === null) {
    const detail = `${head.genome_schema_version} is in no genome registry`;
    report.finding("roster_schema_unknown", at, detail);
    return;
  }
  const wrong = (field: string, said: string | number, due: string | number): void => {
    if (said === due) return;
    const detail = `${said} in the roster, ${due} in the registry`;
    report.finding("roster_registry_differs", { ...at, field }, detail);
  };
  wrong("weights_count", head.weights_count, schema.weights_count);
  wrong("feature_dimension", head.feature_dimension, schema.feature_dimension);
  wrong("feature_contract_version", head.feature_contract_version, schema.feature_contract_version);
}

function checkAnchor(
  agent: RosterAgent,
  head: VenueRosterHead | null,
  at: At,
  report: OrderReport,
): void {
  const schema = findGenomeSchema(agent.genome_schema_version);
  if (head !== null && agent.genome_schema_version !== head.genome_schema_version) {
    const field = { ...at, field: "genome_schema_version" };
    report.finding("roster_registry_differs", field, "not the schema of the roster");
  }
  if (schema === null || schema.weights_count === agent.weights_count) return;
  const detail = `${agent.weights_count} weights, the registry says ${schema.weights_count}`;
  report.finding("roster_registry_differs", { ...at, field: "weights_count" }, detail);
}
