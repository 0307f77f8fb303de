import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeOpsStatus } from "./judge-ops-status.ts";
import { type OpsFacts, type OpsState, serviceKinds } from "./ops-facts.ts";
import { createOpsStatus, opsStatusCodec } from "./ops-status.ts";
import type { SwitchReading } from "./switch-reading.ts";

const nowMs = 1_700_000_000_000;
const read_at = "2023-11-14T22:13:20.000Z";
const off: SwitchReading = { value: "off", reason: "switch_off", source: null, read_at };
const on: SwitchReading = { value: "halted", reason: "switch_on", source: "a file", read_at };

const sound: OpsFacts = {
  kind: "strategy",
  missing_fields: [],
  process_up: true,
  execution_enabled: null,
  kill_switch: off,
  market: "open",
  marketdata: "fresh",
  last_tick_ms: nowMs - 1000,
  last_bar_ms: null,
  last_heartbeat_ms: nowMs - 1000,
  degraded_by: [],
};

function* everyCombination(): Generator<OpsFacts> {
  const heartbeats = [null, nowMs, nowMs - 60_000, nowMs - 60_001, nowMs + 5000, nowMs + 5001];
  for (const kind of serviceKinds)
    for (const missing_fields of [[], ["build_id"]])
      for (const process_up of [true, false, null])
        for (const execution_enabled of [true, false, null])
          for (const kill_switch of [off, on, null])
            for (const market of ["open", "closed", null] as const)
              for (const marketdata of ["fresh", "stale", "missing", "none"] as const)
                for (const last_heartbeat_ms of heartbeats)
                  for (const degraded_by of [[], ["source_unavailable"]]) {
                    yield {
                      ...sound,
                      kind,
                      missing_fields,
                      process_up,
                      execution_enabled,
                      kill_switch,
                      market,
                      marketdata,
                      last_heartbeat_ms,
                      degraded_by,
                    };
                  }
}

/** The precedence once more, as a person would write it down from the contract. */
function expected(facts: OpsFacts): OpsState {
  const { kind, marketdata } = facts;
  const trades = kind === "strategy" || kind === "execution";
  const bad = marketdata === "stale" || marketdata === "missing";
  const needed = trades ? marketdata !== "fresh" : bad;
  const beat = facts.last_heartbeat_ms;
  const alive = beat !== null && beat >= nowMs - 60_000 && beat <= nowMs + 5000;
  if (facts.missing_fields.length > 0 || facts.process_up === null) return "UNKNOWN";
  if (kind === "execution" && facts.execution_enabled !== true) return "OFFLINE";
  if (!facts.process_up) return "OFFLINE";
  if (facts.kill_switch === null || facts.kill_switch.value === "halted") return "HALTED";
  if (facts.market !== "closed" && needed) return trades ? "HALTED" : "DEGRADED";
  if (!alive) return "DEGRADED";
  if (facts.degraded_by.length > 0) return "DEGRADED";
  return facts.market === "closed" ? "MARKET_CLOSED" : "OK";
}

test("every combination of facts has the state that the precedence gives it", () => {
  const seen = new Set<OpsState>();
  let count = 0;
  for (const facts of everyCombination()) {
    const verdict = judgeOpsStatus(facts, nowMs);
    assert.equal(verdict.state, expected(facts), JSON.stringify(facts));
    assert.equal(verdict.reason_codes.length === 0, verdict.state === "OK");
    assert.equal(new Set(verdict.reason_codes).size, verdict.reason_codes.length);
    seen.add(verdict.state);
    count += 1;
  }
  assert.equal(count, 5 * 2 * 3 * 3 * 3 * 3 * 4 * 6 * 2);
  assert.equal(seen.size, 6);
});

test("strategies are safe to run only where all is known, well, open and fresh", () => {
  let safe = 0;
  for (const facts of everyCombination()) {
    const verdict = judgeOpsStatus(facts, nowMs);
    assert.equal(verdict.safe_to_execute_orders, false);
    assert.equal(verdict.safe_to_run_strategies, verdict.gating_reasons.length === 0);
    if (!verdict.safe_to_run_strategies) continue;
    assert.equal(verdict.state, "OK");
    assert.equal(facts.marketdata, "fresh");
    assert.equal(facts.kill_switch?.value, "off");
    safe += 1;
  }
  assert.ok(safe > 0);
});

test("in hours, missing market data halts a strategy and is not called safe", () => {
  const verdict = judgeOpsStatus({ ...sound, marketdata: "missing" }, nowMs);
  assert.deepEqual([verdict.state, verdict.safe_to_run_strategies], ["HALTED", false]);
  assert.deepEqual(verdict.gating_reasons, ["MARKETDATA_MISSING"]);
});

test("a heartbeat that was never written is stale", () => {
  const verdict = judgeOpsStatus({ ...sound, last_heartbeat_ms: null }, nowMs);
  assert.deepEqual([verdict.state, verdict.reason_codes], ["DEGRADED", ["HEARTBEAT_STALE"]]);
});

test("the reason that decided comes first, and the others are told too", () => {
  const facts: OpsFacts = {
    ...sound,
    kind: "ingest",
    kill_switch: on,
    marketdata: "none",
    market: "closed",
    degraded_by: ["source_unavailable"],
  };
  const verdict = judgeOpsStatus(facts, nowMs);
  assert.equal(verdict.state, "HALTED");
  assert.deepEqual(verdict.reason_codes, ["KILL_SWITCH", "source_unavailable", "MARKET_CLOSED"]);
  assert.equal(verdict.summary, "is halted (KILL_SWITCH, source_unavailable, MARKET_CLOSED)");
});

test("the answer of /ops/status passes its own codec for every combination", () => {
  const about = {
    service_name: "strategy-engine",
    repo_id: "assay",
    git_sha: null,
    build_id: "dev",
    agent_name: "strategy-engine",
    agent_role: "strategies",
    agent_mode: "OBSERVE",
    started_ms: nowMs - 5000,
    endpoints: { healthz: null, heartbeat: null, metrics: "/metrics" },
  } as const;
  let each = 0;
  for (const facts of everyCombination()) {
    each += 1;
    if (each % 41 !== 0) continue;
    const status = createOpsStatus(about, facts, nowMs);
    assert.equal(opsStatusCodec.write(status).ok, true);
  }
  const status = createOpsStatus(about, sound, nowMs);
  assert.deepEqual(
    [status.uptime_seconds, status.heartbeat.age_seconds, status.marketdata.is_fresh],
    [5, 1, true],
  );
});
