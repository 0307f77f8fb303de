import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  backoffMs,
  crashLoopFailures,
  crashLoopWindowMs,
  type FailureHistory,
  isCrashLoop,
  recordFailure,
} from "./backoff.ts";
import { exitCodeOf } from "./exit-code.ts";

test("waits are anything up to a bound that doubles from 1 s to a minute", () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => backoffMs(failures, 0.999999));
  assert.deepEqual(longest, [999, 1999, 3999, 7999, 15999, 31999, 59999, 59999, 59999]);
  const draw = fc.double({ min: 0, max: 0.999, noNaN: true });
  const failures = fc.integer({ min: 1, max: 100_000 });
  const holds = fc.property(failures, draw, (count, drawn) => {
    const waitMs = backoffMs(count, drawn);
    return Number.isInteger(waitMs) && waitMs >= 0 && waitMs < 60_000;
  });
  fc.assert(holds, { seed: 5 });
});

test("five failures within ten minutes are a crash loop, spread out they are not", () => {
  const after = (gapMs: number): boolean => {
    let history: FailureHistory = [];
    for (let index = 0; index < crashLoopFailures; index += 1) {
      history = recordFailure(history, index * gapMs);
    }
    return isCrashLoop(history);
  };
  assert.equal(after(1_000), true);
  assert.equal(after(crashLoopWindowMs / 4), false);
});

const codes: readonly (readonly [code: string, exit: number])[] = [
  ["config_missing", 2],
  ["config_unknown_variable", 2],
  ["bus_address_invalid", 2],
  ["store_address_invalid", 2],
  ["service_twice", 2],
  ["stop_present", 4],
  ["http_port_unavailable", 5],
  ["store_disk_full", 5],
  ["bus_unreachable", 5],
  ["source_unavailable", 5],
  ["service_start_timed_out", 6],
  ["bus_timeout", 6],
  ["service_start_interrupted", 130],
  ["service_crashed", 1],
  ["service_start_crashed", 1],
];

for (const [code, exit] of codes) {
  test(`a service that ended for ${code} exits with ${exit}`, () => {
    assert.equal(exitCodeOf({ outcome: "failed", fault: { code, message: "" } }), exit);
  });
}

test("a service that was stopped or is done exits with 0", () => {
  assert.equal(exitCodeOf({ outcome: "stopped" }), 0);
  assert.equal(exitCodeOf({ outcome: "done" }), 0);
});
