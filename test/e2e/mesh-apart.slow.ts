import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBus } from "#mesh";
import { startNats, withoutNats } from "../contract/nats-server.ts";
import { startPostgres, withoutPostgres } from "../contract/postgres-server.ts";
import { makeFolder } from "./assay.ts";
import { type ApartMesh, startApart } from "./mesh-apart.ts";
import { landedIn, type PaperClient, type PaperOrder, paperClient } from "./mesh-paper.ts";
import { ask, type MeshProcess, until } from "./mesh-process.ts";

test("NATS and PostgreSQL killed and started again under load lose nothing acknowledged", {
  skip: withoutNats() || withoutPostgres(),
}, async () => {
  await using nats = await startNats();
  await using postgres = await startPostgres();
  const mesh = await startApart({
    ASSAY_BUS_URL: nats.url,
    ASSAY_DATABASE_URL: postgres.url.href,
  });
  const { strategies, roots, all } = mesh;
  const heard = await listen(nats.url);
  const paper = paperClient(strategies.urlOf("strategy-service"), roots.strategies);
  await paper.begin("SPY");
  const boots = await bootsOf(all);
  const load = startLoad(paper);

  await sleep(1_500);
  for (let round = 0; round < 2; round += 1) {
    await nats.kill();
    await sleep(3_000);
    await nats.start();
    await sleep(2_000);
    await postgres.kill();
    await sleep(3_000);
    await postgres.start();
    await sleep(2_000);
  }
  const answered = load.acknowledged.size;
  await until(
    () => load.acknowledged.size,
    (size) => size > answered + 20,
  );
  await load.stop();

  // Every order that was answered for is there, as it was answered for.
  assert.ok(load.acknowledged.size > 50, String(load.acknowledged.size));
  assert.ok(load.failures() > 0, "the load never met a server that was away");
  for (const [key, order] of load.acknowledged) {
    const { status, body } = await paper.read(`/paper-orders/${order.order_id}`);
    assert.equal(status, 200, `${key}: ${JSON.stringify(body)}`);
    assert.deepEqual(body, order);
  }
  const ids = [...load.acknowledged.values()].map(({ order_id }) => order_id);
  assert.equal(new Set(ids).size, ids.length, "two keys, one order");

  // Every decision that landed has been heard, also those of the time without a bus.
  await until(
    () =>
      landedIn(roots.engine).filter(({ type, body }) => !heard.ids.has(idOf(type, body))).length,
    (missing) => missing <= 1,
  );
  // Nobody began anew: a server that is away is waited for.
  assert.deepEqual(await bootsOf(all), boots);
  await untilStopped(mesh);
  const landed = landedIn(roots.engine).map(({ type, body }) => idOf(type, body));
  await until(
    () => landed.filter((id) => !heard.ids.has(id)),
    (missing) => missing.length === 0,
  );
  assert.ok(landed.length > 20, String(landed.length));
  await heard.close();
});

type Load = Readonly<{
  acknowledged: ReadonlyMap<string, PaperOrder>;
  failures: () => number;
  stop: () => Promise<void>;
}>;

/** One order after the other; one that got no answer is asked for again under its key. */
function startLoad(paper: PaperClient): Load {
  const acknowledged = new Map<string, PaperOrder>();
  let failures = 0;
  let stopping = false;
  const order = { symbol: "SPY", side: "BUY", quantity: "0.01", type: "market" };

  async function place(key: string): Promise<void> {
    for (;;) {
      try {
        const { status, body } = await paper.place(key, order);
        if (status === 200 || status === 201) {
          acknowledged.set(key, body as PaperOrder);
          return;
        }
        assert.equal(status, 503, JSON.stringify(body));
      } catch (cause) {
        if (cause instanceof assert.AssertionError) throw cause;
      }
      failures += 1;
      await sleep(100);
    }
  }

  async function run(): Promise<void> {
    for (let number = 0; !stopping; number += 1) {
      await place(`load-order-${number}`);
      await sleep(10);
    }
  }

  const done = run();
  return {
    acknowledged,
    failures: () => failures,
    async stop() {
      stopping = true;
      await done;
    },
  };
}

type Heard = Readonly<{ ids: ReadonlySet<string>; close: () => Promise<void> }>;

/** A consumer with a place of its own, as any other would be. */
async function listen(url: string): Promise<Heard> {
  const ids = new Set<string>();
  const bus = await openBus(url, { clientName: "test", folder: makeFolder(), tell: () => {} });
  assert.ok(bus.ok, bus.ok ? "" : bus.fault.message);
  const subscribed = await bus.value.subscribe({
    subjects: ["proposal.*", "refusal.*"],
    durable: "test-ears",
    handler: async ({ event, ack }) => {
      ids.add(event.event_id);
      ack();
    },
  });
  assert.ok(subscribed.ok);
  return { ids, close: () => bus.value.close() };
}

function idOf(type: string, body: Readonly<Record<string, unknown>>): string {
  return String(type === "proposal" ? body["proposal_id"] : body["refusal_id"]);
}

async function bootsOf(all: readonly MeshProcess[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    all.map(({ services, urlOf }) => ask(`${urlOf(services[0] ?? "")}/health`)),
  );
  return answers.map(({ body }) => (body as { boot_id: string }).boot_id);
}

async function untilStopped({ engine, all }: ApartMesh): Promise<void> {
  const first = await engine.stop();
  assert.equal(first.code, 0);
  for (const process of all) {
    if (process !== engine) assert.equal((await process.stop()).code, 0);
  }
}
