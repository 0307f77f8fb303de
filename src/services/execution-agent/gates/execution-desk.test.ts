import assert from "node:assert/strict";
import { test } from "node:test";
import type { HealthVerdict } from "#protocol";
import type { Freshness, Latch } from "#safety";
import { createExecutionDesk, type ExecutionDesk } from "./execution-desk.ts";
import { createGateKeeper } from "./gate-keeper.ts";

/** A desk whose world a test turns. */
type World = {
  nowMs: number;
  halted: boolean;
  fresh: boolean;
  desk: ExecutionDesk;
  moves: string[];
};

function openWorld(venue: "simulated" | "okx_live" | null = "simulated"): World {
  const moves: string[] = [];
  const state = { nowMs: 1_800_000_000_000, halted: false, fresh: true };
  const freshness = (): Freshness => {
    const reason = state.fresh ? "fresh" : "tick_too_old";
    return { fresh: state.fresh, reason, lastTickMs: 0, ageMs: 0 };
  };
  const last = (): HealthVerdict => {
    const refusal = state.fresh ? null : "marketdata_stale";
    return { ...freshness(), reason: state.fresh ? "fresh" : "tick_too_old", refusal };
  };
  const facts = () => {
    const value = state.halted ? "halted" : "off";
    const reason = state.halted ? "switch_on" : "switch_off";
    const latch: Latch = { state: "clear" };
    const read_at = "2027-01-15T08:00:00.000Z";
    const reading = { value, reason, source: null, read_at } as const;
    return { reading, latch, halted: state.halted ? reason : null };
  };
  const clock = { nowMs: () => state.nowMs, monotonicMs: () => state.nowMs };
  const keeper = createGateKeeper(state.nowMs, ({ from, to }) => moves.push(`${from} ${to}`));
  const desk = createExecutionDesk({
    identity: {
      agent_name: "execution-agent",
      boot_id: "boot-0001",
      version: "0.1.0",
      git_commit: null,
    },
    ...{ clock, venue, keeper },
    data: { freshness, last, read: async () => Promise.resolve(last()) },
    halts: facts,
    haltsAnew: () => ({ facts: facts(), forget: () => moves.push("forgotten") }),
    arming: () => null,
    isFrozen: () => false,
    draw: () => 0.5,
    modeChanged: (mode) => moves.push(mode),
  });
  return Object.assign(state, { desk, moves });
}

test("an exception makes it wait, longer each time; a person ends it, not the data", () => {
  const world = openWorld();
  const { desk } = world;
  desk.turn();
  assert.equal(desk.recover("ada"), null);
  assert.deepEqual(desk.refusals(), []);
  desk.failed("execute_failed");
  desk.failed("execute_failed");
  desk.turn();
  const refused = ["agent_in_backoff", "agent_state_not_ready:ERROR", "agent_mode_not_live"];
  assert.deepEqual(desk.refusals(), refused);
  const state = desk.state();
  assert.deepEqual([state.error_count, state.not_before_utc], [2, "2027-01-15T08:00:01.000Z"]);
  assert.equal(desk.recover("ada"), "recover_in_backoff");
  world.nowMs += 1000;
  assert.deepEqual(desk.refusals(), refused.slice(1), "the wait is over, the error is not");
  assert.equal(desk.recover("ada"), null);
  assert.deepEqual([desk.mode(), desk.gate().state, desk.gate().errorCount], ["PAPER", "READY", 0]);
});

test("a halt is an end of PAPER, and of what the watchdog remembers only a recovery is", () => {
  const world = openWorld();
  const { desk, moves } = world;
  desk.turn();
  assert.equal(desk.recover(" "), "recover_by_nobody");
  assert.equal(desk.recover("ada"), null);
  world.halted = true;
  assert.ok(desk.refusals().includes("kill_switch_enabled"), "without a turn in between");
  desk.turn();
  assert.equal(desk.mode(), "OFF");
  assert.equal(desk.recover("ada"), "recover_switch_halted");
  world.halted = false;
  desk.turn();
  assert.deepEqual(desk.refusals(), ["agent_state_not_ready:HALTED", "agent_mode_not_live"]);
  world.fresh = false;
  assert.equal(desk.recover("ada"), "recover_data_stale");
  world.fresh = true;
  assert.equal(desk.recover("ada"), null);
  assert.deepEqual(moves.slice(-4), ["HALTED INIT", "forgotten", "INIT READY", "PAPER"]);
  assert.deepEqual(desk.refusals(), []);
});

test("live, a recovery enables nothing: two people do", () => {
  const { desk } = openWorld("okx_live");
  desk.turn();
  assert.equal(desk.recover("ada"), null);
  assert.equal(desk.mode(), "OFF");
  assert.deepEqual(desk.refusals(), ["agent_mode_not_live", "not_armed"]);
});

test("without a venue, and once it closes, everything is refused and nothing recovers", () => {
  const { desk } = openWorld(null);
  desk.turn();
  assert.equal(desk.recover("ada"), "venue_not_configured");
  assert.equal(desk.refusals()[0], "venue_not_configured");
  desk.close();
  assert.equal(desk.refusals()[0], "shutting_down");
  assert.equal(desk.recover("ada"), "shutting_down");
});
