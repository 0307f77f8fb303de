import type { AgentSample, Posture } from "#ops";
import { nextActionOf } from "./status-actions.ts";
import { tableLines } from "./table.ts";

/** One agent as a person sees it. */
export type AgentLine = Readonly<{
  name: string;
  address: string;
  mode: string;
  state: string;
  reason_codes: readonly string[];
  next: string;
}>;

export function agentLineOf(sample: AgentSample): AgentLine {
  const { agent, address, ops, execution } = sample;
  return {
    name: agent.agent_name,
    address: address ?? "-",
    mode: execution?.mode ?? ops?.agent_identity.agent_mode ?? "-",
    state: stateOf(sample),
    reason_codes: ops?.status.reason_codes ?? [],
    next: nextActionOf(sample),
  };
}

/** The state it says; silence is OFF where silence is the default, and never a good word else. */
function stateOf({ agent, address, paths, ops }: AgentSample): string {
  if (agent.process === "batch") return "on demand";
  if (ops !== null) return ops.status.state;
  const isSilent = address === null || paths.every(({ status }) => status === null);
  if (!isSilent) return "UNKNOWN";
  if (agent.process === "own") return "not running";
  return address === null ? "not hosted" : "no answer";
}

export function agentTable(lines: readonly AgentLine[]): readonly string[] {
  const titles = ["service", "address", "mode", "state", "why", "next"];
  const rows = lines.map(({ name, address, mode, state, reason_codes, next }) => {
    const why = reason_codes.length === 0 ? "-" : reason_codes.join(", ");
    return [name, address, mode, state, why, next];
  });
  return tableLines(
    titles.map((title) => ({ title, align: "left" })),
    rows,
  );
}

/** The verdict, then what speaks against it, then what somebody should be woken for. */
export function postureLines({ verdict, checks, escalations }: Posture): readonly string[] {
  const against = checks.filter(({ status }) => status !== "PASS");
  return [
    `posture: ${verdict}`,
    ...against.map(({ name, status, detail }) => `  ${status.padEnd(7)}  ${name}: ${detail}`),
    ...escalations.map(({ level, rule, detail }) => `  ${level}       ${rule}: ${detail}`),
  ];
}
