import { agentNumber } from "../run/agent-identity.ts";
import { createAgentBook } from "./agent-book.ts";
import type { Claim, Place } from "./claim.ts";

type Kinds = "roster_agent" | "genome" | "birth" | "death" | "survivor" | "behavior";

/**
 * The incident of seeds/000 as a claim: whoever is seen anywhere in the evidence has one genome
 * anchor in the roster, and everyone in the roster has one genome, one birth and one end.
 */
export const rosterJoin: Claim<Kinds> = {
  id: "roster_join",
  clause: "docs/contracts/run-directory.md#c2-roster-join",
  reads: ["roster_agent", "genome", "birth", "death", "survivor"],
  start(run, report) {
    const book = createAgentBook();
    const seen = { genome: 1, birth: 2, end: 4, behavior: 8 } as const;
    const required = run.manifest.behaviors_enabled ? 15 : 7;

    /** A mention by id and hash; `once` tells what it may be only once. */
    function mention(id: string, hash: string, place: Place, once: number): void {
      report.count();
      const agent = agentNumber(id);
      if (!book.has(agent)) {
        report.finding("roster_unknown_agent", place, `${id} is not in the roster`);
        return;
      }
      if (!book.hashIs(agent, hash)) {
        const field = { ...place, field: "agent_id_hash" };
        report.finding("roster_hash_differs", field, `${id} is ${hash} here, not in the roster`);
      }
      if (!book.mark(agent, once)) {
        report.finding("agent_seen_twice", place, `${id} is in this role already`);
      }
    }

    function relative(id: string | null, place: Place): void {
      if (id === null || book.has(agentNumber(id))) return;
      report.finding("roster_unknown_agent", place, `${id} is not in the roster`);
    }

    return {
      on: {
        roster_agent(record, line): void {
          report.count();
          const place: Place = { kind: "roster_agent", line, field: "agent_id" };
          if (agentNumber(record.agent_id) !== book.size + 1) {
            const detail = `${record.agent_id} stands where agent number ${book.size + 1} belongs`;
            report.finding("roster_not_numbered", place, detail);
          }
          book.add(record.agent_id_hash);
        },
        genome: ({ agent_id, agent_id_hash }, line) =>
          mention(agent_id, agent_id_hash, { kind: "genome", line }, seen.genome),
        birth(record, line): void {
          const place: Place = { kind: "birth", line };
          mention(record.agent_id, record.agent_id_hash, place, seen.birth);
          relative(record.parent_id, { ...place, field: "parent_id" });
          relative(record.lineage_id, { ...place, field: "lineage_id" });
          const parent = record.parent_id === null ? null : agentNumber(record.parent_id);
          if (parent !== null && !book.hashIs(parent, record.parent_id_hash ?? "")) {
            const detail = `${record.parent_id} has another hash in the roster`;
            report.finding("roster_hash_differs", { ...place, field: "parent_id_hash" }, detail);
          }
        },
        death: ({ agent_id, agent_id_hash }, line) =>
          mention(agent_id, agent_id_hash, { kind: "death", line }, seen.end),
        survivor: ({ agent_id, agent_id_hash }, line) =>
          mention(agent_id, agent_id_hash, { kind: "survivor", line }, seen.end),
        behavior: ({ agent_id, agent_id_hash }, line) =>
          mention(agent_id, agent_id_hash, { kind: "behavior", line }, seen.behavior),
      },
      end(): void {
        for (let agent = 1; agent <= book.size; agent += 1) {
          report.count();
          const missing = required & ~book.marks(agent);
          if (missing === 0) continue;
          const roles = Object.entries(seen).filter(([, bit]) => (missing & bit) !== 0);
          const detail = `agent number ${agent} has no ${roles.map(([role]) => role).join(", ")}`;
          report.finding("agent_incomplete", { kind: "roster_agent" }, detail);
        }
      },
    };
  },
};
