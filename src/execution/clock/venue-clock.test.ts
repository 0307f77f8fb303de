import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, CallRecord, Venue } from "#venues";
import { openVenueClock } from "./venue-clock.ts";

const start = 1_700_000_000_000;
const call: CallRecord = {
  ...{ method: "GET", endpoint: "/api/v5/public/time", params: {}, sentMs: 0, latencyMs: 1 },
  ...{ httpStatus: 200, code: "0", msg: "", sCode: null, sMsg: null, errorType: null, raw: null },
};

/** A venue sixty times as fast as the machine, which a machine that sleeps by adding can ask. */
function fastVenue(answers: (asked: number) => boolean = () => true): {
  venue: Venue;
  machine: Parameters<typeof openVenueClock>[1];
  asked: () => number;
} {
  let [mono, asked] = [0, 0];
  const serverTime = async (): Promise<Answer<number>> => {
    asked += 1;
    mono += 2;
    const failure = { kind: "unknown", code: "timeout", message: "no answer" } as const;
    return answers(asked)
      ? { ok: true, value: Math.floor(start + (mono - 1) * 60), call }
      : { ok: false, failure, call };
  };
  return {
    venue: { serverTime } as unknown as Venue,
    machine: {
      monoMs: () => mono,
      sleep: async (ms) => {
        mono += ms;
      },
    },
    asked: () => asked,
  };
}

test("the pace of a venue is known before anybody asks for the time", async () => {
  const { venue, machine, asked } = fastVenue();
  const clock = await openVenueClock(venue, machine);
  assert.ok(clock.ok);
  const late = clock.value.nowMillis() - (start + (machine?.monoMs() ?? 0) * 60);
  assert.ok(Math.abs(late) <= 120, `${late} ms`);
  await clock.value.waitUntil(start + 600_000, new AbortController().signal);
  assert.ok(clock.value.nowMillis() >= start + 600_000);
  // Every question is handed over once, as evidence.
  assert.equal(clock.value.takeCalls().length, asked());
  assert.deepEqual(clock.value.takeCalls(), []);
});

test("a venue that never answers has no clock; later the last pace is good", async () => {
  const dead = fastVenue(() => false);
  const none = await openVenueClock(dead.venue, dead.machine);
  assert.equal(none.ok ? "" : none.fault.code, "venue_unreachable");
  const dying = fastVenue((asked) => asked <= 2);
  const clock = await openVenueClock(dying.venue, dying.machine);
  assert.ok(clock.ok);
  const before = clock.value.nowMillis();
  await dying.machine?.sleep(1000, new AbortController().signal);
  assert.equal(Math.round((clock.value.nowMillis() - before) / 1000), 60);
});
