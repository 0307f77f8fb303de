import type { BusTime } from "./bus-time.ts";

/** How long an event_id is remembered; NATS forgets after the same time. */
export const duplicateWindowMs = 120_000;

const maxIds = 65_536;

/** Ids published lately, oldest first, with what their events wait for. */
export class RecentIds {
  readonly #time: BusTime;
  readonly #seenById = new Map<string, Readonly<{ atMs: number; settled: Promise<void> }>>();

  constructor(time: BusTime) {
    this.#time = time;
  }

  /** When the event of this id is settled; null for one that was not published lately. */
  find(id: string): Promise<void> | null {
    const seen = this.#seenById.get(id);
    return seen === undefined || this.#isOld(seen.atMs) ? null : seen.settled;
  }

  add(id: string, settled: Promise<void>): void {
    this.#seenById.delete(id);
    this.#seenById.set(id, { atMs: this.#time.nowMs(), settled });
    for (const [oldest, { atMs }] of this.#seenById) {
      if (this.#seenById.size <= maxIds && !this.#isOld(atMs)) break;
      this.#seenById.delete(oldest);
    }
  }

  #isOld(atMs: number): boolean {
    return this.#time.nowMs() - atMs >= duplicateWindowMs;
  }
}
