import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readChanges } from "#mesh";
import { type ExecutionBench, until, withAgent } from "./execution-bench.ts";

test("a process that is killed while it sends sends nothing twice", async () => {
  await withAgent({}, async (bench) => {
    await bench.stop();
    const first = await bench.startProcess();
    await bench.enable();
    const before = await bench.execute("key-000001");
    assert.equal(before.status, 200, before.text);
    slowOrders(bench, "after");
    const cut = bench.execute("key-000002").catch(() => null);
    await until("the venue has it", () => bench.venue.oracle.acceptedCount() === 2);
    await first.kill();
    assert.equal(await cut, null);
    bench.venue.faults.remove("slow");

    const second = await bench.startProcess();
    assert.equal((await bench.state()).mode, "OFF");
    assert.equal((await bench.execute("key-000001")).text, before.text);
    const after = await bench.execute("key-000002");
    assert.deepEqual([after.status, after.body["decision"]], [200, "accepted"], after.text);
    assert.equal(bench.venue.oracle.acceptedCount(), 2);
    assert.equal(await second.stop(), 0);
  });
});

test("a process that stood still during the halt sends nothing when it goes on", async () => {
  await withAgent({}, async (bench) => {
    await bench.stop();
    const agent = await bench.startProcess();
    await bench.enable();
    let isOver = false;
    const load = Array.from({ length: 4 }, async (_, worker) => {
      for (let count = 0; !isOver; count += 1) await bench.execute(`key-${worker}-${count}-held`);
    });
    await until("orders leave", () => bench.venue.oracle.acceptedCount() > 3);
    agent.hold(true);
    await sleep(300);
    const before = bench.venue.oracle.acceptedCount();
    writeFileSync(bench.switchFile, "1");
    await sleep(50);
    agent.hold(false);
    await until("it is halted", async () => (await bench.state()).state === "HALTED");
    isOver = true;
    await Promise.all(load);
    // One may have been held between its last look and its write.
    assert.ok(bench.venue.oracle.acceptedCount() <= before + 1);
    assert.equal(await agent.stop(), 0);
  });
});

test("a drain ends what is under way, takes nothing new, and closes in time", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    slowOrders(bench, "before");
    const under = bench.execute("key-000001");
    await until("it is under way", () => bench.venue.faults.fired().length > 0);
    const fromMs = Date.now();
    const stopped = bench.stop();
    const late = await bench.execute("key-000002").catch(() => null);
    if (late !== null) assert.deepEqual([late.status, late.code], [503, "shutting_down"]);
    const told = await under;
    assert.deepEqual([told.status, told.body["decision"]], [200, "accepted"], told.text);
    await stopped;
    assert.ok(Date.now() - fromMs < 8000);
    assert.equal(bench.venue.oracle.acceptedCount(), 1);
  });
});

test("everything that happened is in the change log", async () => {
  await withAgent({}, async (bench) => {
    await bench.enable();
    assert.equal((await bench.execute("key-000001")).status, 200);
    await bench.stop();
    const changes = readChanges(join(bench.root, "mesh", "execution-agent"));
    assert.ok(changes.ok && changes.value.findings.length === 0);
    const types = new Set(changes.value.changes.map(({ type }) => type));
    const expected = ["booted", "state_transition", "recovered", "mode_changed", "stopped"];
    const missing = [...expected, "execution_taken", "execution_accepted"].filter((type) => {
      return !types.has(type);
    });
    assert.deepEqual(missing, []);
  });
});

function slowOrders({ venue }: ExecutionBench, when: "before" | "after"): void {
  const match = { endpoint: "POST /api/v5/trade/order" };
  const added = venue.faults.add({ id: "slow", match, fault: { kind: "latency", ms: 700, when } });
  assert.ok(added.ok, added.ok ? "" : added.fault.message);
}
