import { randomInt } from "node:crypto";
import { createStream, type Fault, ok, type Result } from "#base";
import {
  createEnding,
  type Readiness,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import { type CongressConfig, congressConfig } from "./config.ts";
import { openLedger } from "./ledger/ledger.ts";
import { createPoller, type Poller } from "./poller.ts";
import { createPublisher } from "./publish.ts";
import { addCongressRoutes } from "./routes.ts";
import { quiverSource } from "./sources/quiver.ts";
import { recordedFile } from "./sources/recorded-file.ts";
import type { DisclosureSource } from "./sources/source.ts";

/**
 * Disclosed trades of members of Congress: looked for, normalised, kept once, published. It trades
 * nothing and invents nothing: without a source it says so and stays silent.
 */
export const congressionalIngest: Service<CongressConfig> = {
  name: "congressional-ingest",
  config: congressConfig,
  start: startCongressionalIngest,
};

type Deps = ServiceDeps<CongressConfig>;

const beatMs = 15_000;

/** A batch that takes longer than this is stuck, and the heartbeat stops to say so. */
const stuckMs = 600_000;

async function startCongressionalIngest(
  deps: Deps,
  signal: AbortSignal,
): Promise<Result<RunningService, Fault>> {
  const { config, clock, timers, log } = deps;
  const ledger = await openLedger(deps.store, clock.nowMs);
  if (!ledger.ok) return ledger;
  const sources = sourcesOf(deps);
  const publisher = createPublisher({ ...deps, ledger: ledger.value });
  const poller = createPoller({
    ...{ sources, publisher, clock, timers, log },
    ledger: ledger.value,
    pollMs: config.pollSeconds * 1000,
    lookbackDays: config.lookbackDays,
    metrics: deps.metrics,
    draw: createStream({ seed: randomInt(2 ** 47), stream: "latency", id: 0 }).uniform,
  });
  addCongressRoutes(deps.http, ledger.value, poller);
  if (sources.length === 0) sayUnavailable(deps);

  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  let lastBeatMs = clock.nowMs();
  timers.every(beatMs, async () => {
    const since = poller.busySinceMs();
    if (since !== null && clock.monotonicMs() - since > stuckMs) return;
    lastBeatMs = clock.nowMs();
    // What a bus refused before is offered again long before the next look at the sources.
    if (poller.publishTrouble() !== null) await poller.publish(until);
  });
  const ending = createEnding();
  const polls = sources.length === 0 ? Promise.resolve() : runPolls(poller, until, ending.end);
  return ok({
    readiness: () => readinessOf(poller),
    opsFacts: () => factsOf(poller, lastBeatMs),
    async stop(): Promise<void> {
      over.abort();
      await polls;
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

function sourcesOf({ config, clock }: Deps): readonly DisclosureSource[] {
  const files = config.files.map((path) => recordedFile(path));
  if (config.quiverKey === null) return files;
  const { quiverUrl: url, quiverKey: key } = config;
  return [...files, quiverSource({ url, key, nowMs: clock.nowMs })];
}

function sayUnavailable({ log }: Deps): void {
  log.warn("congress.no_source", {
    reason_code: "source_unavailable",
    msg: "neither QUIVER_API_KEY nor ASSAY_CONGRESS_FILES is set: nothing is published",
    outcome: "degraded",
  });
}

/** Faults are data in there, so what is thrown is a bug: the service ends, and is started again. */
async function runPolls(
  poller: Poller,
  signal: AbortSignal,
  end: ReturnType<typeof createEnding>["end"],
): Promise<void> {
  try {
    await poller.run(signal);
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    end({ outcome: "failed", fault: { code: "poller_crashed", message } });
  }
}

/** Sources that fail do not make the service unready: it is there to say that they do. */
function readinessOf(poller: Poller): Readiness {
  const [trouble = "ok"] = troublesOf(poller);
  return { ready: true, checks: { source: trouble } };
}

function factsOf(poller: Poller, lastBeatMs: number): ServiceFacts {
  return {
    kind: "ingest",
    mode: "OBSERVE",
    missing_fields: [],
    execution_enabled: null,
    // Disclosures come at any hour.
    market: "open",
    marketdata: "none",
    last_tick_ms: null,
    last_bar_ms: null,
    last_heartbeat_ms: lastBeatMs,
    degraded_by: troublesOf(poller),
  };
}

/** `source_unavailable` first whenever no source was taken in at its last look, then why. */
function troublesOf(poller: Poller): readonly string[] {
  const states = poller.states();
  const failing = states.flatMap(({ reason }) =>
    reason === null || reason === "ok" ? [] : reason,
  );
  const none = states.length === 0 || failing.length === states.length;
  const publishing = poller.publishTrouble();
  return [
    ...new Set([
      ...(none ? ["source_unavailable"] : []),
      ...failing,
      ...(publishing === null ? [] : [publishing]),
    ]),
  ];
}
