import assert from "node:assert/strict";
import { test } from "node:test";
import { createVenueClock, type MachineClock } from "./venue-clock.ts";

type HandClock = MachineClock & { turn: (ms: number) => void };

function handClock(): HandClock {
  let micros = 5_000_000;
  const timers = new Set<{ atMicros: number; task: () => void }>();
  return {
    nowMillis: () => Math.floor(micros / 1000),
    nowMicros: () => micros,
    after: (delayMs, task) => {
      const timer = { atMicros: micros + delayMs * 1000, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    turn: (ms) => {
      micros += ms * 1000;
      for (const timer of [...timers]) {
        if (timer.atMicros <= micros && timers.delete(timer)) timer.task();
      }
    },
  };
}

test("a stepped clock stands still and runs what lies on its way at its own time", () => {
  const clock = createVenueClock({
    mode: { kind: "stepped" },
    startMs: 1000,
    machine: handClock(),
  });
  const seen: string[] = [];
  clock.at(1500, () => {
    seen.push(`b@${clock.nowMs()}`);
    clock.at(1600, () => seen.push(`c@${clock.nowMs()}`));
  });
  clock.at(1200, () => seen.push(`a@${clock.nowMs()}`));
  clock.at(1500, () => seen.push(`b2@${clock.nowMs()}`));
  assert.equal(clock.nowMs(), 1000);
  clock.advanceTo(1550);
  assert.deepEqual(seen, ["a@1200", "b@1500", "b2@1500"]);
  assert.equal(clock.nowMs(), 1550);
  clock.advanceTo(2000);
  assert.deepEqual(seen.at(-1), "c@1600");
  clock.advanceTo(1000);
  assert.equal(clock.nowMs(), 2000);
});

test("an accelerated clock runs tasks at their venue time however late the timer was", () => {
  const machine = handClock();
  const mode = { kind: "accelerated", factor: 60 } as const;
  const clock = createVenueClock({ mode, startMs: 0, machine });
  const seen: number[] = [];
  clock.at(60_000, () => seen.push(clock.nowMs()));
  clock.at(61_000, () => seen.push(clock.nowMs()));
  machine.turn(999);
  assert.deepEqual(seen, []);
  machine.turn(50);
  assert.deepEqual(seen, [60_000, 61_000]);
  assert.equal(clock.nowMs(), 62_940);
});

test("a task that was called off does not run", () => {
  const machine = handClock();
  const clock = createVenueClock({ mode: { kind: "real" }, startMs: 10, machine });
  let ran = 0;
  const callOff = clock.at(20, () => {
    ran += 1;
  });
  clock.at(30, () => {
    ran += 10;
  });
  callOff();
  machine.turn(12);
  assert.equal(ran, 0);
  machine.turn(25);
  assert.equal(ran, 10);
});

test("a moment first runs what is due, and then time stands still until it is over", () => {
  const machine = handClock();
  const clock = createVenueClock({ mode: { kind: "real" }, startMs: 0, machine });
  const seen: string[] = [];
  clock.at(0, () => seen.push("due"));
  const told = clock.moment(() => {
    seen.push("moment");
    machine.turn(50);
    clock.at(10, () => seen.push(`after@${clock.nowMs()}`));
    return clock.moment(() => clock.nowMs());
  });
  assert.equal(told, 0);
  assert.deepEqual(seen, ["due", "moment"]);
  assert.equal(clock.nowMs(), 50);
  machine.turn(1);
  // Nobody is told an earlier time than somebody was told before.
  assert.deepEqual(seen, ["due", "moment", "after@50"]);
});

test("only a stepped clock is advanced by hand, and never by its own tasks", () => {
  const real = createVenueClock({ mode: { kind: "real" }, startMs: 0, machine: handClock() });
  assert.throws(() => real.advanceTo(5), /advances by itself/);
  const stepped = createVenueClock({
    mode: { kind: "stepped" },
    startMs: 0,
    machine: handClock(),
  });
  stepped.at(1, () => stepped.advanceTo(9));
  assert.throws(() => stepped.advanceTo(2), /may not advance/);
});
