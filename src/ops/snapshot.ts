import { join } from "node:path";
import { type Fault, isoFromMillis, type Millis, ok, type Result } from "#base";
import { makeDirectories, nodeFileSystem, writeDocument } from "#evidence";
import type { Addresses } from "./collect/agent-sample.ts";
import type { Get } from "./collect/get.ts";
import { sampleAgents } from "./collect/sample-agents.ts";
import { judgePosture } from "./posture/judge-posture.ts";
import type { Posture } from "./posture/posture.ts";
import { renderDeployReport } from "./report/deploy-report.ts";
import { type SnapshotKind, writeOpsRun } from "./report/ops-run.ts";
import type { ReportMeta } from "./report/report-row.ts";

export type OpsInputs = Readonly<{
  get: Get;
  addresses: Addresses;
  root: string;
  nowMs: () => Millis;
  version: string;
  gitSha: string | null;
}>;

/** What was written; the verdict is about the mesh, and a bad one is still a complete result. */
export type OpsResult = Readonly<{ written: readonly string[]; posture: Posture }>;

/** Asks all, judges, and lands a directory of its own (mission-control). */
export async function takeSnapshot(
  inputs: OpsInputs,
  kind: SnapshotKind,
): Promise<Result<OpsResult, Fault>> {
  const startedUtc = utcNow(inputs);
  const samples = await sampleAgents(inputs.get, inputs.addresses, inputs.nowMs);
  const posture = judgePosture(samples);
  const meta = metaOf(inputs, startedUtc);
  const report = renderDeployReport(meta, samples, posture);
  const finishedUtc = utcNow(inputs);
  const run = { kind, startedUtc, finishedUtc, meta, samples, posture, report };
  const landed = writeOpsRun(inputs.root, run);
  return landed.ok ? ok({ written: [landed.value], posture }) : landed;
}

/** Asks all and replaces `audit_artifacts/deploy_report.{md,json}` (reporting-agent). */
export async function writeDeployReport(inputs: OpsInputs): Promise<Result<OpsResult, Fault>> {
  const meta = metaOf(inputs, utcNow(inputs));
  const samples = await sampleAgents(inputs.get, inputs.addresses, inputs.nowMs);
  const posture = judgePosture(samples);
  const report = renderDeployReport(meta, samples, posture);
  const directory = join(inputs.root, "audit_artifacts");
  const made = makeDirectories(nodeFileSystem, directory);
  if (!made.ok) return made;
  const written: string[] = [];
  for (const [name, text] of [
    ["deploy_report.json", report.json],
    ["deploy_report.md", report.markdown],
  ] as const) {
    const path = join(directory, name);
    const placed = writeDocument(nodeFileSystem, path, new TextEncoder().encode(text));
    if (!placed.ok) return placed;
    written.push(path);
  }
  return ok({ written, posture });
}

function metaOf({ version, gitSha }: OpsInputs, generated_utc: string): ReportMeta {
  return { generated_utc, version, git_sha: gitSha };
}

function utcNow({ nowMs }: OpsInputs): string {
  return isoFromMillis(Math.floor(nowMs()));
}
