import { canonicalJson } from "#base";
import { type AgentSample, isUp, statusOf } from "../collect/agent-sample.ts";
import type { Posture } from "../posture/posture.ts";
import { renderDeployMarkdown } from "./deploy-markdown.ts";
import { issuesOf } from "./report-issues.ts";
import type { ReportMeta, Row, Summary } from "./report-row.ts";

const deployReportSchema = "assay.deploy_report/1";

export type DeployReport = Readonly<{ json: string; markdown: string }>;

/**
 * What runs, against what the roster says should: the same samples and the same meta give the same
 * bytes. Ages and durations stay out of it, so that two reports differ only where the mesh does.
 */
export function renderDeployReport(
  meta: ReportMeta,
  samples: readonly AgentSample[],
  posture: Posture,
): DeployReport {
  const rows = samples.map(rowOf);
  const summary = summaryOf(rows, posture);
  const top_issues = rows.flatMap(issuesOf).slice(0, maxIssues);
  const report = {
    schema: deployReportSchema,
    meta,
    summary,
    agents: rows,
    checks: posture.checks,
    escalations: posture.escalations,
    top_issues,
    recommended_actions: [...new Set(top_issues.map(({ action }) => action))],
    errors: samples.flatMap(({ agent, faults }) =>
      faults.map(({ code, message, at }) => {
        return { agent_name: agent.agent_name, code, message, at: at ?? null };
      }),
    ),
  };
  const json = `${canonicalJson(report)}\n`;
  return { json, markdown: renderDeployMarkdown(meta, summary, rows, posture, top_issues) };
}

const maxIssues = 25;

function rowOf(sample: AgentSample): Row {
  const { agent, ops, paths } = sample;
  return {
    agent_name: agent.agent_name,
    criticality: agent.criticality,
    owner: agent.owner,
    expected: agent.process,
    verdict: verdictOf(sample),
    mode: sample.execution?.mode ?? ops?.agent_identity.agent_mode ?? null,
    state: ops?.status.state ?? null,
    reason_codes: ops?.status.reason_codes ?? [],
    build_id: ops?.build_id ?? null,
    paths: paths.map(({ path, status, trouble }) => ({ path, status, trouble })),
  };
}

/** Halted is not healthy, and an agent that was not asked is not known to be off. */
function verdictOf(sample: AgentSample): Row["verdict"] {
  const { agent, ops } = sample;
  if (agent.process === "batch") return "off";
  if (sample.address === null) return "unknown";
  if (!isUp(sample)) return agent.process === "own" ? "off" : "degraded";
  if (statusOf(sample, "/livez") !== 200 || statusOf(sample, "/readyz") !== 200) return "degraded";
  switch (ops?.status.state) {
    case undefined:
    case "UNKNOWN":
      return "unknown";
    case "OK":
    case "MARKET_CLOSED":
      return "ok";
    case "DEGRADED":
      return "degraded";
    case "HALTED":
      return "halted";
    case "OFFLINE":
      return "off";
  }
}

function summaryOf(rows: readonly Row[], posture: Posture): Summary {
  const count = (verdict: Row["verdict"]): number =>
    rows.filter((row) => row.verdict === verdict).length;
  return {
    posture: posture.verdict,
    agents_total: rows.length,
    ok: count("ok"),
    degraded: count("degraded"),
    halted: count("halted"),
    off: count("off"),
    unknown: count("unknown"),
  };
}
