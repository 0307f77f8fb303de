/** What a campaign has seen; `wrong` must stay empty. */
export type Tally = {
  races: number;
  blockedRaces: number;
  orders: number;
  /** Orders that the venue took behind the halt: sent before it, and on their way. */
  ordersOnTheirWay: number;
  refused: number;
  /** Releases that a look of before was faster than. */
  latchedAgain: number;
  byWay: Record<string, number>;
  /** Ms from the change of the source to the last order that the venue took. */
  reactionMs: number[];
  reactionBlockedMs: number[];
  /** Ms from the change to the finding of the watchdog, and to its all-clear. */
  watchdogMs: number[];
  watchdogBlockedMs: number[];
  clearMs: number[];
  clearBlockedMs: number[];
  wrong: string[];
};

export function emptyTally(): Tally {
  return {
    ...{
      races: 0,
      blockedRaces: 0,
      orders: 0,
      ordersOnTheirWay: 0,
      refused: 0,
      latchedAgain: 0,
      byWay: {},
    },
    ...{ reactionMs: [], reactionBlockedMs: [], watchdogMs: [], watchdogBlockedMs: [] },
    ...{ clearMs: [], clearBlockedMs: [], wrong: [] },
  };
}

export type Percentiles = Readonly<{ count: number; p50: number; p99: number; max: number }>;

/** The nearest rank; of no values all are 0. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return Math.round(value * 100) / 100;
  };
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export type Summary = Readonly<{
  races: number;
  blocked_races: number;
  orders: number;
  orders_on_their_way: number;
  refused: number;
  latched_again: number;
  by_way: Readonly<Record<string, number>>;
  reaction_ms: Percentiles;
  reaction_blocked_ms: Percentiles;
  watchdog_ms: Percentiles;
  watchdog_blocked_ms: Percentiles;
  clear_ms: Percentiles;
  clear_blocked_ms: Percentiles;
  wrong: readonly string[];
}>;

export function summaryOf(tally: Tally): Summary {
  return {
    races: tally.races,
    blocked_races: tally.blockedRaces,
    orders: tally.orders,
    orders_on_their_way: tally.ordersOnTheirWay,
    refused: tally.refused,
    latched_again: tally.latchedAgain,
    by_way: tally.byWay,
    reaction_ms: percentiles(tally.reactionMs),
    reaction_blocked_ms: percentiles(tally.reactionBlockedMs),
    watchdog_ms: percentiles(tally.watchdogMs),
    watchdog_blocked_ms: percentiles(tally.watchdogBlockedMs),
    clear_ms: percentiles(tally.clearMs),
    clear_blocked_ms: percentiles(tally.clearBlockedMs),
    wrong: tally.wrong,
  };
}

const maxReactionMs = 50;
const maxReactionBlockedMs = 250;

/** Figures that were promised and not kept. */
export function missed({
  reaction_ms,
  reaction_blocked_ms,
  orders,
  races,
}: Summary): readonly string[] {
  const late: string[] = [];
  if (reaction_ms.p99 >= maxReactionMs) late.push(`reaction p99 ${reaction_ms.p99} ms`);
  if (reaction_blocked_ms.p99 >= maxReactionBlockedMs) {
    late.push(`reaction p99 with a blocked loop ${reaction_blocked_ms.p99} ms`);
  }
  if (orders < races) late.push(`only ${orders} orders in ${races} races: no load`);
  return late;
}
