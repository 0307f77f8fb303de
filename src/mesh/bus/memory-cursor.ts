import { assert } from "#base";
import type { DeliveryHandler, SubscriptionCounts } from "./bus.ts";
import type { BusTime } from "./bus-time.ts";
import type { DeadReason } from "./dead-letters.ts";
import type { MemoryEntry } from "./memory-entry.ts";
import { MemoryQueue } from "./memory-queue.ts";
import type { TellBus } from "./notices.ts";
import {
  hasRoom,
  judge,
  newRedelivery,
  nextDueMs,
  type Redelivery,
  type RedeliveryEvent,
  type Sequel,
  step,
  type Verdict,
} from "./redelivery.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import { runAttempt } from "./run-attempt.ts";

/** More than this waits for no subscription. */
const maxWaiting: Readonly<{ events: number; bytes: number }> = {
  events: 10_000,
  bytes: 64 << 20,
};

/** Who is served: a handler that may go and be followed by another. */
export type Listener = Readonly<{
  handler: DeliveryHandler;
  inFlight: number;
  retry: RetryPolicy;
  hurry: AbortSignal;
  counts: { -readonly [Count in keyof SubscriptionCounts]: number };
}>;

export type CursorDeps = Readonly<{
  time: BusTime;
  tell: TellBus;
  /** Keeps a dead letter; false when that failed, and the event must be tried again. */
  bury: (
    entry: MemoryEntry,
    durable: string,
    attempts: number,
    reason: DeadReason,
    detail: string,
  ) => boolean;
}>;

/** The place of one subscription in the events of one pattern. */
export class MemoryCursor {
  readonly pattern: string;
  readonly durable: string | null;
  readonly #deps: CursorDeps;
  readonly #queue: MemoryQueue = new MemoryQueue();
  readonly #taken = new Map<number, MemoryEntry>();
  readonly #running = new Set<Promise<void>>();
  #redelivery: Redelivery = newRedelivery(1);
  #listener: Listener | null = null;
  #callOff: (() => void) | null = null;

  constructor(pattern: string, durable: string | null, deps: CursorDeps) {
    this.pattern = pattern;
    this.durable = durable;
    this.#deps = deps;
  }

  get isFull(): boolean {
    return this.#queue.length >= maxWaiting.events || this.#queue.bytes >= maxWaiting.bytes;
  }

  /** Takes the event into the queue; a full one drops its oldest for it. */
  offer(entry: MemoryEntry): void {
    if (this.isFull) this.#dropOldest();
    if (this.durable !== null) entry.hold();
    this.#queue.push(entry);
    this.#pump();
  }

  attach(listener: Listener): void {
    assert(this.#listener === null, "one listener at a time");
    this.#listener = listener;
    this.#redelivery = { ...this.#redelivery, limit: listener.inFlight };
    this.#look();
    this.#pump();
  }

  /** No further attempts; resolves when none runs. What is not settled stays for the next. */
  async detach(): Promise<void> {
    this.#listener = null;
    this.#callOff?.();
    this.#callOff = null;
    await Promise.all(this.#running);
  }

  /** Answers for everything that is left, which nobody will. */
  abandon(): void {
    for (const entry of this.#taken.values()) this.#release(entry);
    this.#taken.clear();
    for (let next = this.#queue.shift(); next !== null; next = this.#queue.shift()) {
      this.#release(next);
    }
  }

  #pump(): void {
    while (this.#listener !== null && hasRoom(this.#redelivery)) {
      const entry = this.#queue.shift();
      if (entry === null) return;
      this.#taken.set(entry.seq, entry);
      this.#apply({ type: "taken", seq: entry.seq });
    }
  }

  #apply(event: RedeliveryEvent): void {
    const { redelivery, effects } = step(this.#redelivery, event);
    this.#redelivery = redelivery;
    for (const effect of effects) {
      const entry = this.#taken.get(effect.seq);
      assert(entry !== undefined, `event ${effect.seq} is not held`);
      if (effect.type === "run") {
        this.#start(entry, effect.attempt);
      } else {
        this.#taken.delete(effect.seq);
        this.#release(entry);
      }
    }
  }

  #start(entry: MemoryEntry, attempt: number): void {
    const listener = this.#listener;
    assert(listener !== null, "an attempt needs a listener");
    listener.counts.delivered += 1;
    if (attempt > 1) listener.counts.redelivered += 1;
    const { handler, hurry, retry } = listener;
    const attempted = { event: entry.event, attempt, handlerMs: retry.handlerMs, hurry };
    // A turn later, so that nobody's handler runs inside of somebody's publish.
    const run = Promise.resolve()
      .then(async () => runAttempt(handler, attempted, this.#deps.time))
      .then((verdict) => {
        this.#running.delete(run);
        this.#end(entry, attempt, verdict, listener);
      });
    this.#running.add(run);
  }

  #end(entry: MemoryEntry, attempt: number, verdict: Verdict, listener: Listener): void {
    // An abandoned cursor has answered for the event already.
    if (!this.#taken.has(entry.seq)) return;
    const sequel = this.#sequel(entry, attempt, verdict, listener);
    const nowMs = this.#deps.time.nowMs();
    this.#apply({ type: "ended", seq: entry.seq, sequel, nowMs });
    this.#look();
    this.#pump();
  }

  #sequel(entry: MemoryEntry, attempt: number, verdict: Verdict, listener: Listener): Sequel {
    const { durable } = this;
    const { event_id } = entry.event;
    const sequel = judge(listener.retry, attempt, verdict);
    if (sequel.type === "acknowledged") {
      listener.counts.acknowledged += 1;
      return sequel;
    }
    if (sequel.type === "again") {
      const detail = verdict.type === "nak" ? verdict.reason : "";
      this.#deps.tell({ type: "attempt_failed", durable, event_id, attempt, detail });
      return sequel;
    }
    const { reason, detail } = sequel;
    if (durable !== null && !this.#deps.bury(entry, durable, attempt, reason, detail)) {
      return { type: "again", pauseMs: listener.retry.maxPauseMs };
    }
    listener.counts.dead += 1;
    this.#deps.tell({ type: "event_died", durable, event_id, attempt, reason, detail });
    return sequel;
  }

  /** Runs what is due and sets the alarm for what is not. */
  #look(): void {
    this.#callOff?.();
    this.#callOff = null;
    if (this.#listener === null) return;
    this.#apply({ type: "looked", nowMs: this.#deps.time.nowMs() });
    const dueMs = nextDueMs(this.#redelivery);
    if (dueMs === null) return;
    this.#callOff = this.#deps.time.after(dueMs - this.#deps.time.nowMs(), () => this.#look());
  }

  #dropOldest(): void {
    const oldest = this.#queue.shift();
    if (oldest === null) return;
    this.#release(oldest);
    if (this.#listener !== null) this.#listener.counts.dropped += 1;
    const { durable, pattern } = this;
    this.#deps.tell({ type: "events_dropped", durable, pattern, dropped: 1 });
  }

  #release(entry: MemoryEntry): void {
    if (this.durable !== null) entry.release();
  }
}
