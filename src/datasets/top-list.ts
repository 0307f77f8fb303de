/** Keeps the `limit` largest items by score, larger first, earlier first among equals. */
export type TopList<T> = Readonly<{
  add: (score: number, item: T) => void;
  items: () => readonly T[];
}>;

export function createTopList<T>(limit: number): TopList<T> {
  const entries: { score: number; item: T }[] = [];
  return {
    add(score, item): void {
      const last = entries.at(-1);
      if (entries.length === limit && last !== undefined && score <= last.score) return;
      let at = entries.length;
      while (at > 0 && (entries[at - 1]?.score ?? 0) < score) at -= 1;
      entries.splice(at, 0, { score, item });
      if (entries.length > limit) entries.pop();
    },
    items: () => entries.map(({ item }) => item),
  };
}
