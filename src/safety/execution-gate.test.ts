import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readAgentMode } from "./agent-mode.ts";
import {
  bootGate,
  type Gate,
  type GateEvent,
  type GateState,
  gateStates,
  stepGate,
} from "./execution-gate.ts";
import { evaluateStop } from "./stop-switch.ts";

const atMs = 1000;

const recover = (switchAllowed: boolean, dataFresh: boolean): GateEvent => {
  return { type: "recover", atMs, by: "Ada", switchAllowed, dataFresh };
};

const events: Readonly<Record<string, GateEvent>> = {
  switch_halted: { type: "switch_halted", atMs, reason: "switch_on" },
  switch_allowed: { type: "switch_allowed", atMs },
  data_stale: { type: "data_stale", atMs, reason: "tick_too_old" },
  data_fresh: { type: "data_fresh", atMs },
  exception: { type: "exception", atMs, reason: "boom", jitter: 0 },
  recover: recover(true, true),
  recover_halted: recover(false, true),
  recover_stale: recover(true, false),
  recover_both: recover(false, false),
  recover_nobody: { type: "recover", atMs, by: " ", switchAllowed: true, dataFresh: true },
};

/** Rows by event, columns INIT READY DEGRADED HALTED ERROR. */
const table: Readonly<Record<string, string>> = {
  switch_halted: "HALTED HALTED HALTED HALTED HALTED",
  switch_allowed: "INIT READY DEGRADED HALTED ERROR",
  data_stale: "DEGRADED DEGRADED DEGRADED HALTED ERROR",
  data_fresh: "READY READY READY HALTED ERROR",
  exception: "ERROR ERROR ERROR HALTED ERROR",
  recover: "INIT READY DEGRADED INIT INIT",
  recover_halted: "INIT READY DEGRADED HALTED ERROR",
  recover_stale: "INIT READY DEGRADED HALTED ERROR",
  recover_both: "INIT READY DEGRADED HALTED ERROR",
  recover_nobody: "INIT READY DEGRADED HALTED ERROR",
};

function inState(state: GateState): Gate {
  return { state, sinceMs: 0, reason: "before", errorCount: 0, notBeforeMs: null };
}

test("the gate boots to INIT, which is not READY", () => {
  assert.equal(bootGate(5).state, "INIT");
});

test("every event in every state leads where the table says", () => {
  for (const [name, event] of Object.entries(events)) {
    const row = gateStates.map((state) => stepGate(inState(state), event).gate.state).join(" ");
    assert.equal(row, table[name], name);
  }
});

test("a refused recovery says why and changes nothing", () => {
  const refusal = (name: string): string | null => {
    const before = inState("HALTED");
    const event = events[name];
    assert.ok(event !== undefined);
    const { gate, refused } = stepGate(before, event);
    if (refused !== null) assert.equal(gate, before);
    return refused;
  };
  assert.equal(refusal("recover"), null);
  assert.equal(refusal("recover_halted"), "recover_switch_halted");
  assert.equal(refusal("recover_stale"), "recover_data_stale");
  assert.equal(refusal("recover_both"), "recover_switch_halted");
  assert.equal(refusal("recover_nobody"), "recover_by_nobody");
});

test("the wait after an exception doubles up to a minute, and recovers no earlier", () => {
  let gate = inState("READY");
  const waits: number[] = [];
  for (let count = 0; count < 9; count += 1) {
    gate = stepGate(gate, { type: "exception", atMs, reason: "boom", jitter: 1 }).gate;
    waits.push((gate.notBeforeMs ?? 0) - atMs);
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  const early = stepGate(gate, recover(true, true));
  assert.deepEqual([early.refused, early.gate.state], ["recover_in_backoff", "ERROR"]);
  const later = stepGate(gate, { ...recover(true, true), atMs: atMs + 60_000 });
  assert.deepEqual(
    [later.refused, later.gate.state, later.gate.errorCount, later.gate.notBeforeMs],
    [null, "INIT", 0, null],
  );
});

test("a state that is kept keeps its time and its first reason", () => {
  const halted = stepGate(inState("READY"), { type: "switch_halted", atMs: 7, reason: "first" });
  const again = stepGate(halted.gate, { type: "switch_halted", atMs: 9, reason: "second" });
  assert.deepEqual([again.gate.sinceMs, again.gate.reason], [7, "first"]);
});

test("only a granted recovery and then fresh data lead from HALTED or ERROR to READY", () => {
  const names = fc.constantFrom(...Object.keys(events));
  fc.assert(
    fc.property(fc.array(names, { maxLength: 30 }), (history) => {
      let gate = bootGate(0);
      let barred = false;
      for (const name of history) {
        const event = events[name];
        assert.ok(event !== undefined);
        const before = gate;
        const step = stepGate(gate, event);
        gate = step.gate;
        if (gate.state === "HALTED" || gate.state === "ERROR") barred = true;
        else if (name === "recover" && step.refused === null) barred = false;
        assert.ok(!(barred && gate.state === "READY"));
        if (gate.state === "READY" && before.state !== "READY") assert.equal(name, "data_fresh");
      }
    }),
    { seed: 504, numRuns: 1000 },
  );
});

test("an agent mode that is not one of the four is OFF", () => {
  for (const mode of ["OFF", "OBSERVE", "PAPER", "LIVE"]) assert.equal(readAgentMode(mode), mode);
  for (const text of [undefined, "", "live", "LIVE ", "EXECUTE", "DISABLED", "LIVE\n"]) {
    assert.equal(readAgentMode(text), "OFF");
  }
});

test("STOP goes on only when it is certainly absent", () => {
  assert.deepEqual(evaluateStop("absent"), { stop: false, reason: "stop_absent" });
  assert.deepEqual(evaluateStop("present"), { stop: true, reason: "stop_present" });
  assert.deepEqual(evaluateStop("unreadable"), { stop: true, reason: "stop_unreadable" });
});
