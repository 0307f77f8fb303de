import type { MemoryEntry } from "./memory-entry.ts";

/** First in, first out, with what it weighs. */
export class MemoryQueue {
  #entries: MemoryEntry[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(entry: MemoryEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  shift(): MemoryEntry | null {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return null;
    this.#head += 1;
    this.#bytes -= entry.bytes;
    if (this.#head > 512 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  entries(): readonly MemoryEntry[] {
    return this.#entries.slice(this.#head);
  }
}
