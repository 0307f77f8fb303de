import { assert, type Millis } from "#base";
import type { Command } from "../api/command.ts";
import type { Exchange, Outcome } from "../api/exchange.ts";
import type { Feed } from "./feed.ts";
import { delayOf, type LatencyModel } from "./latency.ts";

/** A command before it reaches the venue: its time is decided on the way. */
export type Sent = Command extends infer One
  ? One extends Command
    ? Omit<One, "timeMs">
    : never
  : never;

/** Something that reached the venue: what a feed did, a timer, or a command that was sent. */
export type Delivery = Readonly<{
  source: "feed" | "timer" | "sent";
  /** Number of the sent command; null for the others. */
  number: number | null;
  atMs: Millis;
  /** When the sender learns of it; null for the others. */
  ackMs: Millis | null;
  outcome: Outcome;
}>;

export type Timeline = Readonly<{
  /** Sends a command now; returns its number. One account's commands arrive in the order sent. */
  send: (command: Sent, nowMs: Millis) => number;
  /** Everything that happens up to and including this moment. */
  runTo: (timeMs: Millis) => readonly Delivery[];
  /** When the next thing happens; null if nothing is under way. */
  nextMs: () => Millis | null;
}>;

type UnderWay = Readonly<{ number: number; atMs: Millis; ackMs: Millis; command: Sent }>;

/**
 * Joins a recorded market, the delays of the wire and the venue's timers into one order of events:
 * by time; at the same time timers first, then the feed, then commands by number.
 */
export function createTimeline({
  exchange,
  feed,
  latency,
}: Readonly<{ exchange: Exchange; feed: Feed; latency: LatencyModel }>): Timeline {
  const underWay: UnderWay[] = [];
  const lastArrival = new Map<number, Millis>();
  let sent = 0;

  const next = (): Readonly<{ source: Delivery["source"]; atMs: Millis }> | null => {
    const candidates = [
      { source: "timer", atMs: exchange.nextTimerMs() },
      { source: "feed", atMs: feed.nextMs() },
      { source: "sent", atMs: underWay[0]?.atMs ?? null },
    ] as const;
    let best: Readonly<{ source: Delivery["source"]; atMs: Millis }> | null = null;
    for (const { source, atMs } of candidates) {
      if (atMs !== null && (best === null || atMs < best.atMs)) best = { source, atMs };
    }
    return best;
  };

  return {
    send(command: Sent, nowMs: Millis): number {
      const { entryMs, ackMs } = delayOf(latency, sent);
      const account = "account" in command ? command.account : -1;
      const atMs = Math.max(nowMs + entryMs, lastArrival.get(account) ?? 0);
      lastArrival.set(account, atMs);
      insert(underWay, { number: sent, atMs, ackMs: atMs + ackMs, command });
      sent += 1;
      return sent - 1;
    },
    runTo(timeMs: Millis): readonly Delivery[] {
      const deliveries: Delivery[] = [];
      for (let due = next(); due !== null && due.atMs <= timeMs; due = next()) {
        deliveries.push(deliver(due));
      }
      return deliveries;
    },
    nextMs: () => next()?.atMs ?? null,
  };

  function deliver({
    source,
    atMs,
  }: Readonly<{ source: Delivery["source"]; atMs: Millis }>): Delivery {
    if (source === "timer") {
      const outcome = exchange.apply({ type: "tick", timeMs: atMs });
      return { source, number: null, atMs, ackMs: null, outcome };
    }
    if (source === "feed") {
      const command = feed.take();
      assert(command !== null, "a feed gave a time and then nothing");
      return { source, number: null, atMs, ackMs: null, outcome: exchange.apply(command) };
    }
    const due = underWay.shift();
    assert(due !== undefined, "nothing is under way");
    const outcome = exchange.apply({ ...due.command, timeMs: atMs });
    return { source, number: due.number, atMs, ackMs: due.ackMs, outcome };
  }
}

/** Keeps the list in the order of arrival; what was sent earlier comes first at the same time. */
function insert(underWay: UnderWay[], one: UnderWay): void {
  let place = underWay.length;
  while (place > 0 && (underWay[place - 1]?.atMs ?? 0) > one.atMs) place -= 1;
  underWay.splice(place, 0, one);
}
