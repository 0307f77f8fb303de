import { createHash, randomUUID } from "node:crypto";
import { err, ok, type Result } from "#base";
import type {
  Bus,
  BusStatus,
  Kv,
  Objects,
  Receipt,
  SubscribeRequest,
  Subscription,
} from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import { type BusTime, machineTime } from "./bus-time.ts";
import { type CheckedRequest, checkRequest } from "./check-request.ts";
import { writeEvent } from "./event-text.ts";
import { lanesOf } from "./lane.ts";
import { defaultStopMs, newCounts } from "./memory-subscription.ts";
import { connectNats } from "./nats-connect.ts";
import { attemptNats } from "./nats-faults.ts";
import { answerWaitMs, NatsFeed } from "./nats-feed.ts";
import { openNatsKv } from "./nats-kv.ts";
import { createNatsLetters } from "./nats-letters.ts";
import { NatsLink } from "./nats-link.ts";
import { openNatsObjects } from "./nats-objects.ts";
import {
  againSubject,
  ensureConsumer,
  streamByLane,
  type WantedConsumer,
  wireOf,
  wireSubject,
} from "./nats-streams.ts";
import type { TellBus } from "./notices.ts";
import { checkName } from "./subject.ts";

export type NatsBusOptions = Readonly<{
  /** `nats://host:4222`; may carry a login. */
  address: string;
  /** Shown by the server's own tools. */
  clientName: string;
  time?: BusTime;
  tell?: TellBus;
}>;

/** Faults: bus_address_invalid, those of connectNats and of ensureStreams. */
export async function openNatsBus(options: NatsBusOptions): Promise<Result<Bus, BusFault>> {
  const { address, clientName, time = machineTime } = options;
  const tell = options.tell ?? ((): void => undefined);
  const connection = await connectNats(address, clientName);
  if (!connection.ok) return connection;
  const link = await NatsLink.open(connection.value, time, tell);
  return link.ok ? ok(new NatsBus(link.value)) : link;
}

class NatsBus implements Bus {
  readonly kind = "nats";
  readonly deadLetters: Bus["deadLetters"];
  readonly #link: NatsLink;
  readonly #subscriptions = new Set<Subscription>();
  readonly #durables = new Set<string>();

  constructor(link: NatsLink) {
    this.#link = link;
    this.deadLetters = createNatsLetters(link);
  }

  async publish(event: BusEvent): Promise<Result<Receipt, BusFault>> {
    const written = writeEvent(event);
    if (!written.ok) return written;
    const { subject, event_id } = written.value.copy;
    const acknowledged = await this.#link.ask(subject, async () =>
      this.#link.client.publish(wireOf(subject), written.value.text, {
        msgID: event_id,
        retries: 0,
      }),
    );
    if (!acknowledged.ok) return acknowledged;
    const { seq, duplicate } = acknowledged.value;
    return ok({ sequence: duplicate ? 0 : seq, held: "server", settled: Promise.resolve() });
  }

  async subscribe(request: SubscribeRequest): Promise<Result<Subscription, BusFault>> {
    const checked = checkRequest(request);
    if (!checked.ok) return checked;
    const { durable } = checked.value;
    if (durable !== null && this.#durables.has(durable)) {
      const message = "this process listens under that name already";
      return err(busFault("bus_durable_in_use", message, durable));
    }
    if (durable !== null) this.#durables.add(durable);
    const opened = await this.#open(checked.value);
    if (!opened.ok && durable !== null) this.#durables.delete(durable);
    return opened;
  }

  async kv(bucket: string): Promise<Result<Kv, BusFault>> {
    const checked = checkName(bucket);
    return checked.ok ? openNatsKv(this.#link, bucket) : checked;
  }

  async objects(bucket: string): Promise<Result<Objects, BusFault>> {
    const checked = checkName(bucket);
    return checked.ok ? openNatsObjects(this.#link, bucket) : checked;
  }

  status(): BusStatus {
    return this.#link.status();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map(async (each) => each.stop()));
    await this.#link.close();
  }

  async #open(request: CheckedRequest): Promise<Result<Subscription, BusFault>> {
    const link = this.#link;
    const consumers = consumersOf(request);
    const swept = await link.ask("ASSAY", async () => this.#sweep(request.durable, consumers));
    if (!swept.ok) return swept;
    for (const consumer of consumers) {
      const ensured = await ensureConsumer(link.manager, consumer);
      if (!ensured.ok) return ensured;
    }
    const hurry = new AbortController();
    const counts = newCounts();
    const feeds = consumers.map(
      (consumer) => new NatsFeed({ link, request, consumer, hurry: hurry.signal, counts }),
    );
    const drained = Promise.all(feeds.map(async (feed) => feed.run())).then(() => undefined);
    let stopped: Promise<void> | null = null;
    const subscription: Subscription = {
      durable: request.durable,
      stop: async (deadlineMs = defaultStopMs) => {
        stopped ??= this.#stop(feeds, deadlineMs, hurry).then(async () => {
          await drained;
          await this.#left(subscription, consumers);
        });
        await stopped;
      },
      drained,
      counts: () => ({ ...counts }),
    };
    this.#subscriptions.add(subscription);
    return ok(subscription);
  }

  async #stop(
    feeds: readonly NatsFeed[],
    deadlineMs: number,
    hurry: AbortController,
  ): Promise<void> {
    const callOff = this.#link.time.after(deadlineMs, () => hurry.abort());
    await Promise.all(feeds.map(async (feed) => feed.stop()));
    callOff();
  }

  async #left(subscription: Subscription, consumers: readonly WantedConsumer[]): Promise<void> {
    this.#subscriptions.delete(subscription);
    if (subscription.durable !== null) {
      this.#durables.delete(subscription.durable);
      return;
    }
    for (const { stream, name } of consumers) {
      // What cannot be removed now goes by itself when nobody listens.
      await this.#link.ask(name, async () => this.#link.manager.consumers.delete(stream, name));
    }
  }

  /** Consumers of patterns that the durable name followed earlier, and does not any more. */
  async #sweep(durable: string | null, wanted: readonly WantedConsumer[]): Promise<void> {
    if (durable === null) return;
    const names = new Set(wanted.map(({ name }) => name));
    for (const stream of Object.values(streamByLane)) {
      for await (const { name } of this.#link.manager.consumers.list(stream)) {
        if (!name.startsWith(`${durable}=`) || names.has(name)) continue;
        await attemptNats(name, async () => this.#link.manager.consumers.delete(stream, name));
      }
    }
  }
}

/** One for each pattern and lane: 2.9 knows a single filter per consumer. */
function consumersOf(request: CheckedRequest): readonly WantedConsumer[] {
  const { durable, inFlight } = request;
  const owner = durable ?? `passing-${randomUUID()}`;
  const shared = {
    inFlight,
    ackWaitMs: answerWaitMs,
    inactiveMs: durable === null ? 300_000 : null,
    from: durable === null ? ("new" as const) : ("oldest" as const),
  };
  const followed = request.subjects.flatMap((pattern) =>
    lanesOf(pattern).map((lane) => ({ stream: streamByLane[lane], pattern, lane })),
  );
  const consumers = followed.map(({ stream, pattern, lane }) => {
    const filter = wireSubject(lane, pattern);
    return { ...shared, stream, filter, name: `${owner}=${hashOf(filter)}` };
  });
  if (durable === null) return consumers;
  const filter = againSubject(durable);
  const again = { ...shared, stream: streamByLane.work, filter, name: `${owner}=again` };
  return [...consumers, again];
}

function hashOf(filter: string): string {
  return createHash("sha256").update(filter).digest("hex").slice(0, 16);
}
