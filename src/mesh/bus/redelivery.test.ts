import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  hasRoom,
  judge,
  newRedelivery,
  nextDueMs,
  type Redelivery,
  type RedeliveryEffect,
  type RedeliveryEvent,
  step,
  type Verdict,
} from "./redelivery.ts";
import { defaultRetryPolicy, pauseAfter, type RetryPolicy } from "./retry-policy.ts";

const seed = 5_001;

test("the default policy tries five times, with pauses of 1, 4, 16 and 64 s", () => {
  const pauses = [1, 2, 3, 4, 5].map((attempt) => pauseAfter(defaultRetryPolicy, attempt));
  assert.deepEqual(pauses, [1000, 4000, 16_000, 64_000, null]);
});

test("no pause is longer than the longest, and only the last attempt has none", () => {
  const policies = fc.record({
    maxAttempts: fc.integer({ min: 1, max: 40 }),
    firstPauseMs: fc.integer({ min: 0, max: 10_000 }),
    factor: fc.integer({ min: 1, max: 10 }),
    maxPauseMs: fc.integer({ min: 0, max: 600_000 }),
    handlerMs: fc.constant(1000),
  });
  fc.assert(
    fc.property(policies, (policy) => {
      let before = 0;
      for (let attempt = 1; attempt < policy.maxAttempts; attempt++) {
        const pause = pauseAfter(policy, attempt);
        assert.ok(pause !== null && pause <= policy.maxPauseMs && pause >= before);
        before = pause;
      }
      assert.equal(pauseAfter(policy, policy.maxAttempts), null);
    }),
    { seed, numRuns: 200 },
  );
});

const policy: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 3, firstPauseMs: 10 };

/** What a world does with a subscription: publishes, answers one of the running, lets time pass. */
type Act =
  | Readonly<{ type: "publish" }>
  | Readonly<{ type: "answer"; pick: number; verdict: Verdict }>
  | Readonly<{ type: "wait"; ms: number }>;

const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: "ack" } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("nak" as const),
      delayMs: fc.option(fc.integer({ min: 0, max: 50 })),
      reason: fc.constant("no"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "term", reason: "never" } as const) },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constant({ type: "publish" } as const),
  fc.record({ type: fc.constant("answer" as const), pick: fc.nat(9), verdict }),
  fc.record({ type: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 60 }) }),
);

/** A subscription that is driven by acts, with everything it did written down. */
function aWorld(limit: number): Readonly<{
  apply: (act: Act) => void;
  state: () => Redelivery;
  runs: Readonly<{ seq: number; attempt: number }>[];
  settled: Map<number, "acknowledged" | "dead">;
  published: () => number;
}> {
  const queue: number[] = [];
  const runs: Readonly<{ seq: number; attempt: number }>[] = [];
  const settled = new Map<number, "acknowledged" | "dead">();
  let [state, published, nowMs] = [newRedelivery(limit), 0, 0];

  function feed(event: RedeliveryEvent, how?: "acknowledged" | "dead"): void {
    const done = step(state, event);
    state = done.redelivery;
    for (const effect of done.effects) note(effect, how);
  }
  function note(effect: RedeliveryEffect, how?: "acknowledged" | "dead"): void {
    if (effect.type === "run") {
      runs.push({ seq: effect.seq, attempt: effect.attempt });
      return;
    }
    assert.ok(!settled.has(effect.seq), `${effect.seq} was settled twice`);
    assert.ok(how !== undefined);
    settled.set(effect.seq, how);
  }
  function pump(): void {
    feed({ type: "looked", nowMs });
    while (hasRoom(state)) {
      const seq = queue.shift();
      if (seq === undefined) return;
      feed({ type: "taken", seq });
    }
  }
  function answer(pick: number, said: Verdict): void {
    const running = state.slots.filter((slot) => slot.state === "running");
    const slot = running[pick % Math.max(1, running.length)];
    if (slot === undefined) return;
    const sequel = judge(policy, slot.attempt, said);
    const how = sequel.type === "again" ? undefined : sequel.type;
    feed({ type: "ended", seq: slot.seq, sequel, nowMs }, how);
  }
  function apply(done: Act): void {
    if (done.type === "publish") queue.push(++published);
    if (done.type === "answer") answer(done.pick, done.verdict);
    if (done.type === "wait") nowMs += done.ms;
    pump();
  }
  return { apply, state: () => state, runs, settled, published: () => published };
}

test("nothing is lost, doubled or tried too often, whatever the handlers say", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act, { maxLength: 80 }), (limit, acts) => {
      const world = aWorld(limit);
      for (const each of acts) {
        world.apply(each);
        const { slots } = world.state();
        assert.ok(slots.length <= limit);
        assert.ok(slots.every(({ attempt }) => attempt <= policy.maxAttempts));
        const due = nextDueMs(world.state());
        assert.equal(
          due === null,
          slots.every(({ state }) => state === "running"),
        );
      }
      // From here on everyone is content: what was published is settled, once each.
      for (let rest = 0; rest < 4 * (acts.length + 1) * limit; rest++) {
        world.apply({ type: "wait", ms: 100 });
        world.apply({ type: "answer", pick: 0, verdict: { type: "ack" } });
      }
      assert.equal(world.settled.size, world.published());
      assert.deepEqual(world.state().slots, []);
      for (let seq = 1; seq <= world.published(); seq++) {
        const attempts = world.runs.filter((run) => run.seq === seq).map((run) => run.attempt);
        assert.deepEqual(
          attempts,
          attempts.map((_, index) => index + 1),
        );
      }
    }),
    { seed, numRuns: 300 },
  );
});

test("one at a time, no event is tried before everything published earlier is settled", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120 }), (acts) => {
      const world = aWorld(1);
      for (const each of acts) world.apply(each);
      const order = world.runs.map(({ seq }) => seq);
      assert.deepEqual(
        order,
        order.toSorted((one, other) => one - other),
      );
    }),
    { seed, numRuns: 300 },
  );
});

test("an event that ends without running, or is taken out of order, is a bug", () => {
  const one = step(newRedelivery(2), { type: "taken", seq: 5 }).redelivery;
  assert.throws(() => step(one, { type: "taken", seq: 5 }), /out of order/);
  const sequel = { type: "acknowledged" } as const;
  assert.throws(() => step(one, { type: "ended", seq: 6, sequel, nowMs: 0 }), /not running/);
  const full = step(one, { type: "taken", seq: 6 }).redelivery;
  assert.throws(() => step(full, { type: "taken", seq: 7 }), /without room/);
});
