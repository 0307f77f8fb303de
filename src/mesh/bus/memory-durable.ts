import { subjectMatches } from "#protocol";
import { type CursorDeps, MemoryCursor } from "./memory-cursor.ts";
import type { MemoryEntry } from "./memory-entry.ts";

/** What one durable name has still to handle, whether somebody listens or not. */
export class MemoryDurable {
  inUse = false;
  readonly #name: string;
  readonly #deps: CursorDeps;
  /** Replayed dead letters; no published subject gets in here. */
  readonly #again: MemoryCursor;
  readonly #cursorByPattern = new Map<string, MemoryCursor>();

  constructor(name: string, deps: CursorDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#again = new MemoryCursor("", name, deps);
  }

  cursorsOf(subject: string): readonly MemoryCursor[] {
    return [...this.#cursorByPattern.values()].filter(({ pattern }) =>
      subjectMatches(pattern, subject),
    );
  }

  again(entry: MemoryEntry): void {
    this.#again.offer(entry);
  }

  /**
   * The cursors to listen to. A pattern that was not followed before begins with the held events;
   * one that is not followed any more answers for what it had left.
   */
  follow(patterns: readonly string[], held: readonly MemoryEntry[]): readonly MemoryCursor[] {
    for (const [pattern, cursor] of this.#cursorByPattern) {
      if (patterns.includes(pattern)) continue;
      this.#cursorByPattern.delete(pattern);
      cursor.abandon();
    }
    for (const pattern of patterns) {
      if (this.#cursorByPattern.has(pattern)) continue;
      const cursor = new MemoryCursor(pattern, this.#name, this.#deps);
      this.#cursorByPattern.set(pattern, cursor);
      for (const entry of held)
        if (subjectMatches(pattern, entry.event.subject)) cursor.offer(entry);
    }
    return [...this.#cursorByPattern.values(), this.#again];
  }
}
