import assert from "node:assert/strict";
import { test } from "node:test";
import { createPolledClock, type Machine, type PolledClock } from "./polled-clock.ts";

const signal = new AbortController().signal;
const start = 1_700_000_000_000;

/** A venue that runs at a pace over a machine that sleeps by adding. */
function venueAt(pace: number): {
  clock: PolledClock;
  venueNow: () => number;
  asks: () => number;
  slept: () => number;
} {
  let mono = 0;
  let asks = 0;
  const machine: Machine = {
    monoMs: () => mono,
    sleep: async (ms) => {
      mono += ms;
    },
  };
  const venueNow = (): number => Math.floor(start + mono * pace);
  const clock: PolledClock = createPolledClock(
    { venueMs: start, monoMs: 0 },
    async () => {
      asks += 1;
      clock.observe(venueNow(), mono, mono);
    },
    machine,
  );
  return { clock, venueNow, asks: () => asks, slept: () => mono };
}

for (const pace of [0.5, 1, 60, 5000]) {
  test(`a wait ends when a venue at pace ${pace} is there, after few questions`, async () => {
    const { clock, venueNow, asks, slept } = venueAt(pace);
    await clock.waitUntil(start + 900_000, signal);
    assert.ok(venueNow() >= start + 900_000);
    const late = venueNow() - (start + 900_000);
    assert.ok(late <= Math.max(250 * pace * 2, 2), `late by ${late} ms`);
    assert.ok(asks() <= 40, `${asks()} questions`);
    assert.ok(slept() < (900_000 / pace) * 1.5 + 1000);
  });
}

test("a time that is past is waited for not at all, but asked about once", async () => {
  const { clock, asks, slept } = venueAt(1);
  await clock.waitUntil(start - 5, signal);
  assert.equal(asks(), 1);
  assert.equal(slept(), 0);
});

test("an abort ends the wait", async () => {
  const { clock } = venueAt(1);
  await clock.waitUntil(start + 1e9, AbortSignal.abort());
  assert.ok(clock.nowMillis() < start + 1000);
});
