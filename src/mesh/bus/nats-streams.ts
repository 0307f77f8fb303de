import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { err, ok, type Result } from "#base";
import { type BusFault, busFault } from "./bus-fault.ts";
import { type Lane, laneOf } from "./lane.ts";
import { apiCodeOf, attemptNats, streamCodes } from "./nats-faults.ts";
import { duplicateWindowMs } from "./recent-ids.ts";

export const streamByLane: Readonly<Record<Lane, string>> = {
  live: "ASSAY_LIVE",
  work: "ASSAY_WORK",
};

export const deadStream = "ASSAY_DEAD";

/** Where a subject or a pattern lies on the server. */
export function wireSubject(lane: Lane, subject: string): string {
  return `assay.${lane}.${subject}`;
}

export function wireOf(subject: string): string {
  return wireSubject(laneOf(subject), subject);
}

/** Replayed dead letters of one durable name; in the work stream. */
export function againSubject(durable: string): string {
  return `assay.again.${durable}`;
}

export function deadSubject(durable: string): string {
  return `assay.dead.${durable}`;
}

const dayMs = 86_400_000;

/**
 * Age only keeps the server's disk clean; nothing of ours ends because the server forgets it.
 * Work is refused when its stream is full, never forgotten to make room.
 */
const streams: readonly (Partial<StreamConfig> & { name: string })[] = [
  {
    ...base("ASSAY_LIVE", ["assay.live.>"], 64 << 20),
    ...{ discard: DiscardPolicy.Old, max_age: nanos(3_600_000) },
  },
  {
    ...base("ASSAY_WORK", ["assay.work.>", "assay.again.>"], 256 << 20),
    ...{ discard: DiscardPolicy.New, max_age: nanos(14 * dayMs) },
  },
  {
    ...base(deadStream, ["assay.dead.>"], 64 << 20),
    ...{ discard: DiscardPolicy.New, max_msgs: 10_000 },
  },
];

function base(
  name: string,
  subjects: string[],
  max_bytes: number,
): Partial<StreamConfig> & { name: string } {
  return {
    ...{ name, subjects, max_bytes, storage: StorageType.File },
    ...{ retention: RetentionPolicy.Limits, duplicate_window: nanos(duplicateWindowMs) },
  };
}

/** Makes the three streams as we want them. Faults: bus_config_ignored and those of the server. */
export async function ensureStreams(manager: JetStreamManager): Promise<Result<void, BusFault>> {
  for (const wanted of streams) {
    const { name } = wanted;
    const made = await attemptNats(name, async () => {
      const found = await orMissing(manager.streams.info(name), streamCodes.streamNotFound);
      if (found === null) return manager.streams.add(wanted);
      return firstDifference(wanted, found.config) === null
        ? found
        : manager.streams.update(name, wanted);
    });
    if (!made.ok) return made;
    const compared = compare(name, wanted, made.value.config);
    if (!compared.ok) return compared;
  }
  return ok(undefined);
}

export type WantedConsumer = Readonly<{
  stream: string;
  name: string;
  filter: string;
  inFlight: number;
  ackWaitMs: number;
  /** Null: kept while nobody listens. Else it goes after this time without a listener. */
  inactiveMs: number | null;
  /** Where a new one begins. */
  from: "oldest" | "new" | number;
}>;

/** Makes the consumer or brings it to what is wanted; its place in the stream stays. */
export async function ensureConsumer(
  manager: JetStreamManager,
  wanted: WantedConsumer,
): Promise<Result<void, BusFault>> {
  const { stream, name, inFlight, ackWaitMs, inactiveMs } = wanted;
  const changing: Partial<ConsumerConfig> = {
    ...{ max_ack_pending: inFlight, ack_wait: nanos(ackWaitMs), max_deliver: -1 },
    ...(inactiveMs === null ? {} : { inactive_threshold: nanos(inactiveMs) }),
  };
  const fixed: Partial<ConsumerConfig> = {
    ...{ durable_name: name, filter_subject: wanted.filter },
    ...{ ack_policy: AckPolicy.Explicit, replay_policy: ReplayPolicy.Instant },
  };
  const made = await attemptNats(name, async () => {
    const found = await orMissing(
      manager.consumers.info(stream, name),
      streamCodes.consumerNotFound,
    );
    if (found === null) {
      const { state } = await manager.streams.info(stream);
      const start = begin(wanted.from, state.last_seq);
      return manager.consumers.add(stream, { ...fixed, ...changing, ...start });
    }
    return firstDifference(changing, found.config) === null
      ? found
      : manager.consumers.update(stream, name, changing);
  });
  return made.ok ? compare(name, { ...fixed, ...changing }, made.value.config) : made;
}

function begin(from: WantedConsumer["from"], lastSeq: number): Partial<ConsumerConfig> {
  if (from === "oldest") return { deliver_policy: DeliverPolicy.All };
  // A stream that was lost counts from 1 again, and our place in it means nothing.
  if (from === "new" || from > lastSeq + 1) return { deliver_policy: DeliverPolicy.New };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from };
}

async function orMissing<T>(asked: Promise<T>, missing: number): Promise<T | null> {
  try {
    return await asked;
  } catch (cause) {
    if (apiCodeOf(cause) === missing) return null;
    throw cause;
  }
}

/** A server passes over options that it does not know, without a word: so it is read back. */
export function compare(name: string, wanted: object, given: object): Result<void, BusFault> {
  const field = firstDifference(wanted, given);
  if (field === null) return ok(undefined);
  const message = `the NATS server did not take the setting ${field}: it is too old or managed`;
  return err(busFault("bus_config_ignored", message, name));
}

function firstDifference(wanted: object, given: object): string | null {
  const found: Readonly<Record<string, unknown>> = { ...given };
  for (const [field, value] of Object.entries(wanted)) {
    if (JSON.stringify(found[field]) !== JSON.stringify(value)) return field;
  }
  return null;
}
