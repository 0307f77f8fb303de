import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { err, type Fault, type Json, ok, type Result } from "#base";
import type { Bus, Delivery } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import { busFault } from "./bus-fault.ts";
import { openLetterBox } from "./letter-box.ts";
import { createMemoryBus } from "./memory-bus.ts";
import { once } from "./once.ts";
import { openOutbox } from "./outbox.ts";
import { openSeenLog } from "./seen-log.ts";

function aFolder(t: test.TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "assay-outbox-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function anEvent(seq: number, payload: Json = { seq }): BusEvent {
  return {
    schema: "assay.event/1",
    event_id: `event-${String(seq).padStart(6, "0")}`,
    subject: "proposal.gamma",
    event_type: "proposal",
    source: { agent_name: "strategy-engine", boot_id: "boot-0001", version: "0.1.0" },
    ts_utc: "2024-03-01T14:30:00.000Z",
    seq,
    correlation_id: null,
    payload,
  };
}

function valueOf<T>(result: Result<T, Fault>): T {
  if (!result.ok) assert.fail(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

/** A server that can be away, and that keeps what it takes; ids are for the test to compare. */
function aServer(): Readonly<{ bus: Bus; taken: number[]; switchTo: (up: boolean) => void }> {
  const taken: number[] = [];
  let isUp = true;
  const inner = createMemoryBus();
  const bus: Bus = {
    ...inner,
    kind: "nats",
    async publish(event) {
      await sleep(0);
      if (!isUp) return err(busFault("bus_unreachable", "away"));
      taken.push(event.seq);
      return ok({ sequence: taken.length, held: "server", settled: Promise.resolve() });
    },
  };
  return {
    bus,
    taken,
    switchTo(up) {
      isUp = up;
    },
  };
}

test("what was appended while the bus was away goes out in order when it is back", async (t) => {
  const { bus, taken, switchTo } = aServer();
  const outbox = valueOf(openOutbox({ folder: aFolder(t), bus }));
  valueOf(await outbox.append(anEvent(1)));
  assert.equal(await outbox.flushed(2000), true);
  switchTo(false);
  const landed = await Promise.all([2, 3, 4].map(async (seq) => outbox.append(anEvent(seq))));
  assert.ok(landed.every((each) => each.ok));
  assert.equal(await outbox.flushed(30), false);
  assert.equal(outbox.status().waiting, 3);
  assert.equal(outbox.status().trouble?.code, "bus_unreachable");
  assert.ok((outbox.status().oldest_age_ms ?? -1) >= 0);
  switchTo(true);
  assert.equal(await outbox.flushed(3000), true);
  assert.deepEqual(taken, [1, 2, 3, 4]);
  assert.deepEqual(outbox.status(), {
    waiting: 0,
    oldest_age_ms: null,
    refused: 0,
    trouble: null,
  });
  valueOf(await outbox.close());
  const refused = await outbox.append(anEvent(5));
  assert.equal(refused.ok ? "ok" : refused.fault.code, "outbox_closed");
});

test("what the bus had not got before a crash goes out later, without a torn line", async (t) => {
  const { bus, taken, switchTo } = aServer();
  const folder = aFolder(t);
  switchTo(false);
  const first = valueOf(openOutbox({ folder, bus }));
  for (const seq of [1, 2]) valueOf(await first.append(anEvent(seq)));
  valueOf(await first.close());
  appendFileSync(join(folder, "outbox.jsonl"), '{"at_ms":12,"ev');
  switchTo(true);
  const second = valueOf(openOutbox({ folder, bus }));
  assert.equal(await second.flushed(2000), true);
  valueOf(await second.append(anEvent(3)));
  assert.equal(await second.flushed(2000), true);
  assert.deepEqual(taken, [1, 2, 3]);
  valueOf(await second.close());
  const third = valueOf(openOutbox({ folder, bus }));
  assert.equal(third.status().waiting, 0);
  valueOf(await third.close());
  assert.deepEqual(taken, [1, 2, 3]);
});

test("an event that only this process holds waits until its consumers have answered", async (t) => {
  const folder = aFolder(t);
  const bus = createMemoryBus();
  const deliveries: Delivery[] = [];
  const release = Promise.withResolvers<void>();
  valueOf(
    await bus.subscribe({
      subjects: ["proposal.*"],
      durable: "owner",
      async handler(delivery) {
        deliveries.push(delivery);
        await release.promise;
        if (delivery.event.seq === 1) delivery.ack();
        else delivery.term("not this one");
      },
    }),
  );
  const outbox = valueOf(openOutbox({ folder, bus }));
  for (const seq of [1, 2]) valueOf(await outbox.append(anEvent(seq)));
  assert.equal(await outbox.flushed(50), false);
  assert.equal(outbox.status().waiting, 2);
  release.resolve();
  assert.equal(await outbox.flushed(2000), true);
  assert.equal(deliveries.length, 2);
  valueOf(await outbox.close());
  await bus.close();
});

test("a large past is not carried along, and a damaged file is refused by line", async (t) => {
  const { bus } = aServer();
  const folder = aFolder(t);
  const outbox = valueOf(openOutbox({ folder, bus }));
  const payload = { text: "x".repeat(200_000) };
  for (let seq = 1; seq <= 30; seq++) valueOf(await outbox.append(anEvent(seq, payload)));
  assert.equal(await outbox.flushed(5000), true);
  valueOf(await outbox.close());
  const path = join(folder, "outbox.jsonl");
  assert.ok(statSync(path).size < 5 << 20, `${statSync(path).size} bytes`);
  writeFileSync(path, `${readFileSync(path, "utf8")}{"type":"event"}\n`);
  const damaged = openOutbox({ folder, bus });
  assert.equal(damaged.ok ? "ok" : damaged.fault.code, "line_log_damaged");
  assert.match(damaged.ok ? "" : (damaged.fault.at ?? ""), /outbox\.jsonl line \d+$/);
});

test("an outbox has one owner, and refuses events that no bus takes", async (t) => {
  const { bus } = aServer();
  const folder = aFolder(t);
  const outbox = valueOf(openOutbox({ folder, bus }));
  const second = openOutbox({ folder, bus });
  assert.equal(second.ok ? "ok" : second.fault.code, "store_lock_unavailable");
  const bad = await outbox.append({ ...anEvent(1), event_id: "?" });
  assert.equal(bad.ok ? "ok" : bad.fault.code, "bus_event_invalid");
  const large = await outbox.append(anEvent(2, "x".repeat(300_000)));
  assert.equal(large.ok ? "ok" : large.fault.code, "bus_too_large");
  assert.equal(outbox.status().waiting, 0);
  valueOf(await outbox.close());
});

test("an idempotent consumer works once per event_id, also when opened again", async (t) => {
  const folder = aFolder(t);
  const worked: number[] = [];
  const acks: string[] = [];
  let fails = true;
  const deliver = async (seq: number, seen: ReturnType<typeof openSeenLog>): Promise<void> => {
    const handler = once(async (event) => {
      await sleep(1);
      if (event.seq === 2 && fails) throw new Error("not yet");
      worked.push(event.seq);
    }, valueOf(seen));
    await Promise.allSettled(
      [1, 2].map(async (attempt) =>
        handler({
          ...{ event: anEvent(seq), attempt, signal: AbortSignal.timeout(1000) },
          ack: () => acks.push(`${seq}`),
          nak: () => undefined,
          term: () => undefined,
        }),
      ),
    );
  };
  const first = openSeenLog(folder, "seen");
  await deliver(1, first);
  await deliver(2, first);
  assert.deepEqual(worked, [1]);
  assert.deepEqual(acks, ["1", "1"]);
  valueOf(valueOf(first).close());
  fails = false;
  const second = openSeenLog(folder, "seen");
  assert.ok(valueOf(second).has("event-000001"));
  assert.ok(!valueOf(second).has("event-000002"));
  await deliver(1, second);
  await deliver(2, second);
  assert.deepEqual(worked, [1, 2]);
  assert.deepEqual(acks, ["1", "1", "1", "1", "2", "2"]);
  valueOf(valueOf(second).close());
});

test("dead letters outlive the process, replayed ones until they are settled", async (t) => {
  const folder = aFolder(t);
  const letterBox = valueOf(openLetterBox(folder));
  const bus = createMemoryBus({ letterBox });
  const handler = async ({ term }: Delivery): Promise<void> => term("no");
  valueOf(await bus.subscribe({ subjects: ["proposal.*"], durable: "owner", handler }));
  const receipt = valueOf(await bus.publish(anEvent(1, { text: "\u2028" })));
  await receipt.settled;
  await bus.close();

  const again = createMemoryBus({ letterBox: valueOf(openLetterBox(folder)) });
  const [letter] = valueOf(await again.deadLetters.list());
  assert.deepEqual(letter?.event, anEvent(1, { text: "\u2028" }));
  valueOf(await again.deadLetters.replay(letter?.id ?? ""));
  assert.deepEqual(valueOf(await again.deadLetters.list()), []);
  // Nobody has handled it yet: after a crash here it would still be in the file.
  assert.match(readFileSync(join(folder, "dead-letters.jsonl"), "utf8"), /"died"/);
  const healed = async ({ ack }: Delivery): Promise<void> => ack();
  const owner = valueOf(
    await again.subscribe({ subjects: ["proposal.*"], durable: "owner", handler: healed }),
  );
  while (owner.counts().acknowledged === 0) await sleep(1);
  await sleep(5);
  await again.close();
  assert.deepEqual(valueOf(openLetterBox(folder)).letters(), []);
});
