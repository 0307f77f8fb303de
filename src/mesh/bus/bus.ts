import type { Json, Result } from "#base";
import type { BusEvent } from "./bus-event.ts";
import type { BusFault } from "./bus-fault.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/**
 * What carries events between the parts of the mesh: transport, never the record. Two
 * implementations keep to one contract (docs/contracts/bus.md): in the process, and over NATS.
 * Nothing here throws for what the other side or the network did; faults are data.
 */
export type Bus = Readonly<{
  kind: "in_process" | "nats";
  /** Offers one event to every subscription whose pattern matches its subject. */
  publish: (event: BusEvent) => Promise<Result<Receipt, BusFault>>;
  subscribe: (request: SubscribeRequest) => Promise<Result<Subscription, BusFault>>;
  /** A bucket of named JSON values with revisions; made when it is not there. */
  kv: (bucket: string) => Promise<Result<Kv, BusFault>>;
  /** A bucket of named byte strings with digests; made when it is not there. */
  objects: (bucket: string) => Promise<Result<Objects, BusFault>>;
  /** What failed for good, by durable name. */
  deadLetters: DeadLetters;
  status: () => BusStatus;
  /** Stops all subscriptions, waits for their handlers, and lets go. Doing it again is fine. */
  close: () => Promise<void>;
}>;

/** The bus has the event. `settled` never rejects. */
export type Receipt = Readonly<{
  /** Place in the bus's own order; 0 when it had this event_id already. */
  sequence: number;
  /** `server`: another process keeps it; `memory`: a crash of this one would forget it. */
  held: "server" | "memory";
  /**
   * Resolves when the bus answers for the event: at once for `server`; for `memory` when each
   * durable subscription that matches has acknowledged it or its dead letter is kept.
   */
  settled: Promise<void>;
}>;

export type SubscribeRequest = Readonly<{
  /**
   * Patterns: tokens between dots, `*` for one token, `>` at the end for one or more. No two of
   * them may match the same subject (fault bus_overlapping_patterns).
   */
  subjects: readonly string[];
  /**
   * A name under which the position is kept while nobody listens; its first use starts at the
   * oldest event still held. Null: from now on, gone with the subscription.
   */
  durable: string | null;
  handler: DeliveryHandler;
  /**
   * How many deliveries of one pattern may be unsettled at once. 1, the default, promises that the
   * events of one subject are handled in the order of publication, redelivered ones included.
   */
  inFlight?: number;
  retry?: RetryPolicy;
}>;

/** Settles the delivery. One that throws or returns without settling counts as a failed attempt. */
export type DeliveryHandler = (delivery: Delivery) => Promise<void>;

/** One attempt at one event. Only the first of `ack`, `nak` and `term` counts. */
export type Delivery = Readonly<{
  event: BusEvent;
  /** 1 for the first. After the last of the retry policy the event becomes a dead letter. */
  attempt: number;
  /** Aborted when the handler has run out of time, or the stop of its subscription has. */
  signal: AbortSignal;
  ack: () => void;
  /** Not now: again after `delayMs`, or after the pause of the retry policy. Counts an attempt. */
  nak: (delayMs?: number, reason?: string) => void;
  /** Never: a dead letter at once, with this reason. */
  term: (reason: string) => void;
}>;

export type Subscription = Readonly<{
  durable: string | null;
  /**
   * No new deliveries. Resolves when the running handlers have ended; after the deadline (default
   * 8 s) their signals abort, and what they had not settled counts as a failed attempt.
   */
  stop: (deadlineMs?: number) => Promise<void>;
  /** Resolves when the subscription has ended, by `stop` or with the bus, and nothing runs. */
  drained: Promise<void>;
  counts: () => SubscriptionCounts;
}>;

export type SubscriptionCounts = Readonly<{
  delivered: number;
  redelivered: number;
  acknowledged: number;
  dead: number;
  /** Events that were never delivered because the subscription was too slow for them. */
  dropped: number;
}>;

export type BusStatus = Readonly<{
  state: "up" | "reconnecting" | "closed";
  /** Since when, by the machine's clock. */
  since_ms: number;
  /** Name and version of the server; null in the process. */
  server: string | null;
  /** The last trouble, null when there was none. */
  trouble: BusFault | null;
}>;

/** One value of a bucket. Revisions grow within the bucket and are never used twice. */
export type KvEntry = Readonly<{
  key: string;
  revision: number;
  /** Null for a deletion, which only `history` and `watch` show. */
  value: Json | null;
  deleted: boolean;
}>;

/** Keys are tokens of `A-Z a-z 0-9 _ = -` between dots. */
export type Kv = Readonly<{
  /** Null when the key has no value. */
  get: (key: string) => Promise<Result<KvEntry | null, BusFault>>;
  /** Gives the new revision, as all writes do. */
  put: (key: string, value: Json) => Promise<Result<number, BusFault>>;
  /** Only when the key has no value: fault bus_key_exists otherwise. */
  create: (key: string, value: Json) => Promise<Result<number, BusFault>>;
  /** Only when the key is at this revision: fault bus_revision_conflict otherwise. */
  update: (key: string, value: Json, revision: number) => Promise<Result<number, BusFault>>;
  delete: (key: string) => Promise<Result<void, BusFault>>;
  /** Present keys that match the pattern (default all), in code-unit order. */
  keys: (pattern?: string) => Promise<Result<readonly string[], BusFault>>;
  /** The last values of a key, oldest first, at most `kvHistory` of them. */
  history: (key: string) => Promise<Result<readonly KvEntry[], BusFault>>;
  /** Present values first, then each change, in the order of revisions. */
  watch: (pattern: string, changed: (entry: KvEntry) => void) => Promise<Result<Watch, BusFault>>;
}>;

export type Watch = Readonly<{ stop: () => Promise<void> }>;

/** How many values of a key a bucket keeps. */
export const kvHistory = 16;

export type ObjectInfo = Readonly<{ name: string; size: number; sha256: string }>;

/** Byte strings up to `maxObjectBytes` under names of 1 to 255 plain characters. */
export type Objects = Readonly<{
  /** Replaces an object of this name. Fault bus_sealed in a sealed bucket. */
  put: (name: string, bytes: Uint8Array) => Promise<Result<ObjectInfo, BusFault>>;
  /** The bytes, checked against the recorded digest; null when there is no such object. */
  get: (name: string) => Promise<Result<Uint8Array | null, BusFault>>;
  info: (name: string) => Promise<Result<ObjectInfo | null, BusFault>>;
  /** By name, in code-unit order. */
  list: () => Promise<Result<readonly ObjectInfo[], BusFault>>;
  /** Nothing in the bucket changes any more, for good. */
  seal: () => Promise<Result<void, BusFault>>;
  sealed: () => Promise<Result<boolean, BusFault>>;
}>;

export const maxObjectBytes: number = 64 << 20;
