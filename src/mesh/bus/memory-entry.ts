import type { BusEvent } from "./bus-event.ts";

/** An event in the process, and how many durable subscriptions have not answered for it. */
export class MemoryEntry {
  readonly seq: number;
  readonly event: BusEvent;
  readonly bytes: number;
  readonly settled: Promise<void>;
  #open = 0;
  readonly #settle: () => void;

  constructor(seq: number, event: BusEvent, bytes: number) {
    const settled = Promise.withResolvers<void>();
    this.seq = seq;
    this.event = event;
    this.bytes = bytes;
    this.settled = settled.promise;
    this.#settle = settled.resolve;
  }

  /** One more has to answer. */
  hold(): void {
    this.#open += 1;
  }

  release(): void {
    this.#open -= 1;
    this.settleIfFree();
  }

  settleIfFree(): void {
    if (this.#open === 0) this.#settle();
  }
}
