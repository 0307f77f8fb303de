import { err, ok, type Result } from "#base";
import { subjectMatches } from "#protocol";
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
import { type Lane, laneOf, lanes } from "./lane.ts";
import { createLetterBox, type LetterBox } from "./letter-box.ts";
import { type CursorDeps, MemoryCursor } from "./memory-cursor.ts";
import { MemoryDurable } from "./memory-durable.ts";
import { MemoryEntry } from "./memory-entry.ts";
import { createMemoryKv } from "./memory-kv.ts";
import { createMemoryLetters } from "./memory-letters.ts";
import { createMemoryObjects } from "./memory-objects.ts";
import { serve } from "./memory-subscription.ts";
import type { TellBus } from "./notices.ts";
import { RecentIds } from "./recent-ids.ts";
import { RetainedEvents } from "./retained-events.ts";
import { checkName } from "./subject.ts";

export type MemoryBusOptions = Readonly<{
  time?: BusTime;
  /** Default: in memory, gone with the process. */
  letterBox?: LetterBox;
  tell?: TellBus;
}>;

/** The bus of one process: nothing leaves it, and its end forgets what is not settled. */
export function createMemoryBus(options: MemoryBusOptions = {}): Bus {
  return new MemoryBus(options);
}

class MemoryBus implements Bus {
  readonly kind = "in_process";
  readonly deadLetters: Bus["deadLetters"];
  readonly #time: BusTime;
  readonly #box: LetterBox;
  readonly #deps: CursorDeps;
  readonly #durables = new Map<string, MemoryDurable>();
  /** Cursors of subscriptions without a name. */
  readonly #passing = new Set<MemoryCursor>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #kvs = new Map<string, Kv>();
  readonly #objects = new Map<string, Objects>();
  readonly #retained: Readonly<Record<Lane, RetainedEvents>> = {
    live: new RetainedEvents(),
    work: new RetainedEvents(),
  };
  readonly #recent: RecentIds;
  #sequence = 0;
  #status: BusStatus;

  constructor({ time = machineTime, letterBox = createLetterBox(), tell }: MemoryBusOptions) {
    this.#time = time;
    this.#box = letterBox;
    this.#recent = new RecentIds(time);
    this.#status = { state: "up", since_ms: time.nowMs(), server: null, trouble: null };
    this.#deps = {
      time,
      tell: tell ?? ((): void => undefined),
      bury: (entry, durable, attempts, reason, detail) => {
        const { subject } = entry.event;
        const died_at_ms = time.nowMs();
        const kept = letterBox.keep({
          ...{ durable, subject, event: entry.event, raw: null },
          ...{ attempts, reason, detail, died_at_ms },
        });
        if (!kept.ok) this.#trouble(busFault("bus_failed", kept.fault.message, kept.fault.at));
        return kept.ok;
      },
    };
    this.deadLetters = createMemoryLetters(letterBox, (letter, event) => {
      const entry = new MemoryEntry(this.#nextSequence(), event, 0);
      this.#durable(letter.durable).again(entry);
      return entry.settled;
    });
  }

  async publish(event: BusEvent): Promise<Result<Receipt, BusFault>> {
    if (this.#status.state === "closed") return err(closedFault());
    const written = writeEvent(event);
    if (!written.ok) return written;
    const earlier = this.#recent.find(event.event_id);
    if (earlier !== null) return ok({ sequence: 0, held: "memory", settled: earlier });
    const { bytes, copy } = written.value;
    const { subject } = copy;
    const durable = [...this.#durables.values()].flatMap((each) => each.cursorsOf(subject));
    const lane = laneOf(subject);
    const full = lane === "work" ? durable.find((cursor) => cursor.isFull) : undefined;
    if (full !== undefined) {
      const message = `${full.durable} has too much to catch up with; nobody was given the event`;
      return err(busFault("bus_full", message, subject));
    }
    const entry = new MemoryEntry(this.#nextSequence(), copy, bytes);
    this.#retained[lane].add(entry);
    this.#recent.add(event.event_id, entry.settled);
    const passing = [...this.#passing].filter(({ pattern }) => subjectMatches(pattern, subject));
    // Held by all before one of them can answer: a settled event is settled for everyone.
    for (const cursor of [...durable, ...passing]) cursor.offer(entry);
    entry.settleIfFree();
    return ok({ sequence: entry.seq, held: "memory", settled: entry.settled });
  }

  async subscribe(request: SubscribeRequest): Promise<Result<Subscription, BusFault>> {
    if (this.#status.state === "closed") return err(closedFault());
    const checked = checkRequest(request);
    if (!checked.ok) return checked;
    const cursors = this.#cursorsFor(checked.value);
    if (!cursors.ok) return cursors;
    const { durable } = checked.value;
    const subscription = serve(checked.value, cursors.value, this.#time, () => {
      this.#subscriptions.delete(subscription);
      if (durable !== null) this.#durable(durable).inUse = false;
      else for (const cursor of cursors.value) this.#passing.delete(cursor);
    });
    this.#subscriptions.add(subscription);
    return ok(subscription);
  }

  async kv(bucket: string): Promise<Result<Kv, BusFault>> {
    const checked = checkName(bucket);
    return checked.ok ? ok(this.#bucket(this.#kvs, bucket, createMemoryKv)) : checked;
  }

  async objects(bucket: string): Promise<Result<Objects, BusFault>> {
    const checked = checkName(bucket);
    return checked.ok ? ok(this.#bucket(this.#objects, bucket, createMemoryObjects)) : checked;
  }

  status(): BusStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    if (this.#status.state === "closed") return;
    this.#status = { ...this.#status, state: "closed", since_ms: this.#time.nowMs() };
    await Promise.all([...this.#subscriptions].map(async (each) => each.stop()));
    const closed = this.#box.close();
    if (!closed.ok) this.#trouble(busFault("bus_failed", closed.fault.message, closed.fault.at));
    this.#deps.tell({ type: "connection", state: "closed" });
  }

  #cursorsFor(request: CheckedRequest): Result<readonly MemoryCursor[], BusFault> {
    const { durable: name, subjects } = request;
    if (name === null) {
      const cursors = subjects.map((pattern) => new MemoryCursor(pattern, null, this.#deps));
      for (const cursor of cursors) this.#passing.add(cursor);
      return ok(cursors);
    }
    const durable = this.#durable(name);
    if (durable.inUse) {
      const message = "this process listens under that name already";
      return err(busFault("bus_durable_in_use", message, name));
    }
    durable.inUse = true;
    const held = lanes.flatMap((lane) => this.#retained[lane].entries());
    const inOrder = held.toSorted((one, other) => one.seq - other.seq);
    return ok(durable.follow(subjects, inOrder));
  }

  #durable(name: string): MemoryDurable {
    return this.#bucket(this.#durables, name, () => new MemoryDurable(name, this.#deps));
  }

  #bucket<T>(made: Map<string, T>, name: string, make: () => T): T {
    const found = made.get(name) ?? make();
    made.set(name, found);
    return found;
  }

  #nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #trouble(fault: BusFault): void {
    this.#status = { ...this.#status, trouble: fault };
    this.#deps.tell({ type: "trouble", fault });
  }
}

function closedFault(): BusFault {
  return busFault("bus_closed", "the bus is closed");
}
