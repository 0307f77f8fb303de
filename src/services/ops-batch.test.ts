import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hosted, type MeshEnd, startMesh } from "#mesh";
import { missionControl } from "./mission-control/service.ts";
import { reportingAgent } from "./reporting-agent/service.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Port 1 of this machine: nobody listens there. */
const nobody = "strategy-engine=http://127.0.0.1:1";

test("a mesh that nobody answers for is a bad verdict and a complete snapshot", async () => {
  const root = newRoot();
  const env = { ASSAY_OPS_ADDRESSES: nobody, ASSAY_OPS_SNAPSHOT_KIND: "pre_market" };
  const { ends, exitCode } = await runBatch(hosted(missionControl), root, env);
  assert.deepEqual([ends[0]?.end.outcome, exitCode], ["done", 0]);
  const [run = ""] = readdirSync(join(root, "audit_artifacts", "ops_runs"));
  assert.match(run, /_pre_market$/);
  const names = readdirSync(join(root, "audit_artifacts", "ops_runs", run));
  assert.ok(names.includes("SHA256SUMS"), names.join());
});

test("the deploy report is written beside, and the batch is done", async () => {
  const root = newRoot();
  const env = { ASSAY_OPS_ADDRESSES: nobody };
  const { ends } = await runBatch(hosted(reportingAgent), root, env);
  assert.equal(ends[0]?.end.outcome, "done");
  const report = readFileSync(join(root, "audit_artifacts", "deploy_report.json"), "utf8");
  assert.match(report, /"posture":"(NO_GO|UNKNOWN)"/);
});

test("a result that cannot be written fails the batch", async () => {
  const root = newRoot();
  writeFileSync(join(root, "audit_artifacts"), "a file is in the way");
  const env = { ASSAY_OPS_ADDRESSES: nobody };
  const { ends, exitCode } = await runBatch(hosted(missionControl), root, env);
  assert.equal(ends[0]?.end.outcome, "failed");
  assert.equal(exitCode, 5);
});

test("addresses that are none are refused before anything is asked", () => {
  for (const text of [
    "nobody=http://x",
    "strategy-engine",
    "strategy-engine=ftp://x",
    nobody.repeat(2),
  ]) {
    const prepared = hosted(missionControl).prepare({ ASSAY_OPS_ADDRESSES: text });
    assert.equal(prepared.ok ? "ok" : prepared.fault.code, "config_invalid", text);
  }
});

async function runBatch(
  service: ReturnType<typeof hosted>,
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<MeshEnd> {
  const product = { version: "0.1.0", gitCommit: null };
  const sink = { write: () => {} };
  const mesh = await startMesh([service], { root, env, product, ports: "free", sink });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  return mesh.value.ended;
}

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "assay-batch-"));
  folders.push(root);
  return root;
}
