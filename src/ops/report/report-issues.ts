import type { Row } from "./report-row.ts";

/** What a person should look at, and the safe thing to do about it. */
export type Issue = Readonly<{ agent_name: string; issue: string; action: string }>;

export function issuesOf(row: Row): readonly Issue[] {
  const { agent_name, verdict, reason_codes } = row;
  const why = reason_codes.length === 0 ? "" : `: ${reason_codes.join(", ")}`;
  switch (verdict) {
    case "ok":
    case "off":
      return [];
    case "halted":
      return [{ agent_name, issue: `halted${why}`, action: haltedAction(reason_codes) }];
    case "unknown":
      return [
        { agent_name, issue: "cannot be judged", action: "Find out why its status is missing." },
      ];
    case "degraded":
      return [{ agent_name, issue: `degraded${why}`, action: degradedAction(row) }];
  }
}

function haltedAction(codes: readonly string[]): string {
  return codes.includes("KILL_SWITCH")
    ? "None: halted is the default. Releasing it takes two people and a change record."
    : "Read the reason codes; docs/contracts/mesh.md lists them.";
}

function degradedAction({ paths }: Row): string {
  return paths.every(({ status }) => status === null)
    ? "Start it, or read its last log lines if it has ended."
    : "Read /readyz?verbose: each check names its reason.";
}
