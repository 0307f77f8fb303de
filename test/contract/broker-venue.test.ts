import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Fault, Result } from "#base";
import type { OkxKey } from "#okx";
import { bootGate } from "#safety";
import { makeRoster, openVenue as openSimulator, type SimulatedVenue } from "#simulator";
import { anIntent, benchRunId } from "#support";
import {
  type Broker,
  type BrokerOptions,
  type CancelAllRequest,
  createCallRecorder,
  createRedactor,
  createSendGate,
  defaultLimits,
  type HaltWatch,
  haltPlaces,
  openBroker,
  openDirectVenue,
  openHaltWatch,
  openOrderSink,
  openVenue,
  type SendGate,
  type Venue,
  type VenueAccess,
  type WriteOutcome,
} from "#venues";

const swap = "BTC-USDT-SWAP";
const ways = ["in_process", "direct", "okx_sdk", "ccxt"] as const;

type Way = (typeof ways)[number];

type Bench = Readonly<{
  venue: SimulatedVenue;
  broker: Broker;
  watch: HaltWatch;
  switchFile: string;
  /** When each permit was spent, in milliseconds of the machine. */
  sentAt: readonly number[];
  touch: () => Promise<Readonly<{ bid: string; ask: string }>>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

/** The broker before the real venue, over the wire of one of the libraries. */
async function openBench(
  way: Way,
  selfTrade: BrokerOptions["selfTrade"] = { type: "stp", mode: "cancel_maker" },
): Promise<Bench> {
  const root = mkdtempSync(join(tmpdir(), "assay-broker-venue-"));
  const switchFile = join(root, "EXECUTION_HALTED");
  writeFileSync(switchFile, "off\n");
  const watch = openHaltWatch(haltPlaces(root, { EXECUTION_HALTED_FILE: switchFile }));
  const roster = makeRoster("demo");
  const venue = must(openSimulator({ roster, seed: 7, clock: { kind: "stepped" } }));
  const address = must(await venue.listen({ host: "127.0.0.1", port: 0 }));
  const sentAt: number[] = [];
  const access: VenueAccess = {
    ...{ baseUrl: address.restUrl, streamUrl: null, key: traderOf(roster), demo: true },
    ...{ timeoutMs: 150, gate: timed(createSendGate(watch.look), sentAt), nowMs: Date.now },
  };
  const client =
    way === "in_process" ? openDirectVenue(access, venue.handle) : await openVenue(way, access);
  const instrument = await client.instrument(swap);
  assert.ok(instrument.ok);
  const broker = must(
    await openBrokerOn(client, venue, { root, watch, selfTrade }, [instrument.value]),
  );
  return {
    ...{ venue, broker, watch, switchFile, sentAt },
    async touch() {
      const ticker = await client.ticker(swap);
      assert.ok(ticker.ok);
      return { bid: ticker.value.bidPx, ask: ticker.value.askPx };
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await venue.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

type Around = Readonly<{
  root: string;
  watch: HaltWatch;
  selfTrade: BrokerOptions["selfTrade"];
}>;

async function openBrokerOn(
  client: Venue,
  venue: SimulatedVenue,
  { root, watch, selfTrade }: Around,
  instruments: BrokerOptions["instruments"],
): Promise<Result<Broker, Fault>> {
  const nowMs = venue.clock.nowMs;
  const clock = { nowMillis: nowMs };
  const sink = must(openOrderSink({ directory: root, runId: benchRunId, clock }));
  const accountIdHash = "abcdef0123456789";
  const redactor = createRedactor([]);
  const config = await client.accountConfig();
  const rich = "1000000000";
  const account = { availableEquity: rich, positionNotional: "0" };
  return openBroker({
    ...{ venue: client, sink, instruments, selfTrade, accountIdHash },
    ...{ prefix: "assaycv", auditScopeId: null, recorded: null },
    recorder: createCallRecorder({ sink, redactor, accountIdHash, callsBefore: 0 }),
    time: {
      nowMs,
      async sleep(ms) {
        // Requests that are late by the machine's clock may arrive meanwhile.
        await new Promise((turn) => setTimeout(turn, 5));
        venue.clock.advanceTo(nowMs() + ms);
      },
    },
    safety: {
      mode: "simulated",
      halt: watch.look,
      freshness: () => ({ fresh: true, reason: "fresh", lastTickMs: nowMs(), ageMs: 0 }),
      gate: () => ({ ...bootGate(0), state: "READY" }),
      agentMode: () => "PAPER",
      lease: () => null,
      demoAccount: () => (config.ok ? config.value.demo : null),
    },
    facts: {
      reference: () => ({ px: "60000", atMs: nowMs() }),
      account: () => account,
      agent: () => ({ equity: rich, positionNotional: "0" }),
    },
    limits: { ...defaultLimits([swap]), collarPpm: null, agentOrdersPerTick: null },
  });
}

function timed(gate: SendGate, sentAt: number[]): SendGate {
  return {
    pass(permit, subject) {
      const passed = gate.pass(permit, subject);
      if (passed.ok) sentAt.push(Date.now());
      return passed;
    },
  };
}

function traderOf(roster: ReturnType<typeof makeRoster>): OkxKey {
  const key = roster.accounts.flatMap(({ keys }) => keys).find(({ label }) => label === "trader");
  assert.ok(key !== undefined);
  return { apiKey: key.apiKey, secret: key.secretKey, passphrase: key.passphrase };
}

function must<T>(result: Result<T, { message: string }>): T {
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.value;
}

const path = "/api/v5/trade/order";
const post = { endpoint: `POST ${path}` };
const far = { px: "1000", sz: "1" } as const;

/** Each fault strikes the first order; what the broker must know of it in the end. */
const faults = [
  [{ kind: "drop_answer" }, "live", 1],
  [{ kind: "drop_request" }, "absent", 0],
  [{ kind: "http_5xx", status: 503, when: "after" }, "live", 1],
  [{ kind: "http_5xx", status: 502, when: "before" }, "absent", 0],
  [{ kind: "latency", ms: 350, when: "after" }, "live", 1],
  [{ kind: "http_429" }, "live", 1],
  [{ kind: "maintenance" }, "absent", 0],
] as const;

for (const way of ways) {
  test(`${way}: each fault strikes, and there is one order at most, which is found`, async () => {
    for (const [fault, state, accepted] of faults) {
      await using bench = await openBench(way);
      const { venue, broker } = bench;
      must(venue.faults.add({ id: "planned", match: { ...post, nth: 1 }, fault }));
      const { order } = await broker.place(anIntent({ order: far }));
      const what = `${fault.kind} ${JSON.stringify(order)}`;
      assert.equal(venue.faults.counts()[0]?.fired, 1, what);
      for (let look = 0; look < 5; look += 1) {
        await broker.followUp();
        venue.clock.advanceTo(venue.clock.nowMs() + 3000);
      }
      const own = broker.orders().at(-1);
      const ended = own?.state === "rejected" ? "absent" : own?.state;
      assert.equal(ended, state, what);
      assert.equal(venue.oracle.acceptedCount(), accepted, what);
      const second = await broker.place(anIntent({ order: far }));
      assert.equal(second.status, "ok", what);
      assert.equal(broker.frozen(), null);
    }
  });

  test(`${way}: a request that comes too late is discarded, so absent means absent`, async () => {
    await using bench = await openBench(way);
    const { venue, broker } = bench;
    const fault = { kind: "latency", ms: 500, when: "before" };
    must(venue.faults.add({ match: { ...post, nth: 1 }, fault }));
    const { order } = await broker.place(anIntent({ order: far }));
    assert.equal(order?.phase, "unknown");
    venue.clock.advanceTo(venue.clock.nowMs() + 8000);
    await broker.followUp();
    assert.equal(broker.orders()[0]?.state, "absent");
    await new Promise((turn) => setTimeout(turn, 500));
    await broker.followUp();
    assert.equal(venue.oracle.acceptedCount(), 0);
  });

  test(`${way}: orders trade, are amended, refused, cancelled and cleared away`, async () => {
    await using bench = await openBench(way);
    const { broker } = bench;
    const market = { ordType: "market", px: null } as const;
    const bought = await broker.place(anIntent({ order: { ...market, sz: "0.5" } }));
    assert.equal(bought.status, "ok");
    const resting = await broker.place(anIntent({ order: far }));
    const clientOrderId = resting.order?.clientOrderId ?? "";
    const change = { kind: "amend", clientOrderId, newSz: "2", newPx: "1000.5" };
    const amended = await broker.amend({ ...anIntent(), ...change });
    assert.deepEqual([amended?.order?.sz, amended?.order?.px], ["2", "1000.5"]);
    const poor = await broker.place(anIntent({ order: { ...far, px: "60000", sz: "1600" } }));
    assert.deepEqual([poor.status, poor.order?.phase], ["rejected", "ended"]);
    const cancelled = await broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
    assert.equal(cancelled?.order?.state, "canceled");
    await broker.place(anIntent({ order: far }));
    await broker.place(anIntent({ order: { ...far, px: "999" } }));
    assert.equal(await broker.armTimer(30), true);
    const report = await broker.cancelAll({
      ...{ owner: { type: "lifecycle", scope: "shutdown_flatten" }, kind: "cancel_all" },
      ...{ tick: null, tickReason: "after_the_last_tick", intentPrefix: "end-" },
      ...{ instIds: [swap], others: true },
    });
    assert.deepEqual([report.clear, report.own, report.others], [true, 2, 0]);
    await broker.followUp();
    const states = broker.orders().map(({ state }) => state);
    assert.deepEqual(states, ["filled", "canceled", "rejected", "canceled", "canceled"]);
    assert.equal(broker.frozen(), null);
  });

  test(`${way}: agents of one account that cross never trade with each other`, async () => {
    for (const mode of ["cancel_maker", "cancel_taker", "cancel_both", "netting"] as const) {
      const selfTrade = mode === "netting" ? { type: mode } : ({ type: "stp", mode } as const);
      await using bench = await openBench(way, selfTrade);
      const { broker, touch } = bench;
      const { bid } = await touch();
      // Inside the spread, so that ours is the first that a sell meets.
      const px = String((Number(bid) * 10 + 1) / 10);
      const inside = { px, sz: "1" };
      const maker = await broker.place(anIntent({ ...agent("a1"), order: inside }));
      const crossing = { ...inside, side: "sell" } as const;
      const taker = await broker.place(anIntent({ ...agent("b2"), order: crossing }));
      await broker.followUp();
      const [one, two] = [maker, taker].map((outcome) => stateOf(broker, outcome));
      const due = {
        cancel_maker: ["canceled", "live"],
        cancel_taker: ["live", "canceled"],
        cancel_both: ["canceled", "canceled"],
        netting: ["live", "refused"],
      }[mode];
      assert.deepEqual([one, two], due, mode);
      const filled = broker.orders().map((own) => own.filled);
      assert.ok(
        filled.every((sz) => sz === "0"),
        `${mode}: ${filled.join(" ")}`,
      );
    }
  });
}

function stateOf(broker: Broker, { order, fence }: WriteOutcome): string {
  if (order === null) return fence === null ? "none" : "refused";
  const own = broker.orders().find((one) => one.clientOrderId === order.clientOrderId);
  return own?.state ?? "unknown";
}

function agent(end: string): Readonly<{ owner: { type: "agent"; agentIdHash: string } }> {
  return { owner: { type: "agent", agentIdHash: end.padStart(16, "0") } };
}

test("whenever another process halts, no order leaves after it", async () => {
  const child = spawn(process.execPath, ["-e", halter], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    for (let round = 0; round < 12; round += 1) {
      await using bench = await openBench("in_process");
      const halted = halting(child, bench.switchFile, round % 6);
      let refused: WriteOutcome | null = null;
      for (let count = 0; refused === null && count < 5000; count += 1) {
        const outcome = await bench.broker.place(anIntent({ tick: count, order: far }));
        if (outcome.status === "refused") refused = outcome;
        else await bench.broker.cancelAll({ ...clearing, intentPrefix: `x${count}-` });
      }
      const haltedAt = await halted;
      assert.equal(refused?.reasonCode, "switch_on");
      const late = bench.sentAt.filter((at) => at > haltedAt);
      assert.deepEqual(late, [], `round ${round}: halted at ${haltedAt}`);
      assert.ok(bench.venue.oracle.acceptedCount() <= bench.sentAt.length);
      assert.equal(bench.watch.look().latch.state, "latched");
    }
  } finally {
    child.kill();
  }
});

const clearing: Omit<CancelAllRequest, "intentPrefix"> = {
  ...{ owner: { type: "lifecycle", scope: "operator" }, kind: "cancel_all" },
  ...{ tick: null, tickReason: "between_ticks", instIds: [swap], others: false },
};

/** Halts the file it is told of after so many milliseconds, and says when that was done. */
const halter = `
  const { writeFileSync } = require("node:fs");
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const [wait, file] = JSON.parse(line);
    setTimeout(() => {
      writeFileSync(file, "1\\n");
      console.log(Date.now());
    }, wait);
  });`;

async function halting(child: ChildProcess, file: string, waitMs: number): Promise<number> {
  child.stdin?.write(`${JSON.stringify([20 + waitMs, file])}\n`);
  return new Promise((done) => {
    child.stdout?.once("data", (data: Buffer) => done(Number(data.toString())));
  });
}
