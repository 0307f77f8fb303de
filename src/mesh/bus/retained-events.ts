import type { MemoryEntry } from "./memory-entry.ts";
import { MemoryQueue } from "./memory-queue.ts";

/** What a durable name that nobody has used before begins with. */
const retained = { events: 1000, bytes: 8 << 20 } as const;

/** The latest events of a lane. */
export class RetainedEvents {
  readonly #queue = new MemoryQueue();

  add(entry: MemoryEntry): void {
    this.#queue.push(entry);
    while (this.#queue.length > retained.events || this.#queue.bytes > retained.bytes) {
      this.#queue.shift();
    }
  }

  entries(): readonly MemoryEntry[] {
    return this.#queue.entries();
  }
}
