import { z } from "zod";
import { assert, err, type Fault, ok, type Result } from "#base";
import { eventCodec } from "#protocol";
import type { Bus } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import type { BusFault, BusFaultCode } from "./bus-fault.ts";
import { type BusTime, machineTime } from "./bus-time.ts";
import { writeEvent } from "./event-text.ts";
import { type LineLog, openLineLog } from "./line-log.ts";

/**
 * Events on their way to the bus, on our own disk first. What `append` has acknowledged reaches
 * the bus, in the order of appending, however often this process or the bus dies in between; it
 * may reach it more than once, with the same event_id.
 */
export type Outbox = Readonly<{
  /**
   * Durable when it says ok. Faults: those of writing an event, outbox_full, outbox_closed, and
   * those of the store. After one of these the file is first written anew, with all that waits, so
   * that a disk that was full for a while is no end.
   */
  append: (event: BusEvent) => Promise<Result<void, Fault>>;
  status: () => OutboxStatus;
  /** True when nothing waits any more, false when the time was up before. */
  flushed: (deadlineMs: number) => Promise<boolean>;
  /** Sends nothing more; what waits goes out after the next opening. */
  close: () => Promise<Result<void, Fault>>;
}>;

export type OutboxStatus = Readonly<{
  /** Events that the bus has not answered for. */
  waiting: number;
  /** How long the first of them has waited; null when none does. */
  oldest_age_ms: number | null;
  /** Kept on disk, and never to be sent: no bus takes them. */
  refused: number;
  /** Why the last attempt to send failed; null after one that did not. */
  trouble: Fault | null;
}>;

export type OutboxOptions = Readonly<{ folder: string; bus: Bus; time?: BusTime }>;

/** Holds the events of `<folder>/outbox.jsonl`, and begins to send them. */
export function openOutbox(options: OutboxOptions): Result<Outbox, Fault> {
  const opened = openLineLog(options.folder, "outbox", record);
  if (!opened.ok) return opened;
  const outbox = new DiskOutbox(options, opened.value.log);
  outbox.load(opened.value.records);
  return ok(outbox);
}

/** An outbox that holds more than this is not late but broken: its owner has to stop. */
const most = { events: 50_000, bytes: 24 << 20 } as const;

/** The file is written anew when it is larger than this and mostly of events that have gone. */
const renewBytes: number = 4 << 20;

const pause = { firstMs: 50, mostMs: 1000 } as const;

const record = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), n: z.int(), at_ms: z.int(), event: eventCodec.shape }),
  z.object({ type: z.literal("done"), n: z.int() }),
  z.object({ type: z.literal("refused"), n: z.int(), code: z.string() }),
]);

type OutboxRecord = z.infer<typeof record>;

type Waiting = Readonly<{ n: number; event: BusEvent; atMs: number; bytes: number }>;

/** No other attempt will end differently. */
const forGood: ReadonlySet<BusFaultCode> = new Set([
  "bus_subject_invalid",
  "bus_event_invalid",
  "bus_too_large",
]);

class DiskOutbox implements Outbox {
  readonly #bus: Bus;
  readonly #time: BusTime;
  readonly #log: LineLog;
  readonly #waiting = new Map<number, Waiting>();
  readonly #refused = new Map<number, Waiting & Readonly<{ code: string }>>();
  readonly #unsent: Waiting[] = [];
  readonly #closing = Promise.withResolvers<void>();
  readonly #emptied = new Set<() => void>();
  #pump: Promise<void> | null = null;
  #next = 1;
  #bytes = 0;
  #landing = 0;
  #isClosed = false;
  #trouble: Fault | null = null;
  #isBroken = false;

  constructor({ bus, time = machineTime }: OutboxOptions, log: LineLog) {
    this.#bus = bus;
    this.#time = time;
    this.#log = log;
  }

  load(records: readonly OutboxRecord[]): void {
    for (const each of records) {
      this.#next = Math.max(this.#next, each.n + 1);
      if (each.type === "event") {
        this.#hold({ n: each.n, event: each.event, atMs: each.at_ms, bytes: sizeOf(each.event) });
        continue;
      }
      const held = this.#waiting.get(each.n);
      if (each.type === "refused" && held !== undefined) {
        this.#refused.set(each.n, { ...held, code: each.code });
      }
      this.#drop(each.n);
    }
    this.#unsent.push(...this.#waiting.values());
    this.#start();
  }

  async append(event: BusEvent): Promise<Result<void, Fault>> {
    if (this.#isClosed) return err({ code: "outbox_closed", message: "the outbox is closed" });
    const written = writeEvent(event);
    if (!written.ok) return written;
    const mended = this.#mend();
    if (!mended.ok) return mended;
    const { copy, bytes } = written.value;
    if (this.#waiting.size + this.#landing >= most.events || this.#bytes + bytes > most.bytes) {
      const message = `${this.#waiting.size} events wait for the bus: nothing more is taken`;
      return err({ code: "outbox_full", message, at: this.#log.path });
    }
    const waiting = { n: this.#next, event: copy, atMs: this.#time.nowMs(), bytes };
    this.#next += 1;
    this.#landing += 1;
    const landed = await this.#log.land(toRecord(waiting));
    this.#landing -= 1;
    if (!landed.ok) {
      this.#isBroken = true;
      this.#trouble = landed.fault;
      return landed;
    }
    this.#hold(waiting);
    this.#unsent.push(waiting);
    this.#start();
    return ok(undefined);
  }

  status(): OutboxStatus {
    const [oldest] = this.#waiting.values();
    return {
      waiting: this.#waiting.size,
      oldest_age_ms: oldest === undefined ? null : Math.max(0, this.#time.nowMs() - oldest.atMs),
      refused: this.#refused.size,
      trouble: this.#trouble,
    };
  }

  async flushed(deadlineMs: number): Promise<boolean> {
    if (this.#waiting.size === 0) return true;
    const done = Promise.withResolvers<void>();
    const callOff = this.#time.after(deadlineMs, done.resolve);
    this.#emptied.add(done.resolve);
    await done.promise;
    callOff();
    this.#emptied.delete(done.resolve);
    return this.#waiting.size === 0;
  }

  async close(): Promise<Result<void, Fault>> {
    if (this.#isClosed) return ok(undefined);
    this.#isClosed = true;
    this.#closing.resolve();
    await this.#pump;
    return this.#log.close();
  }

  #start(): void {
    this.#pump ??= this.#send().finally(() => {
      this.#pump = null;
      // One may have come between the last look and the end of the round.
      if (this.#unsent.length > 0 && !this.#isClosed) this.#start();
    });
  }

  /** One after the other: a bus that refuses one gets no later one before it. */
  async #send(): Promise<void> {
    // A turn later, so that appending never waits for a publish.
    await Promise.resolve();
    let pauseMs: number = pause.firstMs;
    for (let first = this.#unsent[0]; first !== undefined; first = this.#unsent[0]) {
      if (this.#isClosed) return;
      const fault = await this.#offer(first);
      if (fault === null) {
        this.#unsent.shift();
        this.#trouble = null;
        pauseMs = pause.firstMs;
        continue;
      }
      this.#trouble = fault;
      const wait = Promise.withResolvers<void>();
      const callOff = this.#time.after(pauseMs, wait.resolve);
      await Promise.race([wait.promise, this.#closing.promise]);
      callOff();
      pauseMs = Math.min(pauseMs * 2, pause.mostMs);
    }
  }

  /** Null when this event needs no further attempt. */
  async #offer(waiting: Waiting): Promise<BusFault | null> {
    const published = await this.#bus.publish(waiting.event);
    if (published.ok) {
      const { held, settled } = published.value;
      if (held === "server") this.#done(waiting.n);
      else void settled.then(() => this.#done(waiting.n));
      return null;
    }
    const { fault } = published;
    if (!forGood.has(fault.code)) return fault;
    this.#refused.set(waiting.n, { ...waiting, code: fault.code });
    this.#note({ type: "refused", n: waiting.n, code: fault.code });
    this.#drop(waiting.n);
    return null;
  }

  #done(n: number): void {
    // After the close the file belongs to whoever opens it next; the event goes out again.
    if (this.#isClosed || !this.#waiting.has(n)) return;
    this.#note({ type: "done", n });
    this.#drop(n);
    if (this.#waiting.size === 0) for (const told of this.#emptied) told();
    this.#renew();
  }

  /** With the next sync: when it is lost, an event goes out twice, and its event_id says so. */
  #note(line: OutboxRecord): void {
    if (this.#isBroken) return;
    const noted = this.#log.note(line);
    if (noted.ok) return;
    this.#isBroken = true;
    this.#trouble = noted.fault;
  }

  #renew(): void {
    const size = this.#log.bytes();
    if (this.#isBroken || this.#landing > 0 || size < renewBytes || size < 2 * this.#bytes) return;
    this.#rewrite();
  }

  /** Nothing is written behind a line that may be half there. */
  #mend(): Result<void, Fault> {
    if (!this.#isBroken) return ok(undefined);
    if (this.#landing === 0) return this.#rewrite();
    return err({ code: "outbox_broken", message: "a write has failed", at: this.#log.path });
  }

  #rewrite(): Result<void, Fault> {
    const refused = [...this.#refused.values()].flatMap((each): OutboxRecord[] => [
      toRecord(each),
      { type: "refused", n: each.n, code: each.code },
    ]);
    const renewed = this.#log.rewrite([...refused, ...[...this.#waiting.values()].map(toRecord)]);
    this.#isBroken = !renewed.ok;
    if (!renewed.ok) this.#trouble = renewed.fault;
    return renewed;
  }

  #hold(waiting: Waiting): void {
    assert(!this.#waiting.has(waiting.n), `event ${waiting.n} is held twice`);
    this.#waiting.set(waiting.n, waiting);
    this.#bytes += waiting.bytes;
  }

  #drop(n: number): void {
    this.#bytes -= this.#waiting.get(n)?.bytes ?? 0;
    this.#waiting.delete(n);
  }
}

function toRecord({ n, event, atMs }: Waiting): OutboxRecord {
  return { type: "event", n, at_ms: atMs, event };
}

function sizeOf(event: BusEvent): number {
  const written = writeEvent(event);
  return written.ok ? written.value.bytes : 0;
}
