import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type BusEvent,
  type BusNotice,
  once,
  openBus,
  openOutbox,
  openSeenLog,
  type RetryPolicy,
} from "#mesh";
import { anEvent, codeOf, noticesInto, until, valueOf } from "./mesh-bus-bench.ts";
import { startNats } from "./nats-server.ts";

/** A server that dies takes deliveries with it; they come again soon after. */
const impatient: RetryPolicy = {
  maxAttempts: 50,
  firstPauseMs: 10,
  factor: 2,
  maxPauseMs: 100,
  handlerMs: 1000,
};

/**
 * Produces into an outbox and consumes with an idempotent handler while the server is killed and
 * started again, so many times: every event that the outbox acknowledged must have been handled
 * once, each subject in order.
 */
export async function handlesOnceThroughKills(folder: string, times: number): Promise<void> {
  await using server = await startNats();
  await using stack = new AsyncDisposableStack();
  const seen = valueOf(openSeenLog(join(folder, "in"), "seen"));
  stack.defer(() => void seen.close());
  const notices: BusNotice[] = [];
  const bus = valueOf(await openBus(server.url, { tell: noticesInto(notices) }));
  // A bus that is left open would look for its server for ever.
  stack.defer(async () => bus.close());
  const outbox = valueOf(openOutbox({ folder: join(folder, "out"), bus }));
  stack.defer(async () => void (await outbox.close()));
  const handled: BusEvent[] = [];
  const handler = once(async (event) => {
    if (event.seq % 50 === 0) await sleep(1);
    handled.push(event);
  }, seen);
  const subjects = ["proposal.*", "refusal.>"];
  const request = { subjects, durable: "strategy-service", handler, retry: impatient };
  const subscription = valueOf(await bus.subscribe(request));

  const acknowledged: BusEvent[] = [];
  const names = ["proposal.gamma", "proposal.whale", "refusal.gamma"];
  let isOver = false;
  stack.defer(() => {
    isOver = true;
  });
  const produce = async (): Promise<void> => {
    for (let seq = 1; !isOver; seq++) {
      const events = names.map((subject) => anEvent(subject, seq));
      const landed = await Promise.all(events.map(async (event) => outbox.append(event)));
      for (const [index, event] of events.entries()) {
        if (landed[index]?.ok === true) acknowledged.push(event);
      }
      await sleep(4);
    }
  };
  const producing = produce();
  for (let kills = 0; kills < times; kills++) {
    const before = handled.length;
    await until("some are handled", () => handled.length > before + 60);
    await server.kill();
    await until("noticed", () => bus.status().state === "reconnecting");
    const held = outbox.status().waiting;
    await until("the outbox grows", () => outbox.status().waiting > held + 20);
    assert.equal(codeOf(await bus.publish(anEvent("proposal.gamma", 0))), "bus_unreachable");
    await server.start();
    await until("it is back", () => bus.status().state === "up");
  }
  isOver = true;
  await producing;
  // Some twenty thousand events wait by then; how fast they go is the machine's business.
  assert.ok(await outbox.flushed(120_000), "everything reaches the server");
  await until("everything is handled", () => handled.length >= acknowledged.length, 120_000);
  await sleep(50);

  assert.ok(acknowledged.length > 100, `${acknowledged.length} events`);
  assert.equal(new Set(handled.map(({ event_id }) => event_id)).size, handled.length);
  const ids = (events: readonly BusEvent[]): string[] => events.map(({ event_id }) => event_id);
  assert.deepEqual(ids(handled).toSorted(), ids(acknowledged).toSorted());
  for (const name of names) {
    const seqs = handled.filter(({ subject }) => subject === name).map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      seqs.toSorted((one, other) => one - other),
      name,
    );
  }
  assert.equal(subscription.counts().dead, 0);
  const states = notices.flatMap((each) => (each.type === "connection" ? [each.state] : []));
  assert.deepEqual(states.slice(0, 2), ["reconnecting", "up"]);
  valueOf(await outbox.close());
}
