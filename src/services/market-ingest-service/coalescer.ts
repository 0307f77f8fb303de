/** What waits to be written under one key, and since when. */
export type Waiting<T> = Readonly<{ key: string; item: T; sinceMs: number }>;

/**
 * Keeps one item for each key until it is due. A later item is merged into the waiting one, so
 * what waits is bounded by the keys; and each key is written at most once per interval.
 */
export type Coalescer<T> = Readonly<{
  put: (key: string, item: T, nowMs: number) => void;
  /** Up to `limit` due items, the longest waiting first. They are then written or put back. */
  takeDue: (nowMs: number, limit: number) => readonly Waiting<T>[];
  /** All that waits, due or not: for the end. */
  takeAll: (nowMs: number) => readonly Waiting<T>[];
  /** After a failure: nothing is lost, and what came meanwhile is merged in as the newer. */
  putBack: (items: readonly Waiting<T>[]) => void;
  size: () => number;
}>;

export type CoalescerOptions<T> = Readonly<{
  minIntervalMs: number;
  merge: (older: T, newer: T) => T;
}>;

export function createCoalescer<T>({ minIntervalMs, merge }: CoalescerOptions<T>): Coalescer<T> {
  const waiting = new Map<string, Waiting<T>>();
  const takenAtMs = new Map<string, number>();

  function take(items: readonly Waiting<T>[], nowMs: number): readonly Waiting<T>[] {
    for (const { key } of items) {
      waiting.delete(key);
      takenAtMs.set(key, nowMs);
    }
    return items;
  }

  function isDue(key: string, nowMs: number): boolean {
    const last = takenAtMs.get(key);
    return last === undefined || nowMs - last >= minIntervalMs;
  }

  return {
    put(key, item, nowMs): void {
      const before = waiting.get(key);
      const merged = before === undefined ? item : merge(before.item, item);
      waiting.set(key, { key, item: merged, sinceMs: before?.sinceMs ?? nowMs });
    },
    takeDue(nowMs, limit): readonly Waiting<T>[] {
      const due = [...waiting.values()].filter(({ key }) => isDue(key, nowMs));
      const oldestFirst = due.toSorted((a, b) => a.sinceMs - b.sinceMs);
      return take(oldestFirst.slice(0, Math.max(limit, 0)), nowMs);
    },
    takeAll: (nowMs) => take([...waiting.values()], nowMs),
    putBack(items): void {
      for (const old of items) {
        const newer = waiting.get(old.key);
        const item = newer === undefined ? old.item : merge(old.item, newer.item);
        waiting.set(old.key, { ...old, item });
      }
    },
    size: () => waiting.size,
  };
}
