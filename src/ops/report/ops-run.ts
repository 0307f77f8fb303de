import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson, type Fault, type Json, ok, type Result } from "#base";
import { makeDirectories, nodeFileSystem, writeDocument } from "#evidence";
import type { AgentSample } from "../collect/agent-sample.ts";
import type { Posture } from "../posture/posture.ts";
import type { DeployReport } from "./deploy-report.ts";
import type { ReportMeta } from "./report-row.ts";

const opsRunSchema = "assay.ops_run/1";

export const snapshotKinds = ["pre_market", "intraday", "post_market", "manual"] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

export type OpsRun = Readonly<{
  kind: SnapshotKind;
  startedUtc: string;
  finishedUtc: string;
  meta: ReportMeta;
  samples: readonly AgentSample[];
  posture: Posture;
  report: DeployReport;
}>;

/**
 * Lands one snapshot under `<root>/audit_artifacts/ops_runs/<time>_<kind>/`: run.json last but for
 * the sums, so that a directory without SHA256SUMS is one that was cut off. Nothing there is ever
 * written again; a directory of that name gets the next free number.
 */
export function writeOpsRun(root: string, run: OpsRun): Result<string, Fault> {
  const made = claimDirectory(root, run);
  if (!made.ok) return made;
  const directory = made.value;
  const files = filesOf(run);
  for (const [name, text] of files) {
    const written = writeDocument(nodeFileSystem, join(directory, name), bytesOf(text));
    if (!written.ok) return written;
  }
  const sums = files.map(([name, text]) => `${sha256(text)}  ${name}\n`).sort(byName);
  const written = writeDocument(
    nodeFileSystem,
    join(directory, "SHA256SUMS"),
    bytesOf(sums.join("")),
  );
  return written.ok ? ok(directory) : written;
}

function filesOf(run: OpsRun): readonly (readonly [string, string])[] {
  const health = run.samples.find((sample) => sample.health !== null);
  const status = health?.paths.find(({ path }) => path === "/healthz")?.status ?? null;
  return [
    ["deploy_report.json", run.report.json],
    ["deploy_report.md", run.report.markdown],
    ["marketdata_health.json", jsonText(health?.health?.body ?? null)],
    ["marketdata_health.status", `marketdata_health_http_code=${status ?? "none"}\n`],
    ...run.samples
      .filter(({ address }) => address !== null)
      .map((sample) => [`samples_${sample.agent.agent_name}.json`, sampleText(sample)] as const),
    ["run.json", runText(run)],
  ];
}

function runText(run: OpsRun): string {
  const { verdict, checks, escalations } = run.posture;
  return jsonText({
    schema: opsRunSchema,
    kind: run.kind,
    started_utc: run.startedUtc,
    finished_utc: run.finishedUtc,
    ...run.meta,
    agents_asked: run.samples.filter(({ address }) => address !== null).length,
    verdict,
    checks,
    escalations,
  });
}

function sampleText({
  agent,
  address,
  paths,
  ops,
  health,
  execution,
  faults,
}: AgentSample): string {
  const agent_name = agent.agent_name;
  return jsonText({ agent_name, address, paths, ops, health, execution, faults });
}

/** What came from a codec is JSON already; the rest are our own texts and numbers. */
function jsonText(value: unknown): string {
  return `${canonicalJson(JSON.parse(JSON.stringify(value)) as Json)}\n`;
}

function claimDirectory(root: string, run: OpsRun): Result<string, Fault> {
  const above = join(root, "audit_artifacts", "ops_runs");
  const made = makeDirectories(nodeFileSystem, above);
  if (!made.ok) return made;
  const stem = `${run.startedUtc.replaceAll(/[-:]|\.\d+/g, "")}_${run.kind}`;
  for (let count = 1; ; count += 1) {
    const directory = join(above, count === 1 ? stem : `${stem}_${count}`);
    if (nodeFileSystem.look(directory) !== null) continue;
    const claimed = makeDirectories(nodeFileSystem, directory);
    return claimed.ok ? ok(directory) : claimed;
  }
}

function byName(a: string, b: string): number {
  return a.slice(66) < b.slice(66) ? -1 : 1;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
