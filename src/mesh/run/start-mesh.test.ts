import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { err, type Fault, ok, type Result } from "#base";
import { opsStatusCodec, type RosterName, subjects, switchCodec } from "#protocol";
import { optional, required, secret } from "../config/setting.ts";
import { plainText, wholeNumber } from "../config/shapes.ts";
import type { RunningService, ServiceDeps, ServiceFacts } from "../service.ts";
import { createEnding } from "./ending.ts";
import { type HostedService, hosted } from "./hosted.ts";
import { checkSettings } from "./open-mesh.ts";
import { type RunningMesh, startMesh } from "./start-mesh.ts";

const facts: ServiceFacts = {
  mode: "OBSERVE",
  kind: "ops",
  missing_fields: [],
  execution_enabled: null,
  market: "open",
  marketdata: "fresh",
  last_tick_ms: null,
  last_bar_ms: null,
  last_heartbeat_ms: null,
  degraded_by: [],
};

type Start = (deps: ServiceDeps<unknown>) => Result<Partial<RunningService>, Fault>;

/** A service that does nothing until it is stopped, but for what `start` says. */
function serviceOf(name: RosterName, start: Start = () => ok({})): HostedService {
  return hosted({
    name,
    config: {},
    start(deps) {
      const ending = createEnding();
      const idle: RunningService = {
        readiness: () => ({ ready: true, checks: { work: "ok" } }),
        opsFacts: () => ({ ...facts, last_heartbeat_ms: deps.clock.nowMs() }),
        stop: () => Promise.resolve(ending.end({ outcome: "stopped" })),
        ended: ending.ended,
      };
      const started = start(deps);
      return Promise.resolve(started.ok ? ok({ ...idle, ...started.value }) : started);
    },
  });
}

type Party = Readonly<{
  root: string;
  lines: readonly Line[];
  options: Parameters<typeof startMesh>[1];
}>;
type Line = Readonly<Record<string, unknown>> & Readonly<{ event: string; service: string }>;

function party(t: TestContext, env: Readonly<Record<string, string>> = {}): Party {
  const root = mkdtempSync(join(tmpdir(), "assay-mesh-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const lines: Line[] = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const product = { version: "1.2.3", gitCommit: "abc1234" };
  const all = { EXECUTION_HALTED_FILE: join(root, "SWITCH"), ...env };
  return { root, lines, options: { root, env: all, product, sink, ports: "free", draw: () => 0 } };
}

async function startedIn(
  t: TestContext,
  services: readonly HostedService[],
  options: Parameters<typeof startMesh>[1],
  signal?: AbortSignal,
): Promise<RunningMesh> {
  const mesh = await startMesh(services, options, signal);
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  t.after(() => mesh.value.stop());
  return mesh.value;
}

async function asked(
  mesh: RunningMesh,
  name: RosterName,
  path: string,
): Promise<[number, unknown]> {
  const answer = await fetch(`${mesh.urlOf(name)}${path}`);
  return [answer.status, await answer.json()];
}

test("a service answers the standard endpoints and tells who it is", async (t) => {
  const { options, lines } = party(t);
  const mesh = await startedIn(t, [serviceOf("strategy-service")], options);
  assert.deepEqual(await asked(mesh, "strategy-service", "/livez"), [200, { status: "live" }]);
  assert.deepEqual(await asked(mesh, "strategy-service", "/readyz"), [200, { ready: true }]);
  const checks = { process: "ok", bus: "ok", work: "ok" };
  const verbose = await asked(mesh, "strategy-service", "/readyz?verbose");
  assert.deepEqual(verbose, [200, { ready: true, checks }]);
  const [, health] = await asked(mesh, "strategy-service", "/health");
  const { boot_id, switch: said, mode, version, git_commit } = health as Record<string, unknown>;
  assert.deepEqual([mode, version, git_commit], ["OBSERVE", "1.2.3", "abc1234"]);
  assert.equal(boot_id, mesh.statusOf("strategy-service")?.boot_id);
  assert.equal((said as { reason: string }).reason, "switch_absent");
  const [, body] = await asked(mesh, "strategy-service", "/ops/status");
  const status = opsStatusCodec.read(body);
  assert.ok(status.ok);
  assert.deepEqual([status.value.status.state, status.value.uptime_seconds >= 0], ["HALTED", true]);
  assert.equal(status.value.agent_identity.agent_mode, "OBSERVE");
  const metrics = await (await fetch(`${mesh.urlOf("strategy-service")}/metrics`)).text();
  assert.match(metrics, /^assay_switch_halted 1$/m);
  const events = lines.map(({ event }) => event);
  assert.deepEqual(events.slice(0, 3), ["service.starting", "switch.read", "service.started"]);
});

test("the switch is told at startup and on change, in the log and on the bus", async (t) => {
  const { options, lines, root } = party(t);
  const heard: string[] = [];
  const listening = serviceOf("strategy-service", (deps) => {
    void deps.bus.subscribe({
      subjects: [subjects.safetySwitch],
      durable: null,
      handler({ event, ack }) {
        const read = switchCodec.read(event.payload);
        heard.push(read.ok ? read.value.reason : read.fault.message);
        ack();
        return Promise.resolve();
      },
    });
    return ok({});
  });
  const mesh = await startedIn(t, [listening], options);
  writeFileSync(join(root, "SWITCH"), "off");
  const [, body] = await asked(mesh, "strategy-service", "/ops/status");
  assert.equal((body as { status: { state: string } }).status.state, "OK");
  const told = lines.filter(({ event }) => event.startsWith("switch."));
  assert.deepEqual(
    told.map(({ event, value, reason_code }) => [event, value, reason_code]),
    [
      ["switch.read", "halted", "switch_absent"],
      ["switch.changed", "off", "switch_off"],
    ],
  );
  assert.ok(told.every((line) => typeof line["read_at"] === "string"));
  await until(() => heard.includes("switch_off"));
});

test("a change of the switch is seen within a second or so, though nobody asks", async (t) => {
  const { options, lines, root } = party(t);
  await startedIn(t, [serviceOf("strategy-service")], options);
  mkdirSync(join(root, "SWITCH"));
  await until(() => lines.some((line) => line["reason_code"] === "switch_directory"));
});

test("settings that are missing or unknown end the start before anything is opened", async (t) => {
  const { options } = party(t, { ASSAY_STRATEGY_TOKN: "x" });
  const config = {
    token: secret("ASSAY_STRATEGY_TOKEN", "what callers send"),
    size: optional("X_SIZE", { meaning: "a size", schema: wholeNumber(1, 9), fallback: 1 }),
    source: required("X_SOURCE", { meaning: "where from", schema: plainText }),
  };
  const name = "congressional-ingest";
  const service = hosted({ name, config, start: () => assert.fail("started") });
  const codeOf = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const mesh = await startMesh([service], { ...options, env });
    return mesh.ok ? "ok" : `${mesh.fault.code} ${mesh.fault.at ?? ""}`;
  };
  assert.equal(
    await codeOf({ ASSAY_STRATEGY_TOKN: "x" }),
    "config_unknown_variable ASSAY_STRATEGY_TOKN",
  );
  assert.equal(await codeOf({ ASSAY_STRATEGY_TOKEN: "x" }), "config_missing X_SOURCE");
  assert.equal(await codeOf({ X_SOURCE: "a", X_SIZE: "ten" }), "config_invalid X_SIZE");
  assert.equal(
    await codeOf({ X_SOURCE: "a", ASSAY_DATABASE_URL: "y" }),
    "store_address_invalid ASSAY_DATABASE_URL",
  );
  const table = checkSettings([service], { env: { X_SOURCE: "a", X_SIZE: "3" } });
  const rows = table.ok ? table.value.map((row) => `${row.variable} ${row.state}`) : [];
  assert.deepEqual(rows.slice(-3), ["ASSAY_STRATEGY_TOKEN default", "X_SIZE set", "X_SOURCE set"]);
  const twice = await startMesh([service, service], { ...options, env: { X_SOURCE: "a" } });
  assert.equal(twice.ok ? "ok" : twice.fault.code, "service_twice");
});

test("the start tells which settings are there, and never what they hold", async (t) => {
  const { options, lines } = party(t, { ASSAY_STRATEGY_TOKEN: "hunter2-and-more" });
  const config = { token: secret("ASSAY_STRATEGY_TOKEN", "what callers send") };
  const service = hosted({
    name: "strategy-service",
    config,
    start(deps) {
      deps.log.info("leaky", { note: `token is ${deps.config.token?.reveal()}` });
      const ending = createEnding();
      const running: RunningService = {
        readiness: () => ({ ready: true, checks: {} }),
        opsFacts: () => facts,
        stop: () => Promise.resolve(ending.end({ outcome: "stopped" })),
        ended: ending.ended,
      };
      return Promise.resolve(ok(running));
    },
  });
  await startedIn(t, [service], options);
  const starting = lines.find(({ event }) => event === "service.starting");
  const told = starting?.["config"] as readonly string[];
  assert.ok(told.includes("ASSAY_STRATEGY_TOKEN=set") && told.includes("ASSAY_BUS_URL=default"));
  assert.ok(!JSON.stringify(lines).includes("hunter2"));
});

test("a service that cannot start takes the others down again", async (t) => {
  const { options, lines } = party(t);
  let stopped = 0;
  const good = serviceOf("strategy-service", (deps) => {
    deps.timers.every(1, () => {});
    return ok({ stop: () => Promise.resolve(void (stopped += 1)) });
  });
  const bad = serviceOf("research-runner", () => err({ code: "jobs_unreadable", message: "no" }));
  const mesh = await startMesh([good, bad], options);
  assert.equal(mesh.ok ? "ok" : mesh.fault.code, "jobs_unreadable");
  assert.equal(stopped, 1);
  assert.equal(lines.filter(({ event }) => event === "service.stopped").length, 1);
  const crash = serviceOf("research-runner", () => {
    throw new TypeError("planned");
  });
  const crashed = await startMesh([crash], options);
  assert.equal(crashed.ok ? "ok" : crashed.fault.code, "service_start_crashed");
  assert.match(String(lines.at(-2)?.["stack"] ?? lines.at(-3)?.["stack"]), /planned/);
});

test("a service that fails is started again under a new boot id, the others go on", async (t) => {
  const { options, lines } = party(t);
  let starts = 0;
  const failing = serviceOf("market-ingest-service", (deps) => {
    starts += 1;
    if (starts === 1) deps.timers.after(5, () => Promise.reject(new Error("planned")));
    return ok({});
  });
  const mesh = await startedIn(t, [serviceOf("strategy-service"), failing], options);
  const before = mesh.statusOf("market-ingest-service")?.boot_id;
  await until(
    () =>
      mesh.statusOf("market-ingest-service")?.starts === 2 &&
      mesh.urlOf("market-ingest-service") !== null,
  );
  const after = mesh.statusOf("market-ingest-service");
  assert.ok(after?.boot_id !== before && after?.last_fault?.code === "service_crashed");
  assert.equal((await asked(mesh, "market-ingest-service", "/livez"))[0], 200);
  assert.equal(mesh.statusOf("strategy-service")?.starts, 1);
  const restarting = lines.find(({ event }) => event === "mesh.restarting");
  assert.equal(restarting?.["agent"], "market-ingest-service");
});

test("failing over and over is a crash loop, and the mesh still stops at once", async (t) => {
  const { options, lines } = party(t);
  let starts = 0;
  const failing = serviceOf("market-ingest-service", (deps) => {
    starts += 1;
    if (starts > 2) return err({ code: "source_broken", message: "still" });
    deps.timers.after(1, () => Promise.reject(new Error("planned")));
    return ok({});
  });
  // No pause until the loop is found, a long one then.
  const draw = (): number => (starts >= 5 ? 0.9 : 0);
  const mesh = await startedIn(t, [serviceOf("strategy-service"), failing], { ...options, draw });
  await until(() => lines.some(({ event }) => event === "mesh.crash_loop"));
  const status = mesh.statusOf("market-ingest-service");
  assert.deepEqual([status?.state, status?.crash_looping, status?.url], ["waiting", true, null]);
  const from = performance.now();
  const end = await mesh.stop();
  assert.ok(performance.now() - from < 2_000);
  assert.equal(end.exitCode, 1);
  assert.equal(mesh.statusOf("market-ingest-service")?.state, "ended");
});

test("a job that is done ends with 0, a failure with the code of its kind", async (t) => {
  const { options } = party(t);
  const done = serviceOf("research-runner", () =>
    ok({ ended: Promise.resolve({ outcome: "done" }) }),
  );
  const fault = { code: "source_unavailable", message: "no" };
  const failed = serviceOf("research-runner", () =>
    ok({ ended: Promise.resolve({ outcome: "failed", fault }) }),
  );
  const codes: number[] = [];
  for (const service of [done, failed]) {
    const mesh = await startedIn(t, [service], options);
    codes.push((await mesh.ended).exitCode);
  }
  assert.deepEqual(codes, [0, 5]);
});

test("a signal makes it unready first, lets work finish, and closes everything", async (t) => {
  const { options, lines } = party(t);
  const aborter = new AbortController();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = serviceOf("strategy-service", (deps) => {
    deps.http.get("/work", async (context) => {
      await released;
      return context.text("finished");
    });
    return ok({ stop: () => released });
  });
  const mesh = await startedIn(t, [slow], options, aborter.signal);
  const url = mesh.urlOf("strategy-service");
  const work = fetch(`${url}/work`).then((answer) => answer.text());
  await sleep(50);
  aborter.abort();
  await sleep(20);
  const [status, body] = await asked(mesh, "strategy-service", "/readyz?verbose");
  assert.equal(status, 503);
  assert.equal((body as { checks: { process: string } }).checks.process, "draining");
  release();
  assert.equal(await work, "finished");
  assert.equal((await mesh.ended).exitCode, 0);
  await assert.rejects(fetch(`${url}/livez`));
  assert.ok(lines.some(({ event }) => event === "service.stopped"));
});

test("a start that hangs is interrupted by a signal, and the others are stopped", async (t) => {
  const { options, lines } = party(t);
  const hanging = hosted({
    name: "research-runner",
    config: {},
    start: () => new Promise<never>(() => {}),
  });
  const aborter = new AbortController();
  const starting = startMesh([serviceOf("strategy-service"), hanging], options, aborter.signal);
  await until(() => lines.some(({ event }) => event === "service.started"));
  const from = performance.now();
  aborter.abort();
  const mesh = await starting;
  assert.equal(mesh.ok ? "ok" : mesh.fault.code, "service_start_interrupted");
  assert.ok(performance.now() - from < 4_000);
  assert.ok(lines.some(({ event }) => event === "service.stopped"));
});

test("nothing of a service outlives it: no timer, no subscription", async (t) => {
  const { options } = party(t);
  let rounds = 0;
  let heard = 0;
  const restless = serviceOf("strategy-service", (deps) => {
    deps.timers.every(1, () => void (rounds += 1));
    void deps.bus.subscribe({
      subjects: ["safety.switch"],
      durable: null,
      handler({ ack }) {
        heard += 1;
        ack();
        return Promise.resolve();
      },
    });
    return ok({ stop: () => Promise.resolve() });
  });
  const mesh = await startedIn(t, [restless], options);
  await until(() => rounds > 2);
  const end = await mesh.stop();
  const [before, heardBefore] = [rounds, heard];
  await sleep(30);
  assert.deepEqual([rounds, heard, end.exitCode], [before, heardBefore, 0]);
});

async function until(condition: () => boolean): Promise<void> {
  const limit = performance.now() + 5_000;
  while (!condition()) {
    assert.ok(performance.now() < limit, "waited 5 s for nothing");
    await sleep(10);
  }
}
