/** One thing to do at a time of the venue's clock. */
type Entry = { readonly atMs: number; readonly order: number; task: (() => void) | null };

/** Tasks by time; those of one millisecond in the order in which they were asked for. */
export type Agenda = Readonly<{
  /** Adds a task and gives the way to take it away again. */
  add: (atMs: number, task: () => void) => () => void;
  /** When the next task is due; null when there is none. */
  nextMs: () => number | null;
  /** Takes the first task that is due at `nowMs` or before; null when none is. */
  take: (nowMs: number) => Readonly<{ atMs: number; task: () => void }> | null;
}>;

export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let order = 0;

  function dropEmpty(): void {
    while (heap.length > 0 && heap[0]?.task === null) removeFirst(heap);
  }

  return {
    add: (atMs, task) => {
      order += 1;
      const entry: Entry = { atMs, order, task };
      insert(heap, entry);
      return () => {
        entry.task = null;
      };
    },
    nextMs: () => {
      dropEmpty();
      return heap[0]?.atMs ?? null;
    },
    take: (nowMs) => {
      dropEmpty();
      const first = heap[0];
      if (first === undefined || first.atMs > nowMs || first.task === null) return null;
      removeFirst(heap);
      return { atMs: first.atMs, task: first.task };
    },
  };
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

function insert(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function removeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const child = smallerChild(heap, at);
    const below = heap[child];
    if (below === undefined || !isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}

function smallerChild(heap: readonly Entry[], at: number): number {
  const left = 2 * at + 1;
  const [one, other] = [heap[left], heap[left + 1]];
  return one !== undefined && other !== undefined && isBefore(other, one) ? left + 1 : left;
}
