import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceNames, readEvidence } from "./evidence-reading.ts";
import { neededEvidence } from "./evidence-rules.ts";

function read(name: string, value: unknown): string {
  const evidence = readEvidence(name, Buffer.from(JSON.stringify(value)));
  return evidence.ok ? `${evidence.value.verdict} ${evidence.value.at}` : evidence.fault.code;
}

const at = "2026-01-02T12:00:00.000Z";
const posture = { type: "halt_posture", read_utc: at, switch: { allowed: true } };
const heartbeat = {
  service: "marketdata-mcp-server",
  ok: true,
  forced_stale: false,
  last_tick_epoch_seconds: Date.parse(at) / 1000,
  age_seconds: 2,
  max_age_seconds: 60,
};
const agents = [
  { agent_name: "market-ingest-service", criticality: "P0", verdict: "ok" },
  { agent_name: "execution-agent", criticality: "P0", verdict: "halted" },
  { agent_name: "research-runner", criticality: "P3", verdict: "unknown" },
];
const report = { schema: "assay.deploy_report/1", meta: { generated_utc: at }, agents };

test("each kind of file says in one word whether it is ok, and when it was so", () => {
  for (const [due, name, value] of [
    [`ok ${at}`, "switch", posture],
    [`not_ok ${at}`, "switch", { ...posture, switch: { allowed: false } }],
    [`ok ${at}`, "heartbeat", heartbeat],
    [`not_ok ${at}`, "heartbeat", { ...heartbeat, ok: false }],
    [`not_ok ${at}`, "heartbeat", { ...heartbeat, forced_stale: true }],
    [`not_ok ${at}`, "heartbeat", { ...heartbeat, age_seconds: 61 }],
    [`not_ok ${at}`, "heartbeat", { ...heartbeat, age_seconds: null }],
    [`ok ${at}`, "deploy_report", report],
    [
      `not_ok ${at}`,
      "deploy_report",
      { ...report, agents: [...agents, { ...agents[0], verdict: "off" }] },
    ],
    [`not_ok ${at}`, "deploy_report", { ...report, agents: agents.slice(1) }],
    ["evidence_malformed", "heartbeat", { ...heartbeat, last_tick_epoch_seconds: null }],
    ["evidence_malformed", "switch", { ...posture, read_utc: "noon" }],
    ["evidence_malformed", "switch", { type: "halt_posture" }],
    ["evidence_malformed", "deploy_report", { ...report, schema: "assay.deploy_report/2" }],
    ["evidence_malformed", "deploy_report", []],
    ["evidence_unknown", "weather", {}],
  ] as const) {
    assert.equal(read(name, value), due, JSON.stringify(value));
  }
});

test("whatever an act needs can be read", () => {
  for (const name of Object.values(neededEvidence).flat()) assert.ok(evidenceNames.includes(name));
});
