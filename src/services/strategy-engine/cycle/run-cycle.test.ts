import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { err, isoFromMillis, ok } from "#base";
import { createDecisionLog, type NewDecision } from "./decision-log.ts";
import { readDecision } from "./read-decision.ts";
import { type CyclePorts, runCycle, type Said, type Seat } from "./run-cycle.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const startMs = Date.UTC(2026, 10, 20, 12);
const refusal: NewDecision = {
  strategy_name: "gamma-strategy",
  type: "refusal",
  body: { why: "test" },
  decision: null,
};

const proposing = {
  verdict: {
    type: "propose",
    proposals: [
      {
        symbol: "SPY",
        asset_type: "EQUITY",
        option: null,
        side: "BUY",
        quantity: "1",
        limit_price: "500",
        rationale: "a test",
        risk: {
          notional_usd: "500",
          max_loss_usd: null,
          max_loss_usd_reason: "no_stop_is_placed",
          stop_loss: null,
          take_profit: null,
        },
        valid_for_ms: 60_000,
      },
    ],
  },
  reasons: [{ code: "test", message: "a test" }],
  indicators: {},
  details: null,
  memory: null,
} as const;

type Scene = Readonly<{ thinkMs?: number; tickAgeMs?: number; lands?: boolean }>;

async function cycle({ thinkMs = 0, tickAgeMs = 1000, lands = true }: Scene = {}) {
  let nowMs = startMs;
  const said: Said[] = [];
  const landed: NewDecision[] = [];
  const lastTickMs = startMs - tickAgeMs;
  const fresh = { fresh: true, reason: "fresh", refusal: null, lastTickMs } as const;
  const reading = {
    value: "off",
    reason: "switch_off",
    source: null,
    read_at: isoFromMillis(startMs),
  } as const;
  const input = { name: "test", sha256: "0".repeat(64), as_of_utc: isoFromMillis(startMs) };
  const seat: Seat = {
    strategy: "gamma-strategy",
    version: "1.0.0",
    gather: () => ok({ view: {}, config: {}, inputs: [input], symbol: "SPY", genome: null }),
    async ask() {
      nowMs += thinkMs;
      return ok(proposing);
    },
    memory: { get: () => null, keep: async () => ok(undefined) },
  };
  const look = () => ({ reading, latch: { state: "clear" } as const, seen: [] });
  const ports: CyclePorts = {
    health: { read: async () => ({ ...fresh, ageMs: tickAgeMs }) },
    switches: { look, last: look, onChange: () => () => undefined },
    decisions: {
      land(record) {
        if (!lands) return err({ code: "disk_full", message: "no space" });
        landed.push(record);
        return ok(undefined);
      },
      trouble: () => null,
      close: () => ok(undefined),
    },
    async publish(one) {
      said.push(one);
      return ok(undefined);
    },
    nowMs: () => nowMs,
    maxAgeMs: 60_000,
    symbols: ["SPY"],
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => assert.fail() },
  };
  return { outcome: await runCycle(seat, ports, new Map()), said, landed };
}

function quiet(): void {}

test("a proposal lands and is told, with the age that the data has by then", async () => {
  const { outcome, said, landed } = await cycle({ thinkMs: 9000 });
  assert.equal(outcome.type, "proposed");
  assert.deepEqual([landed[0]?.type, said[0]?.type], ["proposal", "proposal"]);
  assert.ok(said[0]?.type === "proposal" && said[0].body.heartbeat_age_ms === 10_000);
});

test("data that has become stale while the strategy thought carries no proposal", async () => {
  const { outcome, said } = await cycle({ tickAgeMs: 55_000, thinkMs: 6000 });
  assert.ok(outcome.type === "refused" && outcome.code === "marketdata_stale");
  assert.ok(said.every(({ type }) => type === "refusal"));
});

test("what has not landed is not told", async () => {
  const { outcome, said } = await cycle({ lands: false });
  assert.ok(outcome.type === "refused" && outcome.code === "evidence_unwritten");
  assert.deepEqual(said, []);
});

test("a decision too large for its evidence is none", () => {
  assert.ok(readDecision(proposing).ok);
  for (const part of ["details", "memory"]) {
    const read = readDecision({ ...proposing, [part]: "x".repeat(5 << 20) });
    assert.equal(read.ok ? "ok" : read.fault.code, "strategy_failed");
  }
});

test("decisions land in the log of their day; after the end none takes its lock again", () => {
  const root = newFolder();
  const log = createDecisionLog({ root, bootId: "boot-0001" });
  assert.ok(log.land(refusal, startMs).ok);
  assert.ok(log.land(refusal, startMs + 86_400_000).ok);
  assert.ok(log.close().ok);
  const late = log.land(refusal, startMs);
  assert.equal(late.ok ? "ok" : late.fault.code, "decision_log_closed");
  const next = createDecisionLog({ root, bootId: "boot-0002" });
  assert.ok(next.land(refusal, startMs).ok);
  assert.ok(next.close().ok);
  const day = join(root, "audit_artifacts", "proposals", "2026-11-20", "proposals.jsonl");
  assert.equal(readFileSync(day, "utf8").trimEnd().split("\n").length, 2);
});

test("a log that cannot be opened refuses, and is tried again", () => {
  const root = newFolder();
  const above = join(root, "audit_artifacts");
  mkdirSync(above);
  writeFileSync(join(above, "proposals"), "in the way");
  const log = createDecisionLog({ root, bootId: "boot-0001" });
  assert.ok(!log.land(refusal, startMs).ok);
  assert.notEqual(log.trouble(), null);
  rmSync(join(above, "proposals"));
  assert.ok(!log.land(refusal, startMs + 59_999).ok);
  assert.ok(log.land(refusal, startMs + 60_000).ok);
  assert.equal(log.trouble(), null);
  assert.ok(log.close().ok);
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-run-cycle-"));
  folders.push(folder);
  return folder;
}
