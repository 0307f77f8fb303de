import type { ChannelFamily } from "#okx";
import type { Counters } from "../counters.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Subscription } from "./subscription.ts";

/** What a push says besides its rows. */
export type PushFacts = Readonly<{
  action?: "snapshot" | "update";
  instId?: string;
  clOrdIds?: readonly string[];
}>;

/** Who listens to what, and the way frames take to them. */
export type Hub = Readonly<{
  add: (subscription: Subscription) => void;
  remove: (subscription: Subscription) => void;
  has: (subscription: Subscription) => boolean;
  /** Those who want a channel of one instrument. */
  ofInstrument: (family: ChannelFamily, instrument: number) => Iterable<Subscription>;
  /** Those who want a channel of one account. */
  ofAccount: (family: ChannelFamily, account: number) => Iterable<Subscription>;
  /** Those who want a channel that is of neither. */
  ofAll: (family: ChannelFamily) => Iterable<Subscription>;
  /** Whether anybody listens at all. */
  isEmpty: () => boolean;
  /** Whether anybody wants anything of this instrument; false costs nothing. */
  isWatched: (instrument: number) => boolean;
  /** Sends rows, already JSON, to one subscriber, unless the plan has something for the frame. */
  push: (to: Subscription, rowsText: string, facts?: PushFacts) => void;
}>;

export function createHub(faults: FaultInjector, counters: Counters): Hub {
  const byTopic = new Map<string, Set<Subscription>>();
  const watchers = new Map<number, number>();
  let count = 0;

  function watch({ listing }: Subscription, change: 1 | -1): void {
    count += change;
    if (listing === null) return;
    watchers.set(listing.index, (watchers.get(listing.index) ?? 0) + change);
  }

  function topicOf({ channel, listing, caller }: Subscription): string {
    if (caller !== null) return `${channel.family}|#${caller.account}`;
    return listing === null ? channel.family : `${channel.family}|${listing.index}`;
  }

  return {
    add: (subscription) => {
      const topic = topicOf(subscription);
      const all = byTopic.get(topic) ?? new Set();
      all.add(subscription);
      byTopic.set(topic, all);
      watch(subscription, 1);
    },
    remove: (subscription) => {
      const all = byTopic.get(topicOf(subscription));
      if (all?.delete(subscription) === true) watch(subscription, -1);
    },
    has: (subscription) => byTopic.get(topicOf(subscription))?.has(subscription) === true,
    ofInstrument: (family, instrument) => byTopic.get(`${family}|${instrument}`) ?? nobody,
    ofAccount: (family, account) => byTopic.get(`${family}|#${account}`) ?? nobody,
    ofAll: (family) => byTopic.get(family) ?? nobody,
    isEmpty: () => count === 0,
    isWatched: (instrument) => (watchers.get(instrument) ?? 0) > 0,
    push: (to, rowsText, facts = {}) => {
      counters.count("streams", `push:${to.channel.family}`);
      const action = facts.action === undefined ? "" : `"action":"${facts.action}",`;
      const text = `{"arg":${to.argText},${action}"data":${rowsText}}`;
      if (faults.isArmed()) sendFaulty(to, text, pointOf(to, facts), faults);
      else to.sink.send(text);
    },
  };
}

const nobody: readonly Subscription[] = [];

function sendFaulty(
  { sink }: Subscription,
  text: string,
  point: FaultPoint,
  faults: FaultInjector,
): void {
  if (faults.has("disconnect") && faults.strike("disconnect", point) !== null) {
    return sink.cut(cutCode, "connection lost");
  }
  if (faults.has("drop_frame") && faults.strike("drop_frame", point) !== null) return;
  sink.send(text);
  if (faults.has("duplicate") && faults.strike("duplicate", point) !== null) sink.send(text);
}

/** "Abnormal disconnection." */
export const cutCode = 4006;

function pointOf({ channel, name, listing, caller }: Subscription, facts: PushFacts): FaultPoint {
  return {
    endpoint: `push ${channel.family}`,
    channel: name,
    account: caller?.name ?? null,
    instId: facts.instId ?? listing?.instId ?? null,
    clOrdIds: facts.clOrdIds ?? [],
  };
}
