import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { err, isoFromMillis, millisFromIso, ok } from "#base";
import { embeddedName, ensureEmbeddedDataset } from "#datasets";
import { Secret } from "#mesh";
import { type Tick, tickCodec } from "#protocol";
import type { MarketdataConfig } from "./config.ts";
import { readDeployReport } from "./documents.ts";
import { quoteTick } from "./feeds/bare-tick.ts";
import { readDatasetRecording } from "./feeds/dataset-recording.ts";
import { createMarketHours } from "./market-hours.ts";
import { openFeed } from "./open-feed.ts";
import { createTickPublisher } from "./tick-publisher.ts";
import { createVirtualTime } from "./virtual-time-fixture.ts";

test("the market is closed at night, at weekends, on holidays and after half a day", () => {
  const hours = createMarketHours("nyse");
  const at = (text: string): string => {
    const ms = millisFromIso(text);
    assert.ok(ms.ok);
    return hours(ms.value).market;
  };
  assert.deepEqual(
    [
      at("2024-03-05T14:29:59.999Z"),
      at("2024-03-05T14:30:00Z"),
      at("2024-03-05T20:59:59.999Z"),
      at("2024-03-05T21:00:00Z"),
      at("2024-03-09T15:00:00Z"),
      at("2024-12-25T15:00:00Z"),
      at("2024-11-29T17:59:00Z"),
      at("2024-11-29T18:00:00Z"),
      at("2024-07-01T13:30:00Z"),
    ],
    ["closed", "open", "open", "closed", "closed", "closed", "open", "closed", "open"],
  );
  assert.deepEqual(createMarketHours("24x7")(0), { market: "open", expectedFresh: true });
});

const bare: MarketdataConfig = {
  ...{ source: "none", symbols: ["SPY"], streamUrl: null, alpacaFeed: "iex" },
  ...{ alpacaKeyId: null, alpacaSecretKey: null, replayFile: null, replaySymbol: null },
  ...{ replaySpeed: 1, replayShift: false, replayLoop: false, simulatorSeed: 1 },
  ...{ simulatorStepMs: 250, simulatorFailures: [], calendar: "nyse", maxAgeSeconds: 60 },
  ...{ frozenAfterSeconds: null, forceStale: false, mcpAllowedHosts: [] },
};

test("without a source, a key or a recording nothing is made up", async (context) => {
  const root = makeRoot(context);
  const ports = { time: createVirtualTime(0), chance: () => 0.5, onMalformed: () => {}, root };
  const reasons = [];
  for (const config of [
    bare,
    { ...bare, source: "alpaca" },
    { ...bare, source: "alpaca", alpacaKeyId: new Secret("K") },
    { ...bare, source: "replay" },
    { ...bare, source: "replay", replayFile: "/nowhere/ticks.jsonl" },
    { ...bare, source: "replay", replayFile: "dataset:nothing" },
  ] as const) {
    const opened = await openFeed(config, ports);
    if (!opened.ok) reasons.push(opened.fault.code);
    else reasons.push(opened.value.feed === null ? opened.value.reason : "a feed");
  }
  const none = "source_unavailable";
  const expected = [none, none, none, "config_missing", "recording_unreadable", "dataset_missing"];
  assert.deepEqual(reasons, expected);
  const keys = { alpacaKeyId: new Secret("K"), alpacaSecretKey: new Secret("S") };
  const alpaca = await openFeed({ ...bare, source: "alpaca", ...keys }, ports);
  assert.equal(alpaca.ok && alpaca.value.feed?.name, "alpaca:iex");
});

function makeRoot(context: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "assay-marketdata-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("the embedded dataset replays as trades at the end of each day", async (context) => {
  const root = makeRoot(context);
  const embedded = await ensureEmbeddedDataset(root);
  assert.ok(embedded.ok);
  const recording = readDatasetRecording(root, embeddedName, "SPX");
  assert.ok(recording.ok);
  const { ticks } = recording.value;
  assert.equal(ticks.length, embedded.value.document.bars.rows);
  const { symbol, price, exchange_ts_ms } = ticks[0] ?? {};
  assert.deepEqual([symbol, Number(price)], ["SPX", 1455.22]);
  assert.equal(isoFromMillis(exchange_ts_ms ?? 0), "2000-01-04T00:00:00.000Z");
  const whole = { ...ticks[0], received_ts_ms: 0, source: "replay" };
  assert.ok(tickCodec.read(whole).ok);
});

test("a deploy report that is absent or does not read says so", async (context) => {
  const root = makeRoot(context);
  const reason = async (): Promise<string> => {
    const report = await readDeployReport(root);
    return report.available ? report.sha256.slice(0, 8) : report.reason;
  };
  const path = join(root, "audit_artifacts", "deploy_report.json");
  const reasons = [await reason()];
  mkdirSync(join(root, "audit_artifacts"));
  for (const text of ["{", `"${"x".repeat(4 << 20)}"`, "{}"]) {
    writeFileSync(path, text);
    reasons.push(await reason());
  }
  const expected = ["report_absent", "report_unreadable", "report_too_large", "44136fa3"];
  assert.deepEqual(reasons, expected);
});

function quote(symbol: string, ms: number): Tick {
  const side = { price: "10", size: "1" };
  const tick = quoteTick({ symbol, bid: side, ask: side, exchangeMs: ms, sequence: null });
  return { ...tick, received_ts_ms: ms, source: "test" };
}

test("a slow bus holds up nothing: of each symbol only the newest waits", async () => {
  const published: string[] = [];
  let release = (): void => {};
  const time = createVirtualTime(1_709_650_800_000);
  const identity = {
    agent_name: "marketdata-mcp-server",
    boot_id: "boot-0001",
    version: "0.1.0",
    git_commit: null,
  } as const;
  const publisher = createTickPublisher({
    bus: {
      async publish(event) {
        const { promise, resolve } = Promise.withResolvers<void>();
        release = resolve;
        await promise;
        published.push(event.subject);
        if (event.subject.includes("BRK")) return err({ code: "bus_full", message: "is full" });
        return ok({ sequence: 1, held: "memory", settled: Promise.resolve() });
      },
    },
    clock: time,
    identity,
  });
  for (let ms = 1; ms <= 1000; ms += 1) {
    publisher.tick(quote("SPY", ms));
    publisher.tick(quote("BRK.B", ms));
  }
  for (let turn = 0; turn < 3; turn += 1) {
    await time.advance(0);
    release();
  }
  await publisher.idle();
  assert.deepEqual(published, ["market.tick.SPY", "market.tick.BRK_2EB", "market.tick.SPY"]);
  assert.deepEqual(publisher.counts(), { published: 2, conflated: 1997, failed: 1 });
});
