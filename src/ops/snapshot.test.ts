import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  createOpsStatus,
  type ExecutionState,
  executionStateSchema,
  type HealthBody,
  type OpsFacts,
  type RosterName,
  roster,
} from "#protocol";
import { createGet } from "./collect/get.ts";
import { takeSnapshot, writeDeployReport } from "./snapshot.ts";

const nowMs = Date.UTC(2026, 10, 20, 15, 0, 0);
const folders: string[] = [];
const servers: Server[] = [];

after(() => {
  for (const server of servers) server.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test("a mesh at rest is GO", async () => {
  const mesh = await startMesh({});
  const result = await snapshotOf(mesh);
  assert.equal(result.posture.verdict, "GO", JSON.stringify(result.posture.checks));
  assert.deepEqual(result.posture.escalations, []);
});

test("a snapshot lands whole, with sums that hold and one file for each agent asked", async () => {
  const { root, written } = await snapshotOf(await startMesh({}));
  const directory = written[0] ?? "";
  assert.ok(directory.startsWith(join(root, "audit_artifacts", "ops_runs")));
  const lines = readFileSync(join(directory, "SHA256SUMS"), "utf8").trimEnd().split("\n");
  for (const line of lines) {
    const [sum, name = ""] = line.split("  ");
    const bytes = readFileSync(join(directory, name));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sum);
  }
  const listed = lines
    .map((line) => line.slice(66))
    .concat("SHA256SUMS")
    .sort();
  assert.deepEqual(readdirSync(directory).sort(), listed);
  const asked = roster.agents.filter(({ port_default }) => port_default !== null);
  assert.equal(listed.filter((name) => name.startsWith("samples_")).length, asked.length);
});

test("two snapshots of one second do not share a directory", async () => {
  const mesh = await startMesh({});
  const first = await snapshotOf(mesh);
  const second = await snapshotOf(mesh, first.root);
  assert.notEqual(first.written[0], second.written[0]);
});

test("the same mesh at the same time gives the same report, byte for byte", async () => {
  const mesh = await startMesh({});
  const [first, second] = [await reportOf(mesh), await reportOf(mesh)];
  assert.deepEqual(first, second);
  assert.match(first[1] ?? "", /posture: \*\*GO\*\*/);
});

test("execution that could act, an open switch, stale data: each is NO_GO", async () => {
  const cases: readonly [string, Partial<Answers>, string, string][] = [
    ["live", { execution: execution({ mode: "LIVE" }) }, "execution_off", "P0"],
    ["armed", { execution: execution({ held: true }) }, "execution_off", "P0"],
    ["open switch", { switchValue: "off" }, "kill_switch_halted", "P0"],
    ["stale", { health: health({ tickAgeMs: 90_000, ok: false }) }, "marketdata_fresh", "P1"],
    ["said fresh", { health: health({ tickAgeMs: 90_000, ok: true }) }, "marketdata_fresh", "P0"],
    ["dead", { dead: ["strategy-engine"] }, "agents_up", "P1"],
    ["garbage", { garbage: ["market-ingest-service"] }, "contracts_kept", ""],
    ["two builds", { otherBuild: ["strategy-service"] }, "one_version", ""],
  ];
  for (const [name, answers, check, level] of cases) {
    const { posture } = await snapshotOf(await startMesh(answers));
    assert.equal(posture.verdict, "NO_GO", name);
    const failed = posture.checks.find((one) => one.status === "FAIL" && one.name === check);
    assert.ok(failed, `${name}: ${JSON.stringify(posture.checks)}`);
    const levels = posture.escalations.map((one) => one.level);
    assert.ok(level === "" || levels.some((one) => one === level), `${name}: ${levels.join()}`);
  }
});

test("stale data in a closed market is NO_GO and wakes nobody", async () => {
  const closed = health({ tickAgeMs: 90_000, ok: false, expectedFresh: false });
  const { posture } = await snapshotOf(await startMesh({ health: closed }));
  assert.equal(posture.verdict, "NO_GO");
  assert.deepEqual(posture.escalations, []);
});

test("with nobody there only execution is known to be off, and that is no GO", async () => {
  const root = newRoot();
  const addresses = new Map<RosterName, string>([["execution-agent", await closedAddress()]]);
  const inputs = { get: createGet(), addresses, root, nowMs: () => nowMs, ...build };
  const result = await takeSnapshot(inputs, "manual");
  assert.ok(result.ok);
  assert.equal(result.value.posture.verdict, "UNKNOWN");
});

test("an agent that is there and keeps its state to itself might execute", async () => {
  const { posture } = await snapshotOf(await startMesh({ execution: null }));
  assert.notEqual(posture.verdict, "GO");
  assert.ok(posture.escalations.some(({ rule }) => rule === "execution_not_off"));
});

test("an answer without end, a redirect and a silent server end as what they are", async () => {
  const get = createGet({ timeoutMs: 200, maxBytes: 1000 });
  const endless = await serve((_path, respond) => respond(200, "x".repeat(5000)));
  assert.deepEqual(await get(endless), { state: "too_large" });
  const silent = await serve(() => {});
  assert.deepEqual(await get(silent), { state: "timed_out" });
  assert.deepEqual(await get(await closedAddress()), { state: "unreachable" });
});

const build = { version: "0.1.0", gitSha: null };

type Answers = Readonly<{
  execution: ExecutionState | null;
  health: HealthBody;
  switchValue: "off" | "halted";
  dead: readonly RosterName[];
  garbage: readonly RosterName[];
  otherBuild: readonly RosterName[];
}>;

/** Every agent that serves HTTP, each on a real socket, with the answers of the contract. */
async function startMesh(changed: Partial<Answers>): Promise<Map<RosterName, string>> {
  const answers: Answers = {
    execution: execution({}),
    health: health({ tickAgeMs: 1000, ok: true }),
    switchValue: "halted",
    dead: [],
    garbage: [],
    otherBuild: [],
    ...changed,
  };
  const mesh = new Map<RosterName, string>();
  for (const { agent_name, port_default } of roster.agents) {
    if (port_default === null) continue;
    const address = answers.dead.includes(agent_name)
      ? await closedAddress()
      : await serve((path, respond) => answer(agent_name, answers, path, respond));
    mesh.set(agent_name, address);
  }
  return mesh;
}

type Respond = (status: number, text: string) => void;

function answer(name: RosterName, answers: Answers, path: string, respond: Respond): void {
  if (path === "/ops/status") {
    const text = JSON.stringify(statusOf(name, answers));
    respond(200, answers.garbage.includes(name) ? text.slice(0, 40) : text);
  } else if (path === "/healthz") {
    respond(answers.health.ok ? 200 : 503, JSON.stringify(answers.health));
  } else if (path === "/state") {
    if (answers.execution === null) respond(404, "{}");
    else respond(200, JSON.stringify(answers.execution));
  } else {
    respond(200, "{}");
  }
}

function statusOf(name: RosterName, answers: Answers): unknown {
  const facts: OpsFacts = {
    kind: "ops",
    missing_fields: [],
    process_up: true,
    execution_enabled: null,
    kill_switch: reading(answers.switchValue),
    market: "open",
    marketdata: "none",
    last_tick_ms: null,
    last_bar_ms: null,
    last_heartbeat_ms: nowMs,
    degraded_by: [],
  };
  const about = {
    service_name: name,
    repo_id: "assay",
    git_sha: null,
    build_id: answers.otherBuild.includes(name) ? "0.0.9" : "0.1.0",
    agent_name: name,
    agent_role: "test",
    agent_mode: "OBSERVE",
    started_ms: nowMs,
    endpoints: { healthz: null, heartbeat: null, metrics: null },
  } as const;
  return createOpsStatus(about, facts, nowMs);
}

function reading(value: "off" | "halted") {
  const reason = value === "off" ? "switch_off" : "switch_absent";
  return { value, reason, source: null, read_at: "2026-11-20T15:00:00.000Z" } as const;
}

function health(told: { tickAgeMs: number; ok: boolean; expectedFresh?: boolean }): HealthBody {
  const expected_fresh = told.expectedFresh ?? true;
  return {
    service: "marketdata-mcp-server",
    last_tick_epoch_seconds: (nowMs - told.tickAgeMs) / 1000,
    age_seconds: told.tickAgeMs / 1000,
    max_age_seconds: 60,
    ok: told.ok,
    forced_stale: false,
    market: expected_fresh ? "open" : "closed",
    expected_fresh,
    reason: told.ok ? "fresh" : "tick_too_old",
  };
}

function execution(told: { mode?: "OFF" | "LIVE"; held?: boolean }): ExecutionState {
  return {
    schema: executionStateSchema,
    agent_name: "execution-agent",
    boot_id: "0123456789abcdef0123456789abcdef",
    mode: told.mode ?? "OFF",
    state: "HALTED",
    since_utc: "2026-11-20T15:00:00.000Z",
    reason: "switch_absent",
    error_count: 0,
    not_before_utc: null,
    gates: {
      switch: reading("halted"),
      latch: { state: "clear", since_utc: null, source: null, reason: null },
      marketdata: { fresh: true, reason: "fresh", age_ms: 1000 },
      armed: { held: told.held ?? false, until_utc: null },
    },
    may_execute: false,
    refusals: ["kill_switch_enabled"],
    transitions: [],
  };
}

async function snapshotOf(addresses: Map<RosterName, string>, root = newRoot()) {
  const inputs = { get: createGet(), addresses, root, nowMs: () => nowMs, ...build };
  const result = await takeSnapshot(inputs, "pre_market");
  assert.ok(result.ok);
  return { root, ...result.value };
}

async function reportOf(addresses: Map<RosterName, string>): Promise<readonly string[]> {
  const inputs = { get: createGet(), addresses, root: newRoot(), nowMs: () => nowMs, ...build };
  const result = await writeDeployReport(inputs);
  assert.ok(result.ok);
  return result.value.written.map((path) => readFileSync(path, "utf8"));
}

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "assay-ops-"));
  folders.push(root);
  return root;
}

async function serve(handle: (path: string, respond: Respond) => void): Promise<string> {
  const server = createServer((request, response) => {
    handle(request.url ?? "", (status, text) => response.writeHead(status).end(text));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function closedAddress(): Promise<string> {
  const address = await serve(() => {});
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return address;
}
