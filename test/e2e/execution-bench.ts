import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hosted, type MeshClock, type RunningMesh, startMesh, systemClock } from "#mesh";
import type { ExecutionState } from "#protocol";
import type { VenueMode } from "#safety";
import { executionAgentAt } from "#services";
import { makeRoster, openVenue, type SimulatedVenue } from "#simulator";
import { type HaltPlaces, haltPlaces } from "#venues";
import { type AgentProcess, startAgentProcess } from "./execution-process.ts";

export const agentKey = "k".repeat(32);

export type BenchOptions = Readonly<{
  venue?: VenueMode | null;
  env?: Readonly<Record<string, string | undefined>>;
  clock?: MeshClock;
  /** Written before the start. */
  policy?: Uint8Array;
  /** What the file of the switch says; null: no file. */
  word?: string | null;
}>;

/** A market, a venue on a port, and an agent in this process, all of a test's own. */
export type ExecutionBench = {
  readonly root: string;
  readonly switchFile: string;
  /** The sources of the switch as the agent has them. */
  readonly places: HaltPlaces;
  readonly venue: SimulatedVenue;
  /** What `/healthz` tells: the age of the newest tick; null: no answer at all. */
  tickAgeMs: number | null;
  url: string;
  call: (
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Told>;
  execute: (key: string, edit?: Readonly<Record<string, unknown>>) => Promise<Told>;
  state: () => Promise<ExecutionState>;
  /** A person makes it ready: recovers, and sees that it may execute. */
  enable: () => Promise<void>;
  start: () => Promise<void>;
  /** The agent as a process of its own, by the command. */
  startProcess: () => Promise<AgentProcess>;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
  close: () => Promise<void>;
};

export type Told = Readonly<{
  status: number;
  code: string;
  text: string;
  body: Readonly<Record<string, unknown>>;
  headers: Headers;
}>;

export async function withAgent(
  options: BenchOptions,
  act: (bench: ExecutionBench) => Promise<void>,
): Promise<void> {
  const bench = await openBench(options);
  try {
    await bench.start();
    await act(bench);
  } finally {
    await bench.close();
  }
}

async function openBench(options: BenchOptions): Promise<ExecutionBench> {
  const root = mkdtempSync(join(tmpdir(), "assay-execution-"));
  const switchFile = join(root, "SWITCH");
  const { word = "off\n", policy, clock = systemClock } = options;
  if (word !== null) writeFileSync(switchFile, word);
  if (policy !== undefined) {
    mkdirSync(join(root, "arming"));
    writeFileSync(join(root, "arming", "approvers.json"), policy);
  }
  const mode = options.venue === undefined ? "simulated" : options.venue;
  const roster = makeRoster(mode === "okx_live" ? "live" : "demo");
  const opened = openVenue({ roster, seed: 7, historyBars: 10, rateLimits: false });
  assert.ok(opened.ok);
  const venue = opened.value;
  const address = await venue.listen({ host: "127.0.0.1", port: 0 });
  assert.ok(address.ok);
  const key = roster.accounts[0]?.keys[0];
  assert.ok(key !== undefined);
  const market = await openMarket(() => bench.tickAgeMs, clock);
  const env = {
    EXECUTION_HALTED_FILE: switchFile,
    MARKETDATA_HEALTH_URL: market.url,
    ASSAY_LOG_LEVEL: "error",
    ...(mode === null
      ? {}
      : {
          ASSAY_EXECUTION_KEY: agentKey,
          ASSAY_EXECUTION_VENUE_URL: address.value.restUrl,
          ASSAY_EXECUTION_API_KEY: key.apiKey,
          ASSAY_EXECUTION_API_SECRET: key.secretKey,
          ASSAY_EXECUTION_API_PASSPHRASE: key.passphrase,
        }),
    ...options.env,
  };
  let mesh: RunningMesh | null = null;
  /** The same key is the same intent again, with its times. */
  const times = new Map<string, number>();

  const bench: ExecutionBench = {
    root,
    switchFile,
    places: haltPlaces(root, env),
    venue,
    tickAgeMs: 0,
    url: "",
    async call(method, path, body, headers = { authorization: `Bearer ${agentKey}` }) {
      const sent = body === undefined ? {} : { body: textOf(body) };
      const answer = await fetch(`${bench.url}${path}`, { method, headers, ...sent });
      const text = await answer.text();
      const read = JSON.parse(text) as Told["body"] & { error?: { code: string } };
      const code = read.error?.code ?? (read["reason_code"] as string | undefined) ?? "";
      return { status: answer.status, code, text, body: read, headers: answer.headers };
    },
    execute(idempotencyKey, edit = {}) {
      const madeMs = times.get(idempotencyKey) ?? clock.nowMs();
      times.set(idempotencyKey, madeMs);
      return bench.call("POST", "/execute", anIntent(idempotencyKey, madeMs, edit), {
        authorization: `Bearer ${agentKey}`,
        "idempotency-key": idempotencyKey,
      });
    },
    async state() {
      return (await bench.call("GET", "/state")).body as unknown as ExecutionState;
    },
    async enable() {
      const told = await bench.call("POST", "/recover", { by: "ada" });
      assert.equal(told.status, 200, told.text);
      assert.deepEqual((await bench.state()).refusals, []);
    },
    async start() {
      const product = { version: "0.1.0", gitCommit: null };
      const started = await startMesh([hosted(executionAgentAt(mode))], {
        ...{ root, env, product, clock, ports: "free" },
      });
      assert.ok(started.ok, started.ok ? "" : `${started.fault.code}: ${started.fault.message}`);
      mesh = started.value;
      bench.url = mesh.urlOf("execution-agent") ?? "";
    },
    async startProcess() {
      const agent = await startAgentProcess(root, mode ?? "none", env);
      bench.url = agent.url;
      return agent;
    },
    async stop() {
      await mesh?.stop();
      mesh = null;
    },
    async restart() {
      await bench.stop();
      await bench.start();
    },
    async close() {
      await bench.stop();
      await market.close();
      await venue.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return bench;
}

/** An intent that a person approved for this venue, to buy one contract far below the market. */
export function anIntent(
  id: string,
  nowMs: number,
  edit: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    schema: "assay.intent/1",
    intent_id: `intent-${id}`,
    proposal_id: null,
    correlation_id: null,
    created_at_utc: new Date(nowMs - 1000).toISOString(),
    valid_until_utc: new Date(nowMs + 300_000).toISOString(),
    venue: "simulated",
    symbol: "BTC-USDT-SWAP",
    asset_type: "SWAP",
    side: "BUY",
    quantity: "1",
    order_type: "MARKET",
    limit_price: null,
    time_in_force: "IOC",
    reduce_only: false,
    approval: { change_id: "change-17", record_sha256: "e".repeat(64) },
    ...edit,
  };
}

/** Waits for what must come soon. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!(await holds())) {
    assert.ok(Date.now() < endMs, `waited in vain: ${what}`);
    await sleep(20);
  }
}

type Market = Readonly<{ url: string; close: () => Promise<void> }>;

async function openMarket(tickAgeMs: () => number | null, clock: MeshClock): Promise<Market> {
  const server: Server = createServer((_request, answer) => {
    const age = tickAgeMs();
    if (age === null) return void answer.destroy();
    const ok = age <= 60_000;
    answer.writeHead(ok ? 200 : 503, { "content-type": "application/json" });
    answer.end(
      JSON.stringify({
        service: "marketdata-mcp-server",
        last_tick_epoch_seconds: (clock.nowMs() - age) / 1000,
        age_seconds: age / 1000,
        max_age_seconds: 60,
        ok,
        forced_stale: false,
        market: "open",
        expected_fresh: true,
        reason: ok ? "fresh" : "tick_too_old",
      }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/healthz`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
