import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { assert, type Result } from "#base";
import type { SubscriptionCounts } from "./bus.ts";
import type { BusFault } from "./bus-fault.ts";
import type { CheckedRequest } from "./check-request.ts";
import { readEvent } from "./event-text.ts";
import { attemptNats } from "./nats-faults.ts";
import { buryLetter } from "./nats-letters.ts";
import type { NatsLink } from "./nats-link.ts";
import { ensureConsumer, type WantedConsumer } from "./nats-streams.ts";
import { judge, type Verdict } from "./redelivery.ts";
import { runAttempt } from "./run-attempt.ts";

export type FeedOptions = Readonly<{
  link: NatsLink;
  request: CheckedRequest;
  consumer: WantedConsumer;
  hurry: AbortSignal;
  counts: { -readonly [Count in keyof SubscriptionCounts]: number };
}>;

/** The events of one consumer on the server, pulled and handled one by one, through restarts. */
export class NatsFeed {
  readonly #options: FeedOptions;
  readonly #stopped = Promise.withResolvers<void>();
  readonly #running = new Map<number, Promise<void>>();
  #messages: ConsumerMessages | null = null;
  #isStopped = false;
  #lastSeq: number | null = null;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Resolves when it has been stopped. The consumer exists already. */
  async run(): Promise<void> {
    const { link } = this.#options;
    let again = Promise.withResolvers<void>();
    const forget = link.onChange(() => again.resolve());
    while (!this.#isStopped && link.status().state !== "closed") {
      if (link.isUp) {
        again = Promise.withResolvers<void>();
        const failed = await this.#listen(again.promise);
        if (!failed) continue;
      }
      // The consumer could not be used: look again when the link changes, or after a while.
      const callOff = link.time.after(lookPauseMs, again.resolve);
      await Promise.race([again.promise, this.#stopped.promise]);
      callOff();
      again = Promise.withResolvers<void>();
    }
    forget();
  }

  /** No further deliveries; resolves when no handler runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopped.resolve();
    await this.#close();
    await Promise.all(this.#running.values());
  }

  /** Listens until the link changes or the feed is stopped; true when that failed. */
  async #listen(changed: Promise<void>): Promise<boolean> {
    const { link } = this.#options;
    const opening = this.#open();
    const opened = await Promise.race([opening, changed.then(() => null)]);
    if (opened === null) {
      // Asked of a connection that is gone: nobody waits for its time-out.
      void opening.then((late) => (late.ok ? late.value.close() : undefined));
      return false;
    }
    if (!opened.ok) {
      link.trouble(opened.fault);
      return true;
    }
    this.#messages = opened.value;
    const ended = await Promise.race([
      opened.value.closed().then(() => "lost" as const),
      changed.then(() => "changed" as const),
      this.#stopped.promise.then(() => "stopped" as const),
    ]);
    await this.#close();
    return ended === "lost" && link.isUp;
  }

  async #open(): Promise<Result<ConsumerMessages, BusFault>> {
    const { link, consumer } = this.#options;
    const { stream, name, inFlight } = consumer;
    const from = this.#lastSeq === null ? consumer.from : this.#lastSeq + 1;
    const wanted = consumer.inactiveMs === null ? consumer : { ...consumer, from };
    const ensured = await ensureConsumer(link.manager, wanted);
    if (!ensured.ok) return ensured;
    return attemptNats(name, async () => {
      const bound = await link.client.consumers.get(stream, name);
      return bound.consume({
        ...{ max_messages: inFlight, expires: pullMs, abort_on_missing_resource: true },
        callback: (message) => this.#take(message),
      });
    });
  }

  async #close(): Promise<void> {
    const messages = this.#messages;
    this.#messages = null;
    await messages?.close();
  }

  #take(message: JsMsg): void {
    // One that comes again while its handler still runs will be answered by that run.
    if (this.#running.has(message.seq)) return;
    if (this.#isStopped) {
      message.nak();
      return;
    }
    this.#lastSeq = Math.max(this.#lastSeq ?? 0, message.seq);
    const run = this.#attend(message).finally(() => this.#running.delete(message.seq));
    this.#running.set(message.seq, run);
  }

  async #attend(message: JsMsg): Promise<void> {
    const { request, counts, hurry, link } = this.#options;
    const attempt = message.info.deliveryCount;
    const text = message.string();
    const read = readEvent(text);
    if (!read.ok) {
      await this.#bury(message, attempt, { reason: "event_invalid", detail: read.fault.message });
      return;
    }
    const event = read.value;
    if (attempt > request.retry.maxAttempts) {
      const detail = `delivered ${attempt} times without an answer`;
      await this.#bury(message, attempt - 1, { reason: "attempts_exhausted", detail });
      return;
    }
    counts.delivered += 1;
    if (attempt > 1) counts.redelivered += 1;
    const { handlerMs } = request.retry;
    const tried = { event, attempt, handlerMs, hurry };
    const working = setInterval(() => message.working(), answerWaitMs / 3);
    const verdict = await runAttempt(request.handler, tried, link.time);
    clearInterval(working);
    await this.#answer(message, event.event_id, attempt, verdict);
  }

  async #answer(
    message: JsMsg,
    event_id: string,
    attempt: number,
    verdict: Verdict,
  ): Promise<void> {
    const { request, counts, link } = this.#options;
    const { durable } = request;
    const sequel = judge(request.retry, attempt, verdict);
    switch (sequel.type) {
      case "acknowledged":
        counts.acknowledged += 1;
        await this.#acknowledge(message);
        return;
      case "again": {
        const detail = verdict.type === "nak" ? verdict.reason : "";
        link.tell({ type: "attempt_failed", durable, event_id, attempt, detail });
        message.nak(sequel.pauseMs);
        return;
      }
      case "dead":
        await this.#bury(message, attempt, sequel);
        return;
    }
  }

  /** Until the server has confirmed it; one that has gone is told when it is back. */
  async #acknowledge(message: JsMsg): Promise<void> {
    const { link, hurry } = this.#options;
    for (let tries = 0; tries < maxAcks && link.status().state !== "closed"; tries++) {
      if (hurry.aborted) return;
      const changed = Promise.withResolvers<null>();
      const wake = (): void => changed.resolve(null);
      const forget = link.onChange(wake);
      hurry.addEventListener("abort", wake, { once: true });
      const told = link.isUp
        ? attemptNats(message.subject, async () => tellAck(link, message))
        : changed.promise;
      const said = await Promise.race([told, changed.promise]);
      forget();
      hurry.removeEventListener("abort", wake);
      if (said?.ok === true) return;
    }
  }

  async #bury(
    message: JsMsg,
    attempts: number,
    death: Readonly<{
      reason: "attempts_exhausted" | "refused" | "event_invalid";
      detail: string;
    }>,
  ): Promise<void> {
    const { request, counts, link, consumer } = this.#options;
    const { durable, retry } = request;
    const { reason, detail } = death;
    if (durable !== null) {
      const once = `${durable}:${consumer.stream}:${message.seq}`;
      const kept = await buryLetter(link, durable, once, message.string(), attempts, death);
      if (!kept.ok) {
        link.trouble(kept.fault);
        message.nak(retry.maxPauseMs);
        return;
      }
    }
    counts.dead += 1;
    const read = readEvent(message.string());
    const event_id = read.ok ? read.value.event_id : null;
    link.tell({ type: "event_died", durable, event_id, attempt: attempts, reason, detail });
    message.term();
  }
}

/** The library's own acknowledgement can be asked for once only, and a server may die over it. */
async function tellAck(link: NatsLink, message: JsMsg): Promise<void> {
  assert("reply" in message && typeof message.reply === "string", "a delivery can be answered");
  await link.connection.request(message.reply, "+ACK", { timeout: ackMs });
}

/**
 * How long the server waits for a sign of a handler at work before it delivers again. Short, for
 * after a crash of either side nothing else of the pattern is delivered for so long.
 */
export const answerWaitMs = 4500;

const lookPauseMs = 1000;
const pullMs = 30_000;
const ackMs = 2000;
/** After as many the event comes again by itself, and its event_id says that it was handled. */
const maxAcks = 10;
