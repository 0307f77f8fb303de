import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ok } from "#base";
import { importDataset, parseBarColumns } from "#datasets";
import { formatPolicy } from "#evidence";
import type { PromotionRecord } from "#lab";
import { findInstrument } from "#market";
import { createEnding, hosted, type Service, startMesh } from "#mesh";
import { type Proposal, proposalCodec, type Refusal, refusalCodec } from "#protocol";
import { decideGenome, type GenomeConfig, type GenomeView } from "#strategies";
import {
  approvalPolicy,
  approverKeys,
  aTrade,
  promotionOf,
  recordedSwap,
  sharedPath,
  signedPromotion,
  withoutShared,
} from "#support";
import { gatherGenome } from "./inputs/gather-genome.ts";
import { strategyEngine } from "./service.ts";

const folders: string[] = [];
const servers: Server[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  for (const server of servers) server.close();
});

const page = sharedPath(
  "data",
  "cboe-quotedata-chains",
  "cboe_quotedata_SPX_2022-07-12_intraday.csv.gz",
);
const skipPage = withoutShared("data", "cboe-quotedata-chains");

test("a recorded chain becomes a proposal that names its inputs", { skip: skipPage }, async () => {
  const book = join(newFolder(), "book.json");
  writeFileSync(book, JSON.stringify({ shares: 500, options: [] }));
  await withEngine(
    {
      runtimes: "gamma-strategy",
      STRATEGY_SYMBOLS: "SPX",
      ASSAY_GAMMA_CHAINS: `SPX=${page}`,
      ASSAY_GAMMA_BOOK: book,
    },
    async ({ heard, root }) => {
      const proposal = await heard.proposal();
      assert.equal(proposal.strategy_name, "gamma-strategy");
      assert.deepEqual([proposal.symbol, proposal.side], ["SPX", "SELL"]);
      assert.equal(proposal.constraints.requires_human_approval, true);
      assert.equal(proposal.switch.value, "halted");
      assert.ok(proposal.heartbeat_age_ms < 60_000);
      const [chain] = proposal.inputs;
      assert.equal(chain?.name, "replay:option_chain:SPX");
      assert.equal(chain?.sha256, createHash("sha256").update(readFileSync(page)).digest("hex"));
      const landed = landedIn(root).filter(({ type }) => type === "proposal");
      assert.deepEqual(landed.map(({ body }) => body.proposal_id).slice(0, 1), [
        proposal.proposal_id,
      ]);
    },
  );
});

test("sweeps of a size that counts become a proposal, the same trades no second one", async () => {
  const trades = join(newFolder(), "trades.jsonl");
  // Five sweeps over two venues, ten seconds apart.
  const many = Array.from({ length: 10 }, (_, index) => {
    const ts_ms = aTrade().ts_ms + Math.floor(index / 2) * 10_000;
    const venue = index % 2 === 0 ? "C" : "N";
    return JSON.stringify(aTrade({ trade_id: `t-${index}`, size: "200", venue, ts_ms }));
  });
  writeFileSync(trades, `${many.join("\n")}\n`);
  await withEngine({ runtimes: "whale-strategy", ASSAY_WHALE_TRADES: trades }, async (engine) => {
    const proposal = await engine.heard.proposal();
    assert.deepEqual([proposal.symbol, proposal.side], ["SPY", "BUY"]);
    await engine.heard.cycles(3);
    assert.equal(engine.heard.proposals().length, 1);
  });
});

test("without fresh data a strategy refuses, and the refusal is landed and told", async () => {
  const cases: readonly [HealthAnswer, string][] = [
    [{ status: 503, tickAgeMs: 90_000, ok: false }, "marketdata_stale"],
    [{ status: 200, tickAgeMs: 90_000, ok: true }, "marketdata_stale"],
    [{ status: 200, tickAgeMs: -60_000, ok: true }, "marketdata_stale"],
    ["garbage", "marketdata_stale"],
    ["silent", "marketdata_unreachable"],
    ["closed", "marketdata_unreachable"],
  ];
  await withEngine({ runtimes: "whale-strategy" }, async ({ heard, root, metrics, answer }) => {
    for (const [health, code] of cases) {
      answer(health);
      await heard.nextRefusal();
      assert.equal((await heard.nextRefusal()).reason_code, code, JSON.stringify(health));
    }
    assert.equal(heard.proposals().length, 0);
    assert.ok(landedIn(root).length > cases.length);
    for (const code of ["marketdata_stale", "marketdata_unreachable"]) {
      const counted = `assay_strategy_refusals_total\\{strategy="whale-strategy",reason="${code}"`;
      assert.match(await metrics(), new RegExp(counted));
    }
  });
});

test("a genome proposes nothing until somebody has been promoted", async () => {
  await withEngine({ runtimes: "genome-strategy" }, async ({ heard }) => {
    assert.equal((await heard.refusal()).reason_code, "no_promoted_genome");
  });
  const file = join(newFolder(), "promotion.json");
  writeFileSync(file, '{"payload":"e30="}');
  const settings = { runtimes: "genome-strategy", ASSAY_GENOME_PROMOTION: file };
  await withEngine(settings, async ({ heard }) => {
    assert.equal((await heard.refusal()).reason_code, "promotion_unverified");
  });
});

const skipSwap = withoutShared(...recordedSwap);

test("a promoted genome decides on recorded bars and is named", { skip: skipSwap }, async () => {
  const root = newFolder();
  await importRecordedBars(root);
  const policy = join(root, "policy.json");
  writeFileSync(policy, formatPolicy(approvalPolicy()));
  const promotion = join(root, "promotion.json");
  const record = firstThatTrades(root, promotion, policy);
  const settings = {
    runtimes: "genome-strategy",
    root,
    STRATEGY_SYMBOLS: "BTC-USDT-SWAP",
    ASSAY_GENOME_PROMOTION: promotion,
    ASSAY_POLICY: policy,
  };
  await withEngine(settings, async ({ heard }) => {
    const { genome, inputs, symbol } = await heard.proposal();
    const { run_id, gene_id, promotion_id } = record;
    assert.deepEqual(genome, { run_id, agent_id: "7", gene_id, promotion_id });
    assert.equal(symbol, "BTC-USDT-SWAP");
    const names = inputs.map(({ name }) => name);
    assert.deepEqual(names, ["replay:bars:recorded", "promotion"]);
  });
});

test("inputs that are missing or malformed are refused with the place", async () => {
  const file = join(newFolder(), "trades.jsonl");
  writeFileSync(file, `${JSON.stringify(aTrade())}\n{"source":1}\n`);
  const settings = { runtimes: "whale-strategy", ASSAY_WHALE_TRADES: file };
  await withEngine(settings, async ({ heard }) => {
    const refusal = await heard.refusal();
    assert.equal(refusal.reason_code, "input_malformed");
    assert.match(refusal.detail, /line 2/);
  });
  await withEngine({ runtimes: "gamma-strategy" }, async ({ heard }) => {
    assert.equal((await heard.refusal()).reason_code, "input_missing");
  });
});

test("a strategy process that is killed is refused for, and is there again", async () => {
  await withEngine({ runtimes: "whale-strategy" }, async ({ heard, logged, metrics, url }) => {
    await heard.refusal();
    const started = logged.find((line) => line["event"] === "strategy.started");
    process.kill(Number(started?.["pid"]), "SIGKILL");
    await until(() => logged.some((line) => line["event"] === "strategy.died"));
    await until(() => logged.filter((line) => line["event"] === "strategy.started").length === 2);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.match(await metrics(), /assay_strategy_cycles_total/);
  });
});

type HealthAnswer =
  | Readonly<{ status: number; tickAgeMs: number; ok: boolean }>
  | "garbage"
  | "silent"
  | "closed";

type Settings = Readonly<{ runtimes: string; root?: string; health?: HealthAnswer }> &
  Readonly<Record<string, unknown>>;

type Engine = Readonly<{
  root: string;
  url: string;
  heard: Heard;
  logged: readonly Record<string, unknown>[];
  metrics: () => Promise<string>;
  /** What the market data say of themselves from now on. */
  answer: (health: HealthAnswer) => void;
}>;

/** The engine as a started service with real strategy processes, and somebody who listens. */
async function withEngine(settings: Settings, act: (engine: Engine) => Promise<void>) {
  const { runtimes, health = { status: 200, tickAgeMs: 500, ok: true }, ...rest } = settings;
  const { root = newFolder(), ...env } = rest;
  const logged: Record<string, unknown>[] = [];
  const listener = createListener();
  const promise = await healthServer(health);
  const mesh = await startMesh([hosted(listener.service), hosted(strategyEngine)], {
    root,
    env: {
      ASSAY_STRATEGY_RUNTIMES: runtimes,
      ASSAY_STRATEGY_REPLAY: "1",
      STRATEGY_CYCLE_SECONDS: "1",
      MARKETDATA_HEALTH_TIMEOUT_SECONDS: "1",
      MARKETDATA_HEALTH_URL: promise.url,
      ...(env as Record<string, string>),
    },
    product: { version: "0.1.0", gitCommit: null },
    ports: "free",
    sink: { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  assert.ok(mesh.ok, mesh.ok ? "" : mesh.fault.message);
  try {
    const { answer } = promise;
    const url = mesh.value.urlOf("strategy-engine") ?? "";
    const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
    await act({ root, url, heard: listener.heard, logged, metrics, answer });
  } finally {
    await mesh.value.stop();
  }
}

type Heard = Readonly<{
  proposals: () => readonly Proposal[];
  proposal: () => Promise<Proposal>;
  refusal: () => Promise<Refusal>;
  /** One that comes after this call. */
  nextRefusal: () => Promise<Refusal>;
  cycles: (count: number) => Promise<void>;
}>;

function createListener(): Readonly<{ service: Service<object>; heard: Heard }> {
  const proposals: Proposal[] = [];
  const refusals: Refusal[] = [];
  const ending = createEnding();
  const service: Service<object> = {
    name: "strategy-service",
    config: {},
    start: async ({ bus }) => {
      await bus.subscribe({
        subjects: ["proposal.*", "refusal.*"],
        durable: null,
        handler: async ({ event, ack }) => {
          const proposal = proposalCodec.read(event.payload);
          const refusal = refusalCodec.read(event.payload);
          if (proposal.ok) proposals.push(proposal.value);
          if (refusal.ok) refusals.push(refusal.value);
          ack();
        },
      });
      return ok({
        readiness: () => ({ ready: true, checks: {} }),
        opsFacts: () => {
          throw new Error("not asked in these tests");
        },
        stop: async () => ending.end({ outcome: "stopped" }),
        ended: ending.ended,
      });
    },
  };
  const heard: Heard = {
    proposals: () => proposals,
    async proposal() {
      await until(
        () => proposals.length > 0,
        () => JSON.stringify(refusals[0]),
      );
      return proposals[0] as Proposal;
    },
    async refusal() {
      await until(() => refusals.length > 0);
      return refusals[0] as Refusal;
    },
    async nextRefusal() {
      const before = refusals.length;
      await until(() => refusals.length > before);
      return refusals[before] as Refusal;
    },
    cycles: (count) => new Promise((resolve) => setTimeout(resolve, count * 1000)),
  };
  return { service, heard };
}

async function until(holds: () => boolean, why = () => ""): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 25) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`nothing happened in 20 s ${why()}`);
}

type HealthPromise = Readonly<{ url: string; answer: (health: HealthAnswer) => void }>;

async function healthServer(first: HealthAnswer): Promise<HealthPromise> {
  let answer = first;
  const server = createServer((request, response) => {
    if (answer === "silent") return;
    if (answer === "closed") {
      request.socket.destroy();
      return;
    }
    if (answer === "garbage") {
      response.end("<html>ok</html>");
      return;
    }
    const tick = (Date.now() - answer.tickAgeMs) / 1000;
    const body = {
      service: "marketdata-mcp-server",
      last_tick_epoch_seconds: tick,
      age_seconds: Math.max(0, answer.tickAgeMs / 1000),
      max_age_seconds: 60,
      ok: answer.ok,
      forced_stale: false,
      market: "open",
      expected_fresh: true,
      reason: answer.ok ? "fresh" : "tick_too_old",
    };
    response.writeHead(answer.status).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/healthz`,
    answer: (health) => {
      answer = health;
    },
  };
}

type Landed = Readonly<{ type: string; body: Readonly<{ proposal_id?: string }> }>;

function landedIn(root: string): readonly Landed[] {
  const above = join(root, "audit_artifacts", "proposals");
  if (!existsSync(above)) return [];
  return readdirSync(above).flatMap((day) =>
    readFileSync(join(above, day, "proposals.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Landed),
  );
}

/** The last bars of the recorded swap as a dataset. */
async function importRecordedBars(root: string): Promise<void> {
  const text = gunzipSync(readFileSync(sharedPath(...recordedSwap))).toString("utf8");
  const [head = "", ...rows] = text.trim().split("\n");
  const path = join(root, "bars.csv");
  writeFileSync(path, `${[head, ...rows.slice(-600)].join("\n")}\n`);
  const instrument = findInstrument("BTC-USDT-SWAP");
  const columns = parseBarColumns("ts_ms,open,high,low,close,volume");
  assert.ok(instrument !== null && columns.ok);
  const imported = await importDataset({
    root,
    path,
    columns: columns.value,
    instrument,
    intervalMs: 900_000,
    stamp: "start",
    allow: new Set(),
    name: "recorded",
    funding: null,
    source: "test",
    licence: "test",
    fetched: null,
  });
  assert.ok(imported.ok, imported.ok ? "" : imported.fault.message);
}

/** Founders are tried until one wants something on the newest bar; it is left promoted. */
function firstThatTrades(root: string, promotion: string, policy: string): PromotionRecord {
  for (let seed = 1; seed < 200; seed += 1) {
    const record = promotionOf(seed, "recorded");
    writeFileSync(promotion, signedPromotion(record, [approverKeys.ann, approverKeys.ben]));
    const gathered = gatherGenome({ root, promotion, policy, replay: true })(0);
    assert.ok(gathered.ok, gathered.ok ? "" : gathered.fault.message);
    // As the strategy's own process reads them.
    const view = gathered.value.view as unknown as GenomeView;
    const config = gathered.value.config as unknown as GenomeConfig;
    if (decideGenome(view, config, null).verdict.type === "propose") return record;
  }
  assert.fail("no founder wants anything on the newest bar");
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-strategy-engine-"));
  folders.push(folder);
  return folder;
}
