import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { after, approved, armingFacts, digests, noonMs } from "./approval-fixture.ts";
import { leaseTrouble } from "./armed-lease.ts";
import {
  type Arming,
  type ArmingEvent,
  type ArmingStep,
  bootArming,
  disarmReasons,
  isOffOutsideWindow,
  leaseOf,
  stepArming,
} from "./arming.ts";
import type { Latch } from "./halt-latch.ts";
import { evaluateSwitch } from "./kill-switch.ts";
import type { Moment } from "./moment.ts";

const hourMs = 3_600_000;

function approval(at: Moment = after(0), change: Partial<ArmingEvent> = {}): ArmingEvent {
  const proof = approved({ admittedAt: at });
  return { type: "approved", at, proof, facts: armingFacts(), ...change } as ArmingEvent;
}

function armed(): Extract<Arming, { state: "armed" }> {
  const { arming, refused } = stepArming(bootArming(noonMs), approval());
  assert.equal(refused, null);
  assert.equal(arming.state, "armed");
  return arming;
}

function shown({ arming, refused, halt }: ArmingStep): string {
  const state = arming.state === "armed" ? "armed" : arming.reason;
  return [state, refused?.code, halt?.reason].filter((part) => part !== undefined).join(" ");
}

const other = { ...digests, limits: "f".repeat(64) };

/** Every kind of event with what it makes of each kind of state. */
const table: readonly (readonly [
  name: string,
  event: () => ArmingEvent,
  disarmed: string,
  armed: string,
])[] = [
  ["approved", () => approval(), "armed", "armed arm_twice"],
  ["tick", () => ({ type: "tick", at: after(1) }), "boot", "armed"],
  ["same digests", () => ({ type: "digests_read", at: after(1), digests }), "boot", "armed"],
  [
    "other digests",
    () => ({ type: "digests_read", at: after(1), digests: other }),
    "boot",
    "digest_changed",
  ],
  ["halted", () => ({ type: "halted", at: after(1) }), "boot", "halted"],
  ["data_stale", () => ({ type: "data_stale", at: after(1) }), "boot", "data_stale"],
  ["storage_failed", () => ({ type: "storage_failed", at: after(1) }), "boot", "storage_failed"],
  ["restarted", () => ({ type: "restarted", at: after(1) }), "boot", "restarted"],
  ["disarm", () => ({ type: "disarm", at: after(1) }), "boot", "disarmed_by_person"],
  ["clock on", () => ({ type: "tick", at: jumped(1001) }), "boot", "clock_jumped"],
  ["clock back", () => ({ type: "tick", at: jumped(-1001) }), "boot", "clock_jumped"],
  ["clock a little", () => ({ type: "tick", at: jumped(1000) }), "boot", "armed"],
  ["own clock back", () => ({ type: "tick", at: after(-1) }), "boot", "clock_jumped"],
  [
    "the window's end",
    () => ({ type: "tick", at: after(hourMs) }),
    "boot",
    "window_ended arming_window_ended",
  ],
  [
    "the end by the wall alone",
    () => ({ type: "tick", at: jumped(hourMs) }),
    "boot",
    "window_ended arming_window_ended",
  ],
  [
    "the end by our clock alone",
    () => ({ type: "tick", at: { wallMs: noonMs, monoMs: 5000 + hourMs } }),
    "boot",
    "window_ended arming_window_ended",
  ],
  [
    "a clock without number",
    () => ({ type: "tick", at: { wallMs: Number.NaN, monoMs: 5000 } }),
    "boot",
    "window_ended arming_window_ended",
  ],
  [
    "the end with another event",
    () => ({ type: "data_stale", at: after(hourMs) }),
    "boot",
    "window_ended arming_window_ended",
  ],
];

function jumped(ms: number): Moment {
  return { ...after(0), wallMs: noonMs + ms };
}

for (const [name, event, fromDisarmed, fromArmed] of table) {
  test(`${name}: ${fromDisarmed} from disarmed, ${fromArmed} from armed`, () => {
    assert.equal(shown(stepArming(bootArming(noonMs), event())), fromDisarmed);
    const before = armed();
    const step = stepArming(before, event());
    assert.equal(shown(step), fromArmed);
    if (step.arming.state === "armed") assert.equal(leaseOf(step.arming), before.lease);
    else assert.notEqual(leaseTrouble(before.lease, after(2)), null, "the lease is dead for all");
  });
}

test("every reason to be disarmed is in the table, so that none is untried", () => {
  const tried = new Set(table.flatMap(([, , one, two]) => [one, two.split(" ")[0]]));
  assert.deepEqual(
    disarmReasons.filter((reason) => !tried.has(reason)),
    [],
  );
});

test("a lease lives to the last millisecond of its window and no longer", () => {
  const before = armed();
  assert.equal(shown(stepArming(before, { type: "tick", at: after(hourMs - 1) })), "armed");
  assert.equal(leaseTrouble(before.lease, after(hourMs - 1)), null);
  assert.equal(leaseTrouble(before.lease, after(hourMs)), "window_ended");
});

test("a lease that died early leaves its window behind, and the switch latches at its end", () => {
  const dead = stepArming(armed(), { type: "data_stale", at: after(10) }).arming;
  const waiting = stepArming(dead, { type: "tick", at: after(hourMs - 1) });
  assert.equal(shown(waiting), "data_stale");
  const end = stepArming(waiting.arming, { type: "tick", at: after(hourMs) });
  assert.equal(shown(end), "data_stale arming_window_ended");
  assert.equal(end.halt?.source, `change ${"d".repeat(16)}`);
  const later = stepArming(end.arming, { type: "tick", at: after(hourMs + 1) });
  assert.equal(shown(later), "data_stale", "once for each window");
});

test("what was disarmed is armed again by a new approval alone", () => {
  const { arming } = stepArming(armed(), { type: "halted", at: after(1) });
  for (const [name, event] of table) {
    if (name === "approved") continue;
    assert.notEqual(stepArming(arming, event()).arming.state, "armed", name);
  }
  assert.equal(shown(stepArming(arming, approval(after(2)))), "armed");
});

test("an approval arms only with the switch off, nothing latched and fresh data", () => {
  const latched: Latch = { state: "latched", sinceMs: 0, source: "s", reason: "r" };
  const released: Latch = { state: "released", atMs: 0, by: "Ada" };
  const on = { state: "text", text: "1" } as const;
  for (const [code, change] of [
    ["arm_while_halted", { latch: latched }],
    ["arm_while_halted", { latch: released }],
    ["arm_while_halted", { verdict: evaluateSwitch([{ name: "s", reading: on }], after(0)) }],
    ["arm_while_halted", { verdict: evaluateSwitch([], after(0)) }],
    [
      "arm_on_stale_data",
      { freshness: { fresh: false, reason: "tick_too_old", lastTickMs: 0, ageMs: 9 } },
    ],
    ["approval_digest_differs", { digests: other }],
  ] as const) {
    const event = { ...approval(), facts: armingFacts(change) } as ArmingEvent;
    assert.equal(shown(stepArming(bootArming(noonMs), event)), `boot ${code}`);
    assert.equal(
      shown(stepArming(bootArming(noonMs), { ...event, facts: armingFacts() } as ArmingEvent)),
      "boot approval_spent",
    );
  }
});

test("a window that is signed longer than what is left of it ends by the wall", () => {
  const at = { wallMs: noonMs + hourMs - 10, monoMs: 7 };
  const proof = approved({ admittedAt: at });
  const step = stepArming(bootArming(noonMs), {
    type: "approved",
    at,
    proof,
    facts: armingFacts(),
  });
  assert.equal(step.arming.window?.deadlineMonoMs, 17);
});

test("an off switch is a finding wherever no lease is held", () => {
  const { verdict } = armingFacts();
  assert.equal(isOffOutsideWindow(bootArming(0), verdict), true);
  assert.equal(isOffOutsideWindow(bootArming(0), { ...verdict, allowed: false }), false);
  assert.equal(isOffOutsideWindow(armed(), verdict), false);
});

test("a lease lives only between an approval and the next thing that ends it", () => {
  const kinds = ["approved", "tick", "halted", "data_stale", "storage_failed", "disarm"] as const;
  const step = fc.record({
    kind: fc.constantFrom(...kinds),
    ms: fc.integer({ min: 0, max: 2000 }),
  });
  let everArmed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let arming: Arming = bootArming(noonMs);
      let isDue = false;
      let ms = 0;
      for (const each of steps) {
        ms += each.ms;
        const at = after(ms);
        const old = leaseOf(arming);
        const event: ArmingEvent =
          each.kind === "approved" ? approval(at) : { type: each.kind, at };
        arming = stepArming(arming, event).arming;
        if (each.kind === "approved") isDue = true;
        else if (each.kind !== "tick") isDue = false;
        assert.equal(leaseOf(arming) !== null, isDue);
        assert.equal(leaseTrouble(leaseOf(arming), at) === null, isDue);
        if (old !== null && old !== leaseOf(arming)) {
          assert.equal(leaseTrouble(old, at), "lease_ended");
        }
        everArmed += isDue ? 1 : 0;
      }
    }),
    { seed: 552, numRuns: 1000 },
  );
  assert.ok(everArmed > 100);
});
