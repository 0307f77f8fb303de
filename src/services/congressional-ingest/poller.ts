import type { Log, MeshClock, Metrics, Timers } from "#mesh";
import { createIngestMeters, type IngestMeters } from "./ingest-meters.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { type PollOutcome, pollSource } from "./poll-source.ts";
import type { Publisher } from "./publish.ts";
import { maxAttempts, retryWaitMs } from "./sources/retry.ts";
import type { DisclosureSource, SourceFault } from "./sources/source.ts";

/** How the last look at a source ended. */
export type SourceState = Readonly<{
  source: string;
  /** `ok` or a code; null before the first look has ended. */
  reason: string | null;
  message: string | null;
  endedMs: number | null;
}>;

export type PollerPorts = Readonly<{
  sources: readonly DisclosureSource[];
  ledger: Ledger;
  publisher: Publisher;
  pollMs: number;
  lookbackDays: number;
  clock: MeshClock;
  timers: Pick<Timers, "sleep">;
  log: Log;
  metrics: Metrics;
  /** A number in [0, 1) for the backoff. */
  draw: () => number;
}>;

export type Poller = Readonly<{
  /** Looks at every source again and again until the signal aborts; no fault ends it. */
  run: (signal: AbortSignal) => Promise<void>;
  publish: (signal: AbortSignal) => Promise<void>;
  states: () => readonly SourceState[];
  /** Code of what keeps events from being published; null when nothing does. */
  publishTrouble: () => string | null;
  /** Since when nothing has moved in a look that is under way; null when none is. */
  busySinceMs: () => number | null;
}>;

export function createPoller(ports: PollerPorts): Poller {
  const work: Work = {
    ports,
    meters: createIngestMeters(ports.metrics),
    states: new Map(ports.sources.map(({ name }) => [name, unseen(name)])),
    trouble: null,
    busySinceMs: null,
  };
  return {
    run: (signal) => pollAll(work, signal),
    publish: (signal) => publish(work, signal),
    states: () => [...work.states.values()],
    publishTrouble: () => work.trouble,
    busySinceMs: () => work.busySinceMs,
  };
}

type Work = {
  readonly ports: PollerPorts;
  readonly meters: IngestMeters;
  readonly states: Map<string, SourceState>;
  trouble: string | null;
  busySinceMs: number | null;
};

function unseen(source: string): SourceState {
  return { source, reason: null, message: null, endedMs: null };
}

async function pollAll(work: Work, signal: AbortSignal): Promise<void> {
  const { sources, timers, pollMs } = work.ports;
  while (!signal.aborted) {
    for (const source of sources) {
      if (!signal.aborted) await look(work, source, signal);
    }
    await publish(work, signal);
    if (!(await timers.sleep(pollMs, signal))) return;
  }
}

/** One look at a source, tried again as the source and the backoff say. */
async function look(work: Work, source: DisclosureSource, signal: AbortSignal): Promise<void> {
  const { ports } = work;
  for (let failures = 1; failures <= maxAttempts; failures += 1) {
    const outcome = await tryOnce(work, source, signal);
    if (signal.aborted) return;
    if (outcome === null) return;
    const waitMs = retryWaitMs(outcome, failures, ports.draw());
    if (waitMs === null || !(await ports.timers.sleep(waitMs, signal))) return;
  }
}

/** Null when the source was taken in. */
async function tryOnce(
  work: Work,
  source: DisclosureSource,
  signal: AbortSignal,
): Promise<SourceFault | null> {
  const { ledger, lookbackDays, clock } = work.ports;
  const moved = (): void => {
    work.busySinceMs = clock.monotonicMs();
  };
  moved();
  const outcome = await pollSource(
    source,
    {
      ledger,
      lookbackDays,
      onBatch: async (counts) => {
        moved();
        work.meters.rows(counts);
        await publish(work, signal);
        // The store and a bus within the process answer at once: let others have a turn.
        await work.ports.timers.sleep(0, signal);
      },
    },
    signal,
  );
  work.busySinceMs = null;
  if (outcome.ok) return succeed(work, source, outcome.value);
  if (!signal.aborted) fail(work, source, outcome.fault);
  return outcome.fault;
}

function succeed(work: Work, { name }: DisclosureSource, { state, counts }: PollOutcome): null {
  const { clock, log } = work.ports;
  work.states.set(name, { ...unseen(name), reason: "ok", endedMs: clock.nowMs() });
  if (state === "taken_in")
    log.info("congress.taken_in", { source: name, ...counts, outcome: "ok" });
  return null;
}

function fail(work: Work, { name }: DisclosureSource, { code, message }: SourceFault): void {
  const { clock, log } = work.ports;
  work.states.set(name, { source: name, reason: code, message, endedMs: clock.nowMs() });
  work.meters.failed(code);
  log.warn("congress.poll_failed", {
    source: name,
    reason_code: code,
    msg: message,
    outcome: "degraded",
  });
}

async function publish(work: Work, signal: AbortSignal): Promise<void> {
  const sent = await work.ports.publisher.publishAll(signal);
  const before = work.trouble;
  work.trouble = sent.ok ? null : sent.fault.code;
  if (sent.ok) {
    work.meters.published(sent.value);
    return;
  }
  if (before === work.trouble) return;
  const { code, message } = sent.fault;
  work.ports.log.warn("congress.not_published", {
    reason_code: code,
    msg: message,
    outcome: "degraded",
  });
}
