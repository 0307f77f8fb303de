import type { Posture } from "../posture/posture.ts";
import type { Issue } from "./report-issues.ts";
import type { ReportMeta, Row, Summary } from "./report-row.ts";

/** The report for people: the same facts as the JSON, in the order of what is asked first. */
export function renderDeployMarkdown(
  meta: ReportMeta,
  summary: Summary,
  rows: readonly Row[],
  posture: Posture,
  issues: readonly Issue[],
): string {
  return [
    "# Deploy report",
    "",
    `- generated: ${meta.generated_utc}`,
    `- version: ${meta.version}, commit ${meta.git_sha ?? "unknown"}`,
    `- posture: **${posture.verdict}**`,
    "",
    "## Summary",
    "",
    table(
      ["agents", "ok", "degraded", "halted", "off", "unknown"],
      [
        ["agents_total", "ok", "degraded", "halted", "off", "unknown"].map((key) =>
          String(summary[key]),
        ),
      ],
    ),
    "## Checks",
    "",
    table(
      ["check", "status", "detail"],
      posture.checks.map(({ name, status, detail }) => [name, status, detail]),
    ),
    "## Escalations",
    "",
    posture.escalations.length === 0
      ? "None.\n"
      : table(
          ["level", "rule", "detail"],
          posture.escalations.map(({ level, rule, detail }) => [level, rule, detail]),
        ),
    "## Agents",
    "",
    table(
      ["agent", "rank", "owner", "expected", "verdict", "mode", "state", "reasons"],
      rows.map((row) => [
        row.agent_name,
        row.criticality,
        row.owner,
        row.expected,
        row.verdict,
        row.mode ?? "-",
        row.state ?? "-",
        row.reason_codes.join(", ") || "-",
      ]),
    ),
    "## Top issues",
    "",
    issues.length === 0
      ? "None."
      : issues
          .map(({ agent_name, issue, action }) => `- ${agent_name} ${issue}. ${action}`)
          .join("\n"),
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
