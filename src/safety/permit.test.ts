import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { after, approved, armingFacts } from "./approval-fixture.ts";
import type { ArmedLease } from "./armed-lease.ts";
import { type Arming, bootArming, leaseOf, stepArming } from "./arming.ts";
import { bootGate, type GateState, gateStates } from "./execution-gate.ts";
import type { FreshnessReason } from "./freshness.ts";
import type { Latch } from "./halt-latch.ts";
import { evaluateSwitch } from "./kill-switch.ts";
import { orderSubject } from "./order-subject.ts";
import {
  type HaltReading,
  maxReadingAgeMs,
  mintPermit,
  type PermitRequest,
  permitLifetimeMs,
  spendPermit,
} from "./permit.ts";
import type { Permit } from "./permit-type.ts";

const subject = orderSubject("place", { clOrdId: "a1", sz: "1" });
const other = orderSubject("place", { clOrdId: "a1", sz: "2" });

function said(text: string, monoMs: number, latch: Latch = { state: "clear" }): HaltReading {
  const reading = { state: "text", text } as const;
  return { verdict: evaluateSwitch([{ name: "switch", reading }], { wallMs: 0, monoMs }), latch };
}

function request(change: Partial<PermitRequest> = {}): PermitRequest {
  return {
    mode: "simulated",
    subject,
    halt: said("0", 100),
    freshness: { fresh: true, reason: "fresh", lastTickMs: 0, ageMs: 0 },
    demoAccount: true,
    gate: { ...bootGate(0), state: "READY" },
    agentMode: "PAPER",
    lease: null,
    monoMs: 100,
    ...change,
  };
}

function minted(change: Partial<PermitRequest> = {}): Permit {
  const result = mintPermit(request(change));
  assert.ok(result.ok);
  return result.value;
}

function refusal(change: Partial<PermitRequest>): string | null {
  const result = mintPermit(request(change));
  return result.ok ? null : result.fault.code;
}

function spent(permit: Permit, change: Partial<Parameters<typeof spendPermit>[1]> = {}): string {
  const monoMs = change.monoMs ?? 101;
  const result = spendPermit(permit, { subject, halt: said("0", monoMs), monoMs, ...change });
  return result.ok ? "ok" : result.fault.code;
}

const latched: Latch = { state: "latched", sinceMs: 0, source: "switch", reason: "switch_on" };
const released: Latch = { state: "released", atMs: 0, by: "Ada" };

test("a permit is for one order, once", () => {
  const permit = minted();
  assert.equal(spent(permit), "ok");
  assert.equal(spent(permit), "permit_spent");
});

test("a permit met with a refusal is spent too", () => {
  for (const [code, change] of [
    ["permit_of_other_order", { subject: other }],
    ["permit_expired", { monoMs: 101 + permitLifetimeMs }],
    ["permit_expired", { monoMs: 99 }],
    ["permit_expired", { monoMs: Number.NaN, halt: said("0", 101) }],
    ["switch_on", { halt: said("1", 101) }],
    ["switch_empty", { halt: said("", 101) }],
    ["halt_latched", { halt: said("0", 101, latched) }],
    ["switch_reading_too_old", { halt: said("0", 101 - maxReadingAgeMs - 1) }],
    ["switch_reading_too_old", { halt: said("0", 102) }],
  ] as const) {
    const permit = minted();
    assert.equal(spent(permit, change), code);
    assert.equal(spent(permit), "permit_spent");
  }
});

test("nothing but what the mint made is a permit", () => {
  const real = minted();
  for (const forged of [
    {},
    Object.freeze({}),
    { ...real },
    Object.create(real),
    new Proxy(real, {}),
    structuredClone(real),
    null,
    undefined,
    "permit",
    Symbol("permit"),
  ]) {
    assert.equal(spent(forged as unknown as Permit), "permit_forged");
  }
  assert.deepEqual(Object.keys(real), []);
  assert.ok(Object.isFrozen(real));
  assert.equal(spent(real), "ok");
});

test("each condition alone refuses with its code", () => {
  const stale = (reason: FreshnessReason): Partial<PermitRequest> => {
    return { freshness: { fresh: false, reason, lastTickMs: null, ageMs: null } };
  };
  for (const [code, change] of [
    [null, {}],
    ["switch_on", { halt: said("HALT", 100) }],
    ["switch_unknown_word", { halt: said("maybe", 100) }],
    ["switch_not_configured", { halt: { ...said("0", 100), verdict: evaluateSwitch([], now) } }],
    ["halt_latched", { halt: said("0", 100, latched) }],
    ["switch_reading_too_old", { halt: said("0", 100 - maxReadingAgeMs - 1) }],
    ["switch_reading_too_old", { halt: said("0", 101) }],
    ["tick_never_seen", stale("tick_never_seen")],
    ["tick_too_old", stale("tick_too_old")],
    ["tick_in_future", stale("tick_in_future")],
    ["clock_stepped_back", stale("clock_stepped_back")],
    ["forced_stale", stale("forced_stale")],
    ["tick_too_old", stale("fresh")],
    ["account_not_demo", { demoAccount: false }],
    ["account_not_demo", { demoAccount: null }],
    ["account_not_demo", { demoAccount: null, mode: "okx_demo" }],
    ["mode_unknown", { mode: "paper" as "simulated" }],
    [null, { mode: "okx_demo" }],
    [null, { halt: said("0", 100, released) }],
  ] as const) {
    assert.equal(refusal(change), code);
  }
  for (const state of gateStates) {
    const due = state === "READY" ? null : "gate_not_ready";
    assert.equal(refusal({ gate: { ...bootGate(0), state } }), due);
  }
});

const now = { wallMs: 0, monoMs: 100 };

const live = { mode: "okx_live", agentMode: "LIVE", demoAccount: false } as const;

test("without a lease of ours no permit for live can be had, whatever is claimed", () => {
  assert.equal(refusal(live), "not_armed");
  for (const lease of [{}, Object.freeze({}), minted(), null, undefined, 1]) {
    assert.equal(refusal({ ...live, lease: lease as unknown as ArmedLease }), "not_armed");
  }
  assert.equal(refusal({ ...live, agentMode: "PAPER" }), "agent_mode_not_live");
  assert.equal(
    refusal({ ...live, halt: said("0", 100, released) }),
    "latch_released_for_demo_only",
  );
});

/** Armed at noon of the fixture, with a reading of the switch that fits it. */
function armedRequest(atMs: number): Partial<PermitRequest> {
  const at = after(0);
  const proof = approved({ admittedAt: at });
  const event = { type: "approved", at, proof, facts: armingFacts() } as const;
  const { arming } = stepArming(bootArming(0), event);
  lastArming = arming;
  return { ...live, lease: leaseOf(arming), halt: saidAt(atMs), monoMs: after(atMs).monoMs };
}

let lastArming: Arming = bootArming(0);

function saidAt(ms: number): HaltReading {
  const reading = { state: "text", text: "0" } as const;
  const verdict = evaluateSwitch([{ name: "switch", reading }], after(ms));
  return { verdict, latch: { state: "clear" } };
}

test("live needs READY, LIVE and a lease that lives", () => {
  const armed = armedRequest(10);
  assert.equal(refusal(armed), null);
  assert.equal(refusal({ ...armed, agentMode: "PAPER" }), "agent_mode_not_live");
  for (const state of gateStates) {
    const due = state === "READY" ? null : "gate_not_ready";
    assert.equal(refusal({ ...armed, gate: { ...bootGate(0), state } }), due);
  }
  const jump = saidAt(10);
  const verdict = { ...jump.verdict, at: { ...after(10), wallMs: after(10).wallMs + 1001 } };
  assert.equal(refusal({ ...armed, halt: { ...jump, verdict } }), "not_armed");
  const end = { halt: saidAt(3_600_000), monoMs: after(3_600_000).monoMs };
  assert.equal(refusal({ ...armed, ...end }), "not_armed");
  stepArming(lastArming, { type: "data_stale", at: after(20) });
  assert.equal(refusal(armed), "not_armed", "dead for all who hold it");
});

test("a permit for live is spent only while its lease lives", () => {
  const use = { halt: saidAt(20), monoMs: after(20).monoMs };
  assert.equal(spent(minted(armedRequest(10)), use), "ok");
  const late = minted(armedRequest(10));
  stepArming(lastArming, { type: "halted", at: after(15) });
  assert.equal(spent(late, use), "not_armed");
  assert.equal(spent(late, use), "permit_spent");
});

test("over all combinations a permit is minted only where every condition holds", () => {
  const arbitrary = fc.record({
    mode: fc.constantFrom("simulated", "okx_demo", "okx_live"),
    word: fc.constantFrom("0", "off", "1", "", "HALT", "nonsense"),
    latch: fc.constantFrom<Latch>({ state: "clear" }, latched, released),
    age: fc.constantFrom(0, maxReadingAgeMs, maxReadingAgeMs + 1, -1),
    reason: fc.constantFrom<FreshnessReason>("fresh", "fresh", "tick_too_old", "forced_stale"),
    demo: fc.constantFrom(true, true, false, null),
    state: fc.constantFrom<GateState>("READY", "READY", ...gateStates),
    agentMode: fc.constantFrom("OFF", "OBSERVE", "PAPER", "LIVE"),
  });
  let mintedOnce = false;
  fc.assert(
    fc.property(arbitrary, ({ mode, word, latch, age, reason, demo, state, agentMode }) => {
      const granted = refusal({
        mode,
        halt: said(word, 100 - age, latch),
        freshness: { fresh: reason === "fresh", reason, lastTickMs: 0, ageMs: 0 },
        demoAccount: demo,
        gate: { ...bootGate(0), state },
        agentMode,
      });
      const off = word === "0" || word === "off";
      const recent = age >= 0 && age <= maxReadingAgeMs;
      const safe = off && latch.state !== "latched" && recent && reason === "fresh";
      const due = safe && mode !== "okx_live" && demo === true && state === "READY";
      assert.equal(granted === null, due);
      mintedOnce ||= due;
    }),
    { seed: 505, numRuns: 5000 },
  );
  assert.ok(mintedOnce);
});

test("the subject is every field of the order and nothing else", () => {
  assert.equal(subject, orderSubject("place", { sz: "1", clOrdId: "a1" }));
  assert.notEqual(subject, orderSubject("amend", { clOrdId: "a1", sz: "1" }));
  assert.notEqual(subject, orderSubject("place", { clOrdId: "a1", sz: "1", reduceOnly: false }));
});
