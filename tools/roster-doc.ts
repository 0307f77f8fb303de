/**
 * docs/roster.md from src/protocol/roster.json. `node tools/roster-doc.ts` writes it; its test
 * refuses a document that says something else than the roster.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Probe, type RosterAgent, type Rule, roster } from "#protocol";

const path = join(import.meta.dirname, "..", "docs", "roster.md");

if (import.meta.main) {
  writeFileSync(path, rosterDocument());
  process.stdout.write("docs/roster.md says what the roster says\n");
}

/** What the file in the checkout says now. */
export function writtenRosterDocument(): string {
  return readFileSync(path, "utf8");
}

export function rosterDocument(): string {
  const parts = [
    "# Roster",
    "",
    `Generated from \`src/protocol/roster.json\` (${roster.schema}, version ` +
      `${roster.roster_version}) by \`node tools/roster-doc.ts\`: change the roster, not it.`,
    "",
    "| agent | role | mode | criticality | owner | process | restart | port | SLO |",
    "|---|---|---|---|---|---|---|---|---|",
    ...roster.agents.map(overviewRow),
    "",
    ...roster.agents.flatMap(agentSection),
    "## Numbers",
    "",
    "| name | value |",
    "|---|---|",
    ...Object.entries(roster.numbers).map(([name, value]) => `| \`${name}\` | ${value} |`),
  ];
  return `${parts.join("\n")}\n`;
}

function overviewRow(agent: RosterAgent): string {
  const cells = [
    `[\`${agent.agent_name}\`](#${agent.agent_name})`,
    agent.role,
    withNote(agent.mode_default, agent.mode_note),
    withNote(agent.criticality, agent.criticality_note),
    agent.owner,
    agent.process,
    agent.restart_policy,
    agent.port_default === null ? "none" : String(agent.port_default),
    sloText(agent),
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function agentSection(agent: RosterAgent): readonly string[] {
  const { probes, runtimes, also_known_as: aliases, endpoints } = agent;
  return [
    `## ${agent.agent_name}`,
    "",
    `${agent.role}.`,
    "",
    ...(aliases.length === 0 ? [] : [`- Also known as: ${codeList(aliases)}`]),
    ...(runtimes.length === 0 ? [] : [`- Runtimes: ${codeList(runtimes)}`]),
    `- Inputs: ${agent.inputs.join("; ")}`,
    `- Outputs: ${agent.outputs.join("; ")}`,
    `- Endpoints: ${endpoints.length === 0 ? "none" : codeList(endpoints)}`,
    `- Probes: ${probesText(probes)}`,
    "",
    "| rule | it |",
    "|---|---|",
    ...agent.must.map((rule) => ruleRow("must", rule)),
    ...agent.never.map((rule) => ruleRow("never", rule)),
    "",
  ];
}

function ruleRow(kind: string, { id, text }: Rule): string {
  return `| \`${id}\` | **${kind}**: ${cell(text)} |`;
}

function probesText({ startup, readiness, liveness }: RosterAgent["probes"]): string {
  const shown = [probeText("startup", startup), probeText("readiness", readiness)];
  return [...shown, probeText("liveness", liveness)].join(", ");
}

function probeText(kind: string, probe: Probe | null): string {
  if (probe === null) return `no ${kind}`;
  return `${kind} \`${probe.path}\` ${probe.period_seconds} s x ${probe.failure_threshold}`;
}

function sloText({ slo }: RosterAgent): string {
  return slo.target_percent === null ? slo.scope : `${slo.target_percent} % ${slo.scope}`;
}

function withNote(text: string, note: string | null): string {
  return note === null ? text : `${text} (${note})`;
}

function codeList(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
