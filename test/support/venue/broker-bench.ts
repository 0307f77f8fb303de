import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { err, type Fault, type Result } from "#base";
import type { OrderLines } from "#evidence";
import { bootGate, evaluateSwitch, type HaltReading, type Latch } from "#safety";
import {
  type Broker,
  type BrokerFile,
  type BrokerLimits,
  type BrokerOptions,
  callsNamed,
  createCallRecorder,
  createRedactor,
  createSendGate,
  defaultLimits,
  type EvidenceSink,
  openBroker,
  openOrderSink,
  type PlaceIntent,
  readRecordedOrders,
  type VenueInstrument,
} from "#venues";
import { type ManualTime, manualTime } from "./manual-time.ts";
import { type ScriptedVenue, scriptedVenue } from "./scripted-venue.ts";

/** A broker with everything around it that a test may turn. */
export type BrokerBench = Readonly<{
  broker: Broker;
  venue: ScriptedVenue;
  time: ManualTime;
  /** What the broker is told; changes count from the next order on. */
  world: BenchWorld;
  directory: string;
  lines: <File extends BrokerFile>(file: File) => readonly OrderLines[File][];
  /** A new process on the same run and the same venue. */
  restart: () => Promise<BrokerBench>;
  remove: () => void;
}>;

export type BenchWorld = {
  word: string;
  latch: Latch;
  fresh: boolean;
  ready: boolean;
  demoAccount: boolean | null;
  mode: "simulated" | "okx_demo" | "okx_live";
  px: string | null;
  equity: string | null;
  positionNotional: string | null;
  availableEquity: string | null;
  /** Appends fail from this many on, for all files together. */
  sinkFailsAfter: number;
};

export type BenchSpec = Readonly<{
  limits?: Partial<BrokerLimits>;
  selfTrade?: BrokerOptions["selfTrade"];
  world?: Partial<BenchWorld>;
}>;

export const benchInstrument: VenueInstrument = {
  instId: "BTC-USDT-SWAP",
  instType: "SWAP",
  state: "live",
  tickSz: "0.1",
  lotSz: "0.01",
  minSz: "0.01",
  ctVal: "0.01",
  ctValCcy: "BTC",
  settleCcy: "USDT",
  maxLever: "100",
};

export const benchRunId = "HF_0123456789abcdef_20260102T120000Z_00c0ffee";

export async function brokerBench(spec: BenchSpec = {}): Promise<BrokerBench> {
  const directory = mkdtempSync(join(tmpdir(), "assay-broker-"));
  const time = manualTime(Date.UTC(2026, 0, 2, 12));
  const world: BenchWorld = { ...calmWorld, ...spec.world };
  const halt = (): HaltReading => haltOf(world);
  const venue = scriptedVenue(time, createSendGate(halt));
  return open({ directory, time, world, venue, spec, recorded: false });
}

const calmWorld: BenchWorld = {
  word: "0",
  latch: { state: "clear" },
  fresh: true,
  ready: true,
  demoAccount: true,
  mode: "simulated",
  px: "100",
  equity: "1000000",
  positionNotional: "0",
  availableEquity: "1000000",
  sinkFailsAfter: Number.POSITIVE_INFINITY,
};

type Parts = Readonly<{
  directory: string;
  time: ManualTime;
  world: BenchWorld;
  venue: ScriptedVenue;
  spec: BenchSpec;
  recorded: boolean;
}>;

async function open(parts: Parts): Promise<BrokerBench> {
  const { directory, time, world, venue, spec } = parts;
  const recorded = parts.recorded ? must(readRecordedOrders(directory)) : null;
  const clock = { nowMillis: time.nowMs };
  const files = must(openOrderSink({ directory, runId: benchRunId, clock }));
  const sink = failingSink(files, world);
  const accountIdHash = "abcdef0123456789";
  const redactor = createRedactor([]);
  const limits = { ...defaultLimits([benchInstrument.instId]), ...spec.limits };
  const callsBefore = callsNamed(recorded);
  const broker = must(
    await openBroker({
      venue,
      sink,
      recorder: createCallRecorder({ sink, redactor, accountIdHash, callsBefore }),
      time,
      safety: safetyOf(world),
      facts: {
        reference: () => (world.px === null ? null : { px: world.px, atMs: time.nowMs() }),
        account: () => world,
        agent: () => world,
      },
      instruments: [benchInstrument],
      limits,
      selfTrade: spec.selfTrade ?? { type: "stp", mode: "cancel_maker" },
      prefix: "assay1x",
      accountIdHash,
      auditScopeId: null,
      recorded,
    }),
  );
  return {
    broker,
    venue,
    time,
    world,
    directory,
    lines: (file) => readLines(join(directory, `${file}.jsonl`)),
    async restart(): Promise<BrokerBench> {
      await files.close();
      return open({ ...parts, recorded: true });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function safetyOf(world: BenchWorld): BrokerOptions["safety"] {
  return {
    get mode(): BenchWorld["mode"] {
      return world.mode;
    },
    halt: () => haltOf(world),
    freshness: () => {
      const reason = world.fresh ? "fresh" : "tick_too_old";
      return { fresh: world.fresh, reason, lastTickMs: 0, ageMs: 0 };
    },
    gate: () => ({ ...bootGate(0), state: world.ready ? "READY" : "DEGRADED" }),
    agentMode: () => "LIVE",
    lease: () => null,
    demoAccount: () => world.demoAccount,
  };
}

function haltOf({ word, latch }: BenchWorld): HaltReading {
  const at = { wallMs: 0, monoMs: performance.now() };
  const reading = { state: "text", text: word } as const;
  return { verdict: evaluateSwitch([{ name: "switch", reading }], at), latch };
}

function failingSink(files: EvidenceSink, world: BenchWorld): EvidenceSink {
  let appended = 0;
  function takes(): boolean {
    appended += 1;
    return appended <= world.sinkFailsAfter;
  }
  const full = err({ code: "sink_write_failed", message: "the disk is full" });
  return {
    append: async (file, body) => (takes() ? files.append(file, body) : full),
    note: async (file, body) => (takes() ? files.note(file, body) : full),
  };
}

/** What is otherwise than in the usual intent. */
export type IntentChange = Partial<Omit<PlaceIntent, "order">> &
  Readonly<{ order?: Partial<PlaceIntent["order"]> }>;

let intents = 0;

/** An order to buy one contract at 100, with another name each time. */
export function anIntent(change: IntentChange = {}): PlaceIntent {
  intents += 1;
  return {
    intentId: `i${intents}`,
    owner: { type: "agent", agentIdHash: "00000000000000a1" },
    kind: "open_long",
    tick: 1,
    tickReason: null,
    oneshot: false,
    leverageTarget: { value: 2, reason: null },
    leverageApplied: { value: 2, reason: null },
    ...change,
    order: {
      instId: benchInstrument.instId,
      tdMode: "cross",
      side: "buy",
      posSide: "net",
      ordType: "limit",
      sz: "1",
      px: "100",
      reduceOnly: false,
      ...change.order,
    },
  };
}

function must<T>(result: Result<T, Fault>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.fault.code}: ${result.fault.message} ${result.fault.at ?? ""}`);
}

function readLines<Line>(path: string): readonly Line[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as Line);
}
