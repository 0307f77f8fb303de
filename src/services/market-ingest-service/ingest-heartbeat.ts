import { isoFromMillis } from "#base";
import { type Heartbeat, heartbeatSchema, type StreamState } from "#protocol";
import { judgeFreshness, type Moment, type TickWatch } from "#safety";

/** What the last heartbeat of the market data server said, and when it came in here. */
export type Upstream = Readonly<{ heartbeat: Heartbeat; receivedMonoMs: number }>;

export type IngestFacts = Readonly<{
  /** Of ticks that are durable in the store; what is on its way does not count. */
  stored: TickWatch;
  lastSymbol: string | null;
  upstream: Upstream | null;
  isPaused: boolean;
  /** The last write of ticks failed. */
  isStoreFailing: boolean;
  isStopping: boolean;
}>;

export type IngestFreshness = Readonly<{ fresh: boolean; reason: string; ageMs: number | null }>;

/** A heartbeat of the market data server counts for so long. */
const upstreamTtlMs = 60_000;

/**
 * Fresh only when everything is: stored ticks are young by the exchange's time, and the upstream
 * says of itself, lately, that it is live. The time of writing makes nothing fresh.
 */
export function judgeIngest(facts: IngestFacts, maxAgeMs: number, now: Moment): IngestFreshness {
  const ticks = judgeFreshness(facts.stored, { maxAgeMs, forcedStale: false }, now);
  const stale = (reason: string): IngestFreshness => ({ fresh: false, reason, ageMs: ticks.ageMs });
  if (facts.isPaused) return stale("ingest_paused");
  if (facts.isStoreFailing) return stale("store_failing");
  if (!ticks.fresh) return stale(ticks.reason);
  if (facts.upstream === null) return stale("upstream_unknown");
  if (now.monoMs - facts.upstream.receivedMonoMs > upstreamTtlMs) return stale("upstream_silent");
  if (facts.upstream.heartbeat.stream_state !== "live") return stale("upstream_not_live");
  return { fresh: true, reason: "fresh", ageMs: ticks.ageMs };
}

/** The heartbeat document: its times of data come from stored ticks alone. */
export function ingestHeartbeat(
  facts: IngestFacts,
  judged: IngestFreshness,
  about: Readonly<{ sequence: number; now: Moment }>,
): Heartbeat {
  const { stored, lastSymbol, isPaused, isStopping } = facts;
  const seen = stored.lastTickMs !== null && lastSymbol !== null;
  const age = seen && judged.ageMs !== null ? Math.max(judged.ageMs, 0) / 1000 : null;
  const well = judged.fresh ? "running" : "degraded";
  return {
    schema: heartbeatSchema,
    heartbeat_ts: isoFromMillis(Math.floor(about.now.wallMs)),
    last_tick_ts: seen ? isoFromMillis(stored.lastTickMs) : null,
    last_tick_symbol: seen ? lastSymbol : null,
    tick_age_seconds: age,
    stream_state: streamStateOf(facts, judged, about.now),
    status: isStopping ? "stopping" : isPaused ? "paused" : well,
    sequence: about.sequence,
  };
}

function streamStateOf(facts: IngestFacts, judged: IngestFreshness, now: Moment): StreamState {
  const { upstream } = facts;
  if (upstream === null) return "connecting";
  if (now.monoMs - upstream.receivedMonoMs > upstreamTtlMs) return "closed";
  const { stream_state } = upstream.heartbeat;
  return stream_state === "live" && !judged.fresh ? "stalled" : stream_state;
}
