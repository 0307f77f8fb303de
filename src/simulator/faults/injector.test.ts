import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultPoint } from "./armed-rule.ts";
import { createFaultInjector, type FaultInjector } from "./injector.ts";
import { parseFaultPlan } from "./parse-plan.ts";
import { emptyPlan } from "./plan.ts";

const order: FaultPoint = {
  endpoint: "POST /api/v5/trade/order",
  account: "alpha",
  channel: null,
  instId: "BTC-USDT-SWAP",
  clOrdIds: ["AUD1x7"],
};

function injectorOf(rules: readonly unknown[], now: { ms: number } = { ms: 1000 }): FaultInjector {
  const plan = parseFaultPlan({ ...emptyPlan, rules }, "test");
  assert.ok(plan.ok, plan.ok ? "" : plan.fault.message);
  return createFaultInjector({ plan: plan.value, seed: 7, openedMs: 1000, nowMs: () => now.ms });
}

const drop = { fault: { kind: "drop_answer" } };

test("a rule strikes where all of its conditions hold and is counted", () => {
  const match = {
    endpoint: "/api/v5/trade/*",
    account: "alpha",
    inst_id: "BTC-USDT-SWAP",
    cl_ord_id_prefix: "AUD1",
  };
  const faults = injectorOf([{ id: "lost", match, ...drop }]);
  assert.deepEqual(faults.strike("drop_answer", order), { kind: "drop_answer" });
  assert.equal(faults.strike("drop_answer", { ...order, account: "beta" }), null);
  assert.equal(faults.strike("drop_answer", { ...order, clOrdIds: ["x"] }), null);
  assert.equal(faults.strike("drop_answer", { ...order, endpoint: "GET /api/v5/x" }), null);
  assert.equal(faults.strike("drop_request", order), null);
  assert.deepEqual(faults.counts(), [{ rule: "lost", kind: "drop_answer", met: 1, fired: 1 }]);
  assert.equal(faults.fired()[0]?.cl_ord_ids[0], "AUD1x7");
});

test("windows count venue time from the opening", () => {
  const now = { ms: 1000 };
  const faults = injectorOf([{ match: { from_ms: 50, to_ms: 60 }, ...drop }], now);
  const strikes = [1049, 1050, 1059, 1060].map((ms) => {
    now.ms = ms;
    return faults.strike("drop_answer", order) !== null;
  });
  assert.deepEqual(strikes, [false, true, true, false]);
});

test("the n-th, each n-th and at most so many", () => {
  const strikesOf = (match: object): number[] => {
    const faults = injectorOf([{ match, ...drop }]);
    return [1, 2, 3, 4, 5, 6].filter(() => faults.strike("drop_answer", order) !== null);
  };
  assert.deepEqual(strikesOf({ nth: 2 }), [2]);
  assert.deepEqual(strikesOf({ nth: [1, 5] }), [1, 5]);
  assert.deepEqual(strikesOf({ every: 3 }), [3, 6]);
  assert.deepEqual(strikesOf({ times: 2 }), [1, 2]);
});

test("chance is a function of the seed and the rule", () => {
  const strikes = (): boolean[] => {
    const faults = injectorOf([{ match: { probability: 0.5 }, ...drop }]);
    return Array.from({ length: 64 }, () => faults.strike("drop_answer", order) !== null);
  };
  const first = strikes();
  assert.deepEqual(strikes(), first);
  const hits = first.filter(Boolean).length;
  assert.ok(hits > 16 && hits < 48, `${hits} of 64`);
});

test("before and after are different moments", () => {
  const faults = injectorOf([{ fault: { kind: "latency", ms: 5, when: "after" } }]);
  assert.equal(faults.strike("latency", order, "before"), null);
  assert.equal(faults.strike("latency", order, "after")?.ms, 5);
  assert.equal(faults.counts()[0]?.met, 1);
});

test("rules come and go at run time", () => {
  const faults = injectorOf([]);
  assert.equal(faults.isArmed(), false);
  const added = faults.add({ id: "m", fault: { kind: "maintenance" } });
  assert.deepEqual(added, { ok: true, value: "m" });
  assert.equal(faults.has("maintenance"), true);
  assert.equal(faults.remove("m"), true);
  assert.equal(faults.remove("m"), false);
  assert.equal(faults.isArmed(), false);
  assert.equal(faults.add({ fault: { kind: "earthquake" } }).ok, false);
});

test("a plan that is wrong is refused with the key that is wrong", () => {
  const refused = parseFaultPlan(
    { ...emptyPlan, rules: [{ match: { probability: 2 }, ...drop }] },
    "plan.json",
  );
  assert.ok(!refused.ok);
  assert.equal(refused.fault.code, "fault_plan_invalid");
  assert.match(refused.fault.message, /rules\.0\.match\.probability/);
  assert.equal(parseFaultPlan({ ...emptyPlan, rulez: [] }, "plan.json").ok, false);
  const twice = { id: "a", ...drop };
  assert.equal(parseFaultPlan({ ...emptyPlan, rules: [twice, twice] }, "plan.json").ok, false);
});
