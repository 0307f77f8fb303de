/** How often what happened since the venue opened, by group and key. */
export type Counters = Readonly<{
  count: (group: CounterGroup, key: string, amount?: number) => void;
  /** 0 for what never happened. */
  of: (group: CounterGroup, key: string) => number;
  read: () => CounterTable;
}>;

export type CounterTable = Readonly<Record<CounterGroup, Readonly<Record<string, number>>>>;

export type CounterGroup = (typeof groups)[number];

const groups = [
  /** Requests and stream operations by endpoint, refused ones included. */
  "requests",
  /** Answers by code of the whole request. */
  "answers",
  /** Orders, changes and cancellations by what became of them: `place:0`, `cancel:51400`. */
  "writes",
  /** Requests refused for their rate, by endpoint. */
  "rate_limited",
  /** What the engine did: fills, liquidations, prevented self-trades, bills. */
  "events",
  /** Connections opened, closed and refused, logins, frames by channel. */
  "streams",
  /** Steps of the market feed by instrument. */
  "market",
] as const;

/** Keys are of closed sets, but some come from clients: beyond this many they fall together. */
const keysPerGroup = 2000;

export function createCounters(): Counters {
  const tables = new Map<CounterGroup, Map<string, number>>(
    groups.map((group) => [group, new Map()]),
  );

  return {
    count: (group, key, amount = 1) => {
      const table = tables.get(group);
      if (table === undefined) return;
      const place = table.has(key) || table.size < keysPerGroup ? key : "other";
      table.set(place, (table.get(place) ?? 0) + amount);
    },
    of: (group, key) => tables.get(group)?.get(key) ?? 0,
    read: () =>
      Object.fromEntries(
        groups.map((group) => [group, Object.fromEntries(tables.get(group) ?? [])]),
      ) as CounterTable,
  };
}
