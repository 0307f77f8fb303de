import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createTimers } from "./timers.ts";

test("rounds never run side by side, and cancelling ends them", async () => {
  const timers = createTimers(crashed);
  let running = 0;
  let rounds = 0;
  const cancel = timers.every(1, async () => {
    running += 1;
    assert.equal(running, 1);
    await sleep(5);
    running -= 1;
    rounds += 1;
    if (rounds === 3) cancel();
  });
  await sleep(60);
  assert.equal(rounds, 3);
});

test("an act that throws is told to the owner, and goes on", async () => {
  const crashes: unknown[] = [];
  const timers = createTimers((cause) => crashes.push(cause));
  const cancel = timers.every(1, () => {
    throw new Error("planned");
  });
  timers.after(1, () => Promise.reject(new Error("other")));
  while (crashes.length < 3) await sleep(2);
  cancel();
  assert.ok(crashes.every((cause) => cause instanceof Error));
});

test("a wait tells whether it was whole", async () => {
  const timers = createTimers(crashed);
  assert.equal(await timers.sleep(1), true);
  const aborter = new AbortController();
  const aborted = timers.sleep(60_000, aborter.signal);
  aborter.abort();
  assert.equal(await aborted, false);
  assert.equal(await timers.sleep(60_000, aborter.signal), false);
  const cancelled = timers.sleep(60_000);
  timers.cancelAll();
  assert.equal(await cancelled, false);
  assert.equal(await timers.sleep(60_000), false, "nothing starts after the end");
});

test("nothing that was due after the end is done", async () => {
  const timers = createTimers(crashed);
  timers.after(1, () => assert.fail("done"));
  timers.every(1, () => assert.fail("done"));
  timers.cancelAll();
  timers.after(1, () => assert.fail("done"));
  await sleep(10);
});

function crashed(cause: unknown): never {
  assert.fail(String(cause));
}
