import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  type OrderLines,
  type OrderVerdict,
  orderLineText,
  type VerdictWord,
  verifyOrders,
} from "#evidence";
import { anIntent, type BrokerBench, benchRunId, brokerBench, type VenueFault } from "#support";

/** The claims that rest on what the broker writes, and on the decisions behind it, alone. */
const claims = [
  "order_files",
  "order_stream",
  "step88_p0_attempts",
  "step88_p1_acks",
  "step88_p2_terminal_state",
  "step74_freeze",
] as const;

/** What those claims say: nothing. */
function judged(bench: BrokerBench): ReadonlyMap<string, VerdictWord> {
  const { said, words } = verdictOn(bench);
  assert.deepEqual(
    said.map(({ claim, code, detail }) => `${claim} ${code}: ${detail}`),
    [],
  );
  return words;
}

function found(bench: BrokerBench): readonly string[] {
  return verdictOn(bench).said.map(({ code }) => code);
}

/** Lays the broker's files beside the decisions that they carry out, and asks the verifiers. */
function verdictOn(bench: BrokerBench): Readonly<{
  said: OrderVerdict["findings"];
  words: ReadonlyMap<string, VerdictWord>;
}> {
  const run = join(bench.directory, "runs_hf", benchRunId);
  mkdirSync(run, { recursive: true });
  for (const name of readdirSync(bench.directory)) {
    if (name.endsWith(".jsonl")) copyFileSync(join(bench.directory, name), join(run, name));
  }
  const attempts = bench.lines("order_attempts");
  const intents = new Map(
    attempts.flatMap((line) => (line.agent_id_hash === null ? [] : [[line.intent_id, line]])),
  );
  const decisions = [...intents.values()].map((line, seq): OrderLines["decision_trace"] => {
    const { run_id, tick, agent_id_hash: agent, intent_id } = line;
    return {
      ...{ run_id, seq, ts_utc: attempts[0]?.ts_utc ?? "", record_type: "agent_detail" },
      ...{ tick: tick ?? 0, agent_id_hash: agent ?? "", intent_id, intent_action: "open_long" },
      ...{ intent_desired_state: "IN_MARKET", signal: 0.5, signal_reason: null },
      ...{ leverage_target: 2, leverage_target_reason: null, oneshot: false },
    };
  });
  const trace = decisions.map((line) => `${orderLineText("decision_trace", line)}\n`).join("");
  writeFileSync(join(run, "decision_trace.jsonl"), trace);
  writeFileSync(join(run, "ledger_ticks.jsonl"), "");
  const manifest = {
    run_id: benchRunId,
    meta: { tier: "tier1_hf" },
    mode: "okx_demo",
    execution_freeze: bench.broker.freezeSection(),
  };
  writeFileSync(join(run, "run_manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const verdict = verifyOrders(run);
  assert.ok(verdict.ok);
  const { findings, gaps } = verdict.value;
  const said = [...findings, ...gaps].filter(({ claim }) => {
    return (claims as readonly string[]).includes(claim);
  });
  return { said, words: new Map(verdict.value.claims.map(({ id, verdict: word }) => [id, word])) };
}

test("an ordinary day of orders passes every claim that rests on the broker", async () => {
  const bench = await brokerBench();
  try {
    await clearOthers(bench);
    const faults: readonly VenueFault[] = [
      null,
      "timeout_after",
      "rate_limited_429",
      { code: "51008" },
      { code: "50011" },
      "not_sent",
      "late",
      "http_503_after",
    ];
    for (const fault of faults) {
      bench.venue.script("place", fault);
      const { order } = await bench.broker.place(anIntent({ tick: 2 }));
      await bench.time.sleep(3000);
      await bench.broker.followUp();
      if (order === null || order.state === "rejected") continue;
      const { clientOrderId } = order;
      bench.venue.script("cancel", fault === "late" ? "timeout_before" : null);
      await bench.broker.cancel({ ...anIntent({ tick: 2 }), kind: "cancel", clientOrderId });
    }
    bench.world.word = "1";
    await bench.broker.place(anIntent({ tick: 3 }));
    await bench.broker.freeze("unexplained_balance_delta", "a test", { tick: 3, refs: [] });
    await bench.broker.place(anIntent({ tick: 3 }));
    await bench.time.sleep(9000);
    await bench.broker.followUp();
    const verdicts = judged(bench);
    for (const claim of claims) {
      if (claim !== "step74_freeze") assert.equal(verdicts.get(claim), "PASS", claim);
    }
  } finally {
    bench.remove();
  }
});

test("over random faults, amendments, cancels and restarts no claim finds anything", async () => {
  const fault = fc.constantFrom<VenueFault>(
    ...([null, null, null, "timeout_after", "timeout_before", "late", "reset_after"] as const),
    ...(["http_503_before", "rate_limited_429", "not_sent", "throws_after"] as const),
    ...[{ code: "51008" }, { code: "50011" }, { code: "50004" }, { code: "51016" }],
  );
  const step = fc.record({
    act: fc.constantFrom("place", "place", "cancel", "amend", "fill", "follow", "restart", "wait"),
    fault,
    query: fc.constantFrom<VenueFault>(null, null, "timeout_before"),
    pick: fc.nat({ max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 15 }), async (steps) => {
      let bench = await brokerBench();
      const first = bench;
      try {
        for (const { act, fault: answer, query, pick } of steps) {
          bench = await take(bench, { act, answer, query, pick });
        }
        await bench.time.sleep(9000);
        const report = await bench.broker.cancelAll(shutdown);
        assert.equal(report.clear, true);
        judged(bench);
        assertNoDuplicates(bench);
      } finally {
        first.remove();
      }
    }),
    { seed: 606, numRuns: 60 },
  );
});

/** What somebody left: two orders, one without a name, and an algo order. */
async function clearOthers({ broker, venue }: BrokerBench): Promise<void> {
  venue.rest({ clOrdId: "somebodyelse1" });
  venue.rest({ clOrdId: null });
  venue.algoIds.add("77");
  const owner = { type: "lifecycle", scope: "startup_flatten" } as const;
  const report = await broker.cancelAll({ ...shutdown, owner, intentPrefix: "x-", others: true });
  assert.deepEqual([report.clear, report.others, report.algos], [true, 2, 1]);
}

test("what is not ours is cancelled before the first order of an agent, not after", async () => {
  const bench = await brokerBench();
  try {
    await clearOthers(bench);
    judged(bench);
    await bench.broker.place(anIntent());
    await bench.time.sleep(10);
    await clearOthers(bench);
    assert.deepEqual(
      found(bench),
      Array.from({ length: 3 }, () => "p1_foreign_cancel_late"),
    );
  } finally {
    bench.remove();
  }
});

const shutdown = {
  owner: { type: "lifecycle", scope: "shutdown_flatten" },
  kind: "cancel_all",
  tick: null,
  tickReason: "after_the_last_tick",
  intentPrefix: "end-",
  instIds: ["BTC-USDT-SWAP"],
  others: false,
} as const;

type Step = Readonly<{ act: string; answer: VenueFault; query: VenueFault; pick: number }>;

async function take(bench: BrokerBench, step: Step): Promise<BrokerBench> {
  const { broker, venue, time } = bench;
  const orders = broker.orders();
  const { clientOrderId } = orders[step.pick % Math.max(orders.length, 1)] ?? { clientOrderId: "" };
  venue.script("order", step.query);
  const intent = { ...anIntent(), kind: step.act, clientOrderId };
  switch (step.act) {
    case "place":
      venue.script("place", step.answer);
      // Looks may go on while an order is sent.
      await Promise.all([broker.place(anIntent()), step.pick % 2 === 1 ? broker.followUp() : null]);
      break;
    case "cancel":
      venue.script("cancel", step.answer);
      await Promise.all([broker.cancel(intent), step.pick % 2 === 1 ? broker.followUp() : null]);
      break;
    case "amend":
      venue.script("amend", step.answer === "not_sent" ? null : step.answer);
      await broker.amend({ ...intent, newSz: newSizes[step.pick % 4] ?? null, newPx: "99" });
      break;
    case "fill":
      fillWhole(venue, clientOrderId);
      break;
    case "follow":
      await broker.followUp();
      break;
    case "restart":
      return bench.restart();
    default:
      await time.sleep(4000);
  }
  return bench;
}

/** Of orders of one contract: more, less, and the price alone. */
const newSizes: readonly (string | null)[] = ["2", "0.5", null, "3"];

function fillWhole(venue: BrokerBench["venue"], clientOrderId: string): void {
  const row = venue.rowOf(clientOrderId);
  if (row?.state === "live") venue.fill(clientOrderId, row.sz, "filled");
}

/** However often it was tried: an intent has one order at the venue at most. */
function assertNoDuplicates(bench: BrokerBench): void {
  const ordersByIntent = new Map<string, Set<string>>();
  for (const line of bench.lines("order_attempts")) {
    if (line.operation !== "place" || bench.venue.rowOf(line.client_order_id) === null) continue;
    const ids = ordersByIntent.get(line.intent_id) ?? new Set();
    ordersByIntent.set(line.intent_id, ids.add(line.client_order_id));
  }
  for (const [intent, ids] of ordersByIntent) assert.equal(ids.size, 1, intent);
}
