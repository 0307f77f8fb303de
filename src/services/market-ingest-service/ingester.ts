import { type Log, type MeshClock, type Metrics, momentOf } from "#mesh";
import type { Heartbeat, Tick } from "#protocol";
import { maxFutureMs } from "#safety";
import { createCoalescer } from "./coalescer.ts";
import {
  type IngestFacts,
  type IngestFreshness,
  ingestHeartbeat,
  judgeIngest,
} from "./ingest-heartbeat.ts";
import { type Giver, mergePending, type PendingTicks, pendingTick } from "./pending-ticks.ts";
import type { QuoteStore } from "./quote-store.ts";
import { createRowWriter } from "./row-writer.ts";
import { available, type BucketSpec, fullBucket, refill, spend } from "./token-bucket.ts";

export type IngesterOptions = Readonly<{
  store: Pick<QuoteStore, "write" | "writeHeartbeat">;
  clock: MeshClock;
  log: Log;
  metrics: Metrics;
  /** In [0, 1), from a seeded stream. */
  chance: () => number;
  bucket: BucketSpec;
  symbolIntervalMs: number;
  maxAgeMs: number;
}>;

/** Takes ticks, writes the newest of each symbol at a bounded rate, and says how it goes. */
export type Ingester = Readonly<{
  /** The giver is told once the tick, or a newer one of its symbol, is durable. */
  put: (tick: Tick, giver: Giver) => void;
  /** Of the future by our clock: stored, no sound tick would be newer for as long. */
  isAhead: (tick: Tick) => boolean;
  upstreamSaid: (heartbeat: Heartbeat) => void;
  /** Writes what is due; never throws for what the store does. */
  flush: () => Promise<void>;
  /** Writes all that waits, without regard to rates; false when the store would not. */
  drain: () => Promise<boolean>;
  setPaused: (isPaused: boolean) => void;
  beat: (isStopping?: boolean) => Promise<Heartbeat>;
  facts: () => IngestFacts;
  judge: () => IngestFreshness;
  waiting: () => number;
  lastBeatMs: () => number | null;
}>;

/** A store with hundreds of symbols is written in pieces, each a transaction of its own. */
const rowsPerWrite = 100;

export function createIngester(options: IngesterOptions): Ingester {
  const { store, clock, log, metrics, bucket: spec } = options;
  const writer = createRowWriter({ store, clock, log, metrics, chance: options.chance });
  const pending = createCoalescer<PendingTicks>({
    minIntervalMs: options.symbolIntervalMs,
    merge: mergePending,
  });
  let bucket = fullBucket(spec, clock.monotonicMs());
  let upstream: IngestFacts["upstream"] = null;
  let isPaused = false;
  let isStopping = false;
  let beats = 0;
  let lastBeatMs: number | null = null;

  const facts = (): IngestFacts => {
    const { watch, lastSymbol } = writer.stored();
    const isStoreFailing = writer.isFailing();
    return { stored: watch, lastSymbol, upstream, isPaused, isStoreFailing, isStopping };
  };
  const judge = (): IngestFreshness => judgeIngest(facts(), options.maxAgeMs, momentOf(clock));

  async function beat(stopping = false): Promise<Heartbeat> {
    isStopping = stopping;
    beats += 1;
    const judged = judge();
    const heartbeat = ingestHeartbeat(facts(), judged, { sequence: beats, now: momentOf(clock) });
    const kept = await store.writeHeartbeat(heartbeat, judged, facts().stored.lastTickMs);
    if (kept.ok) lastBeatMs = clock.nowMs();
    else log.warn("ingest.heartbeat_failed", { reason_code: kept.fault.code, outcome: "failed" });
    return heartbeat;
  }

  return {
    put: (tick, giver) => pending.put(tick.symbol, pendingTick(tick, giver), clock.monotonicMs()),
    isAhead: (tick) => tick.exchange_ts_ms > clock.nowMs() + maxFutureMs,
    upstreamSaid(heartbeat): void {
      upstream = { heartbeat, receivedMonoMs: clock.monotonicMs() };
    },
    async flush(): Promise<void> {
      if (!writer.mayTry()) return;
      const now = clock.monotonicMs();
      bucket = refill(bucket, spec, now);
      const due = pending.takeDue(now, Math.min(available(bucket), rowsPerWrite));
      bucket = spend(bucket, due.length);
      if (!(await writer.write(due))) pending.putBack(due);
    },
    async drain(): Promise<boolean> {
      const all = pending.takeAll(clock.monotonicMs());
      for (let at = 0; at < all.length; at += rowsPerWrite) {
        if (await writer.write(all.slice(at, at + rowsPerWrite))) continue;
        pending.putBack(all.slice(at));
        return false;
      }
      return true;
    },
    setPaused(next): void {
      isPaused = next;
    },
    beat,
    facts,
    judge,
    waiting: pending.size,
    lastBeatMs: () => lastBeatMs,
  };
}
