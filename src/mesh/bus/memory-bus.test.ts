import assert from "node:assert/strict";
import { test } from "node:test";
import { subjects } from "#protocol";
import type { Bus } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import { createMemoryBus } from "./memory-bus.ts";
import type { BusNotice } from "./notices.ts";

function anEvent(subject: string, seq: number): BusEvent {
  return {
    schema: "assay.event/1",
    event_id: `${subject}:${String(seq).padStart(6, "0")}`,
    subject,
    event_type: subject.startsWith("market") ? "market_tick" : "proposal",
    source: { agent_name: "strategy-engine", boot_id: "boot-0001", version: "0.1.0" },
    ts_utc: "2024-03-01T14:30:00.000Z",
    seq,
    correlation_id: null,
    payload: {},
  };
}

/** Leaves a durable name without a listener. */
async function away(bus: Bus, subject: string): Promise<void> {
  const handler = async (): Promise<void> => undefined;
  const subscribed = await bus.subscribe({ subjects: [subject], durable: "away", handler });
  assert.ok(subscribed.ok);
  await subscribed.value.stop();
}

/** The sequence numbers that the name has to handle when it comes back. */
async function left(bus: Bus, subject: string): Promise<number[]> {
  const seqs: number[] = [];
  const subscribed = await bus.subscribe({
    subjects: [subject],
    durable: "away",
    async handler({ event, ack }) {
      seqs.push(event.seq);
      ack();
    },
  });
  assert.ok(subscribed.ok);
  while (seqs.length < 10_000) await new Promise((resolve) => setImmediate(resolve));
  return seqs;
}

test("work that nobody keeps up with is refused, and taken again once it is handled", async () => {
  const bus = createMemoryBus();
  const subject = subjects.proposal("gamma");
  await away(bus, subject);
  const others: number[] = [];
  await bus.subscribe({
    subjects: [subject],
    durable: "other",
    async handler({ event, ack }) {
      others.push(event.seq);
      ack();
    },
  });
  for (let seq = 1; seq <= 10_000; seq++) assert.ok((await bus.publish(anEvent(subject, seq))).ok);
  const refused = await bus.publish(anEvent(subject, 10_001));
  assert.equal(refused.ok ? "ok" : refused.fault.code, "bus_full");
  const seqs = await left(bus, subject);
  assert.equal(seqs.at(0), 1);
  assert.equal(seqs.length, 10_000);
  // The refused one was given to nobody, and is no duplicate when it is offered again.
  assert.ok(!others.includes(10_001));
  assert.ok((await bus.publish(anEvent(subject, 10_001))).ok);
  await bus.close();
});

test("of ticks that nobody keeps up with the oldest go, and it is told", async () => {
  const notices: BusNotice[] = [];
  const bus = createMemoryBus({ tell: (notice) => void notices.push(notice) });
  const subject = subjects.tick("SPY");
  await away(bus, subject);
  for (let seq = 1; seq <= 10_050; seq++) assert.ok((await bus.publish(anEvent(subject, seq))).ok);
  const seqs = await left(bus, subject);
  assert.equal(seqs.at(0), 51);
  assert.equal(seqs.at(-1), 10_050);
  assert.equal(notices.filter(({ type }) => type === "events_dropped").length, 50);
  await bus.close();
});
