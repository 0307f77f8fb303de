import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clearProgress,
  createSharedControl,
  readProgress,
  requestStop,
  stopReason,
  writeProgress,
} from "./shared-control.ts";

const numbers = { tick: 5, ticks_total: 9, alive: 3, births: 2, deaths: 1, agent_bars: 2 ** 40 };

test("each worker has its own row, and only rows at work are read", () => {
  const control = createSharedControl(3);
  assert.deepEqual(readProgress(control), []);
  writeProgress(control, 2, { seed: 7, ...numbers });
  writeProgress(control, 0, { seed: 8, ...numbers, tick: 6 });
  assert.deepEqual(readProgress(control), [
    { seed: 8, ...numbers, tick: 6 },
    { seed: 7, ...numbers },
  ]);
  clearProgress(control, 0);
  assert.deepEqual(readProgress(control), [{ seed: 7, ...numbers }]);
});

test("the first reason to stop stands", () => {
  const control = createSharedControl(1);
  assert.equal(stopReason(control), null);
  requestStop(control, "stop_file");
  requestStop(control, "interrupt");
  assert.equal(stopReason(control), "stop_file");
});
