import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import type { AgentSample, Posture } from "#ops";
import { createOpsStatus, type OpsFacts, type RosterName, roster, rosterAgent } from "#protocol";
import { runCli } from "./program.ts";
import { nextActionOf } from "./status-actions.ts";
import { verdictExit } from "./status-show.ts";
import { agentLineOf, postureLines } from "./status-view.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-status-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.UTC(2026, 10, 20, 15, 0, 0);

test("behind a switch that nobody has released the trouble is what is named", () => {
  const halted = sampleOf("congressional-ingest", {});
  assert.match(nextActionOf(halted), /^none: halted is the default/);
  const poor = sampleOf("congressional-ingest", { degraded_by: ["source_unavailable"] });
  assert.match(
    nextActionOf(poor),
    /^give it a source: assay service congressional-ingest --config/,
  );
  const { state, reason_codes } = agentLineOf(poor);
  assert.deepEqual([state, reason_codes], ["HALTED", ["KILL_SWITCH", "source_unavailable"]]);
  const odd = sampleOf("strategy-service", { degraded_by: ["something_new"] });
  assert.match(nextActionOf(odd), /readyz\?verbose/);
});

test("a heartbeat that is missing is trouble only once the service had the time for one", () => {
  const young = sampleOf("strategy-engine", { last_heartbeat_ms: null }, 5_000);
  assert.match(nextActionOf(young), /just started/);
  const old = sampleOf("strategy-engine", { last_heartbeat_ms: null }, 100_000);
  assert.match(nextActionOf(old), /stands still/);
});

test("silence is off where off is the default, and no answer everywhere else", () => {
  assert.equal(agentLineOf(silent("execution-agent")).state, "not running");
  assert.equal(agentLineOf(silent("mission-control")).state, "on demand");
  const engine = agentLineOf(silent("strategy-engine"));
  assert.deepEqual([engine.state, engine.next.startsWith("start it")], ["no answer", true]);
});

test("what speaks against a posture is told, what passes is not", () => {
  const posture: Posture = {
    verdict: "NO_GO",
    checks: [
      { name: "execution_off", status: "PASS", detail: "it is" },
      { name: "marketdata_fresh", status: "FAIL", detail: "tick_too_old" },
    ],
    escalations: [{ level: "P1", rule: "marketdata_stale", detail: "tick_too_old" }],
  };
  assert.deepEqual(postureLines(posture), [
    "posture: NO_GO",
    "  FAIL     marketdata_fresh: tick_too_old",
    "  P1       marketdata_stale: tick_too_old",
  ]);
  const exits = (["GO", "NO_GO", "UNKNOWN"] as const).map((verdict) => {
    return verdictExit({ ...posture, verdict });
  });
  assert.deepEqual(exits, [0, 1, 3]);
});

test("a snapshot of a mesh that is down is complete; for the strict it is a finding", async () => {
  const dead = roster.agents.flatMap(({ agent_name, port_default }) => {
    return port_default === null ? [] : ["--address", `${agent_name}=http://127.0.0.1:1`];
  });
  const snapshot = ["ops", "snapshot", "--kind", "post_market", "--root", folder, ...dead];
  assert.equal(await run(snapshot), 0);
  assert.equal(await run([...snapshot, "--strict"]), 1);
  assert.equal(await run(["ops", "report", "--root", folder, ...dead]), 0);
  assert.equal(await run(["status", "--root", folder, ...dead]), 0);
  assert.equal(await run(["status", "--strict", "--root", folder, ...dead]), 1);
  const runs = readdirSync(join(folder, "audit_artifacts", "ops_runs"));
  assert.equal(runs.length, 2);
});

async function run(args: readonly string[]): Promise<number> {
  const stream = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  return runCli(args, { stdout: stream(), stderr: stream() }, { version: "0", image: null });
}

function sampleOf(name: RosterName, changed: Partial<OpsFacts>, uptimeMs = 100_000): AgentSample {
  const facts: OpsFacts = {
    kind: "ops",
    missing_fields: [],
    process_up: true,
    execution_enabled: null,
    kill_switch: {
      value: "halted",
      reason: "switch_absent",
      source: null,
      read_at: "2026-11-20T15:00:00.000Z",
    },
    market: "open",
    marketdata: "none",
    last_tick_ms: null,
    last_bar_ms: null,
    last_heartbeat_ms: nowMs,
    degraded_by: [],
    ...changed,
  };
  const about = {
    service_name: name,
    repo_id: "assay",
    git_sha: null,
    build_id: "0.1.0",
    agent_name: name,
    agent_role: "test",
    agent_mode: "OBSERVE",
    started_ms: nowMs - uptimeMs,
    endpoints: { healthz: null, heartbeat: null, metrics: null },
  } as const;
  const ops = createOpsStatus(about, facts, nowMs);
  const paths = [{ path: "/livez", status: 200, trouble: null }];
  return { ...silent(name), paths, ops };
}

function silent(name: RosterName): AgentSample {
  return {
    agent: rosterAgent(name),
    address: "http://127.0.0.1:1",
    paths: [{ path: "/livez", status: null, trouble: "unreachable" }],
    ops: null,
    health: null,
    execution: null,
    faults: [],
  };
}
