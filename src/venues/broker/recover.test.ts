import assert from "node:assert/strict";
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { anIntent, type BenchSpec, type BrokerBench, brokerBench, type VenueFault } from "#support";
import { readRecordedOrders } from "./read-recorded.ts";

const benches: BrokerBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

async function aBench(spec: BenchSpec = {}): Promise<BrokerBench> {
  const bench = await brokerBench(spec);
  benches.push(bench);
  return bench;
}

test("a restart knows the orders of before and uses no name twice", async () => {
  const bench = await aBench();
  const [one, two, three] = [anIntent(), anIntent(), anIntent()];
  await bench.broker.place(one);
  bench.venue.script("place", { code: "51008" });
  await bench.broker.place(two);
  bench.venue.fill("assay1x0000000001", "1", "filled");
  const later = await bench.restart();
  assert.deepEqual(later.broker.recovery, {
    orders: 2,
    withoutOutcome: 0,
    found: 1,
    absent: 0,
    unresolved: [],
  });
  const again = await later.broker.place(one);
  assert.deepEqual(
    [again.order?.clientOrderId, again.order?.state],
    ["assay1x0000000001", "filled"],
  );
  await later.broker.place(three);
  assert.deepEqual(later.venue.arrivals, ["assay1x0000000001", "assay1x0000000003"]);
  const calls = later.lines("exchange_api_calls").map(({ call_id }) => call_id);
  assert.equal(new Set(calls).size, calls.length);
  const seqs = later.lines("order_attempts").map(({ seq }) => seq);
  assert.deepEqual(seqs, seqs.keys().toArray());
});

test("what gates refused and what a tick sent before a restart is counted on", async () => {
  const bench = await aBench();
  const intent = anIntent();
  await bench.broker.place(intent);
  await bench.broker.freeze("unexplained_balance_delta", "1 USDT", { tick: null, refs: [] });
  await bench.broker.place(anIntent());
  const { broker } = await bench.restart();
  await broker.place(anIntent());
  const frozen = broker.fences().find(({ fence_id: id }) => id === "fence_execution_frozen");
  assert.deepEqual([frozen?.trigger_count, frozen?.block_count], [2, 2]);
  assert.deepEqual(broker.tickOrders(intent.tick ?? 0), { sent: 1, acked: 1, failed: 0 });
});

/** How much of what was written the disk has when the process is killed. */
const cuts = ["sending", "call", "outcome"] as const;

test("killed at any line, whatever the answer was: at most one order, and known", async () => {
  const faults: readonly VenueFault[] = [
    null,
    "timeout_after",
    "timeout_before",
    "late",
    { code: "51008" },
  ];
  for (const fault of faults) {
    for (const cut of cuts) {
      const bench = await aBench();
      const intent = anIntent();
      bench.venue.script("place", fault);
      await bench.broker.place(intent);
      cutBack(bench, cut);
      const later = await bench.restart();
      const { recovery } = later.broker;
      const what = `${JSON.stringify(fault)} ${cut}`;
      assert.deepEqual(recovery?.unresolved, [], what);
      await later.broker.place(intent);
      const [id] = later.venue.arrivals;
      assert.ok(later.venue.arrivals.length <= 1, what);
      const own = later.broker.orders()[0];
      if (id !== undefined)
        assert.equal(own?.state, later.venue.rowOf(id)?.state ?? "absent", what);
      else assert.ok(own?.state === "absent" || own?.state === "rejected", what);
      assert.equal(later.broker.frozen(), null);
    }
  }
});

/** As if the process had died right after this line was durable. */
function cutBack(bench: BrokerBench, cut: (typeof cuts)[number]): void {
  const keep = (file: string, lines: number): void => {
    const path = join(bench.directory, file);
    const text = readFileSync(path, "utf8").split("\n").slice(0, lines).join("\n");
    writeFileSync(path, lines === 0 ? "" : `${text}\n`);
  };
  keep("order_attempts.jsonl", cut === "outcome" ? 2 : 1);
  keep("exchange_api_calls.jsonl", cut === "sending" ? 0 : 1);
  keep("order_status_samples.jsonl", 0);
}

test("a recorded answer that was not told yet is told after the restart", async () => {
  const bench = await aBench();
  await bench.broker.place(anIntent());
  cutBack(bench, "call");
  const later = await bench.restart();
  const told = later.lines("order_attempts");
  assert.deepEqual(
    told.map(({ status }) => status),
    ["sending", "ok"],
  );
  assert.equal(told[1]?.exchange_ids.ordId, later.broker.orders()[0]?.ordId);
  assert.deepEqual(told[1]?.params, told[0]?.params);
});

test("where the exchange does not answer either, nothing is placed and cancels go on", async () => {
  const bench = await aBench();
  await bench.broker.place(anIntent());
  cutBack(bench, "sending");
  bench.venue.script("order", ...Array.from({ length: 40 }, () => "timeout_before" as const));
  const later = await bench.restart();
  assert.deepEqual(later.broker.recovery?.unresolved, ["assay1x0000000001"]);
  const refused = await later.broker.place(anIntent());
  assert.equal(refused.classification, "L1_EXECUTION_FROZEN");
  const owner = { type: "lifecycle", scope: "operator" } as const;
  const report = await later.broker.cancelAll({
    ...{ owner, kind: "cancel_all", tick: null, tickReason: "after_a_restart" },
    ...{ intentPrefix: "x-", instIds: ["BTC-USDT-SWAP"], others: false },
  });
  assert.equal(report.clear, true);
  assert.equal(later.venue.rowOf("assay1x0000000001")?.state, "canceled");
});

test("a torn last line never landed; a damaged line before it refuses the restart", async () => {
  const bench = await aBench();
  await bench.broker.place(anIntent());
  const path = join(bench.directory, "order_attempts.jsonl");
  appendFileSync(path, '{"run_id":"HF_01');
  const read = readRecordedOrders(bench.directory);
  assert.equal(read.ok ? read.value.attempts.length : null, 2);
  const later = await bench.restart();
  await later.broker.place(anIntent());
  assert.equal(later.lines("order_attempts").length, 4);
  assert.equal(readFileSync(`${path}.torn`, "utf8"), '{"run_id":"HF_01');
  truncateSync(path, 40);
  appendFileSync(path, "\n");
  const damaged = readRecordedOrders(bench.directory);
  assert.equal(damaged.ok ? null : damaged.fault.code, "recorded_damaged");
  assert.match(damaged.ok ? "" : (damaged.fault.at ?? ""), /line 1$/);
});

test("a directory without the files is a run that did nothing yet", () => {
  const read = readRecordedOrders("/nowhere/at/all");
  assert.deepEqual(read, {
    ok: true,
    value: { attempts: [], calls: [], samples: [], freezes: [] },
  });
});
