import type { Millis } from "#base";
import type { OutsidePrint, SetMark, SetOutside, SettleFunding } from "../api/command.ts";

/** What a recorded market does to the exchange. */
export type MarketCommand = SetMark | SetOutside | OutsidePrint | SettleFunding;

/** A recorded market as commands in the order of their times; null: it is over. */
export type Feed = Readonly<{
  /** When the next command is due. */
  nextMs: () => Millis | null;
  take: () => MarketCommand | null;
}>;

/** A feed of rows, each becoming some commands; rows ascend in time. */
export function feedOf<Row>(
  rows: Iterable<Row>,
  toCommands: (row: Row) => readonly MarketCommand[],
): Feed {
  const iterator = rows[Symbol.iterator]();
  let waiting: readonly MarketCommand[] = [];
  let at = 0;
  const look = (): MarketCommand | null => {
    while (at >= waiting.length) {
      const { done, value } = iterator.next();
      if (done === true) return null;
      waiting = toCommands(value);
      at = 0;
    }
    return waiting[at] ?? null;
  };
  return {
    nextMs: () => look()?.timeMs ?? null,
    take(): MarketCommand | null {
      const command = look();
      at += 1;
      return command;
    },
  };
}

/** Several feeds as one; at the same time the earlier of the list comes first. */
export function mergeFeeds(feeds: readonly Feed[]): Feed {
  const first = (): Feed | null => {
    let best: Feed | null = null;
    let bestMs = Infinity;
    for (const feed of feeds) {
      const ms = feed.nextMs();
      if (ms !== null && ms < bestMs) {
        best = feed;
        bestMs = ms;
      }
    }
    return best;
  };
  return {
    nextMs: () => first()?.nextMs() ?? null,
    take: () => first()?.take() ?? null,
  };
}
