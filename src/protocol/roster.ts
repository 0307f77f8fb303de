import { Defect } from "#base";
import document from "./roster.json" with { type: "json" };
import { type Roster, type RosterAgent, type RosterName, rosterShape } from "./roster-shape.ts";

/** The single source for every agent of the mesh: `roster.json`, checked. */
export const roster: Roster = readRoster(document);

export function rosterAgent(agentName: RosterName): RosterAgent {
  const agent = roster.agents.find(({ agent_name }) => agent_name === agentName);
  if (agent === undefined) throw new Defect(`the roster lists no ${agentName}`);
  return agent;
}

/** A roster that does not hold together is a bug of this version, not a condition to live with. */
function readRoster(value: unknown): Roster {
  const read = rosterShape.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const at = issue?.path.map(String).join(".") ?? "";
  throw new Defect(`roster.json: ${at}: ${issue?.message ?? "malformed"}`);
}
