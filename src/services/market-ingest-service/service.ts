import { randomInt } from "node:crypto";
import { createStream, type Fault, isoFromMillis, ok, type Result } from "#base";
import {
  createEnding,
  type Readiness,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import { createEvent, eventIdOf, type Heartbeat, subjects } from "#protocol";
import { type IngestConfig, ingestConfig } from "./config.ts";
import { type EnabledReading, readEnabled } from "./enabled-switch.ts";
import { createIngester, type Ingester } from "./ingester.ts";
import { openQuoteStore, type QuoteStore } from "./quote-store.ts";
import { openTickIntake, type TickIntake } from "./tick-intake.ts";

export type IngestOptions = Readonly<{
  /** Of waiting after a failed write; by default from a seed of the machine. */
  chance?: () => number;
}>;

type Deps = ServiceDeps<IngestConfig>;

/** Writes the newest tick of each symbol into the store, with a heartbeat anchored in them. */
export function marketIngestService(options: IngestOptions = {}): Service<IngestConfig> {
  return {
    name: "market-ingest-service",
    config: ingestConfig,
    start: async (deps) => startIngest(deps, options),
  };
}

const beatMs = 15_000;

async function startIngest(
  deps: Deps,
  options: IngestOptions,
): Promise<Result<RunningService, Fault>> {
  const { config, timers, bus } = deps;
  const store = await openQuoteStore(deps.store);
  if (!store.ok) return store;
  const ingester = openIngester(deps, store.value, options);
  const intake = await openTickIntake(bus, ingester);
  if (!intake.ok) return intake;
  const pause = createPause(deps, ingester, intake.value);
  const started = await pause.look();
  if (!started.ok) return started;

  const ending = createEnding();
  const send = createHeartbeatSender(deps);
  timers.every(config.flushMs, ingester.flush);
  const beat = async (): Promise<void> => send(await ingester.beat());
  timers.after(0, beat);
  timers.every(beatMs, beat);
  timers.every(config.enabledPollMs, async () => {
    await pause.look();
  });
  addRoutes(deps, store.value, ingester);
  return ok({
    readiness: (): Readiness => {
      const check = pause.last().enabled ? "ok" : pause.last().reason;
      const storing = ingester.facts().isStoreFailing ? "store_failing" : "ok";
      return { ready: true, checks: { writing: check, store: storing } };
    },
    opsFacts: () => factsOf(ingester, pause.last()),
    async stop(deadlineMs): Promise<void> {
      const until = deps.clock.monotonicMs() + deadlineMs;
      const closed = intake.value.close();
      while (ingester.waiting() > 0 && deps.clock.monotonicMs() < until) {
        if (!(await ingester.drain())) break;
      }
      await send(await ingester.beat(true));
      // What was not written was not acknowledged: the bus offers it again after the next start.
      await closed;
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

function openIngester(deps: Deps, store: QuoteStore, options: IngestOptions): Ingester {
  const { config, clock, log, metrics } = deps;
  const seeded = createStream({ seed: randomInt(2 ** 47), stream: "latency", id: 1 });
  return createIngester({
    store,
    clock,
    log,
    metrics,
    chance: options.chance ?? seeded.uniform,
    bucket: { perSecond: config.writesPerSecond, burst: config.burst },
    symbolIntervalMs: config.symbolIntervalMs,
    maxAgeMs: config.maxAgeSeconds * 1000,
  });
}

type Pause = Readonly<{
  look: () => Promise<Result<EnabledReading, Fault>>;
  last: () => EnabledReading;
}>;

/** The soft pause: what was taken is written first, then nothing more is taken. */
function createPause({ config, log }: Deps, ingester: Ingester, intake: TickIntake): Pause {
  let last: EnabledReading | null = null;
  const unread: EnabledReading = { enabled: false, source: "none", reason: "not_read_yet" };
  return {
    async look(): Promise<Result<EnabledReading, Fault>> {
      const reading = await readEnabled({ enabled: config.enabled, file: config.enabledFile });
      if (reading.enabled !== last?.enabled || reading.reason !== last.reason) {
        const { source, reason } = reading;
        log.info("ingest.enabled", { enabled: reading.enabled, source, reason_code: reason });
      }
      last = reading;
      ingester.setPaused(!reading.enabled);
      if (!reading.enabled && intake.isTaking()) {
        const paused = intake.pause();
        await ingester.drain();
        await paused;
      }
      if (!reading.enabled) return ok(reading);
      const resumed = await intake.resume();
      if (resumed.ok) return ok(reading);
      const { code, message } = resumed.fault;
      log.warn("ingest.resume_failed", { reason_code: code, msg: message, outcome: "failed" });
      return resumed;
    },
    last: () => last ?? unread,
  };
}

/** The heartbeat goes to the bus too; its source tells it from that of the market data server. */
function createHeartbeatSender({
  bus,
  clock,
  identity,
  log,
}: Deps): (heartbeat: Heartbeat) => Promise<void> {
  let sequence = 0;
  return async (heartbeat) => {
    sequence += 1;
    const { agent_name, boot_id, version } = identity;
    const event = createEvent({
      event_id: eventIdOf(subjects.heartbeat, { boot_id, heartbeat }),
      subject: subjects.heartbeat,
      source: { agent_name, boot_id, version },
      ts_utc: isoFromMillis(Math.floor(clock.nowMs())),
      seq: sequence,
      correlation_id: null,
      payload: heartbeat,
    });
    const sent = event.ok ? await bus.publish(event.value) : event;
    if (sent.ok) return;
    log.warn("ingest.heartbeat_unsent", { reason_code: sent.fault.code, outcome: "failed" });
  };
}

function addRoutes({ http }: Deps, store: QuoteStore, ingester: Ingester): void {
  http.get("/quotes", async (context) => {
    const quotes = await store.read();
    if (!quotes.ok) return context.json({ error: quotes.fault }, 503);
    return context.json({ quotes: quotes.value });
  });
  http.get("/heartbeat", async (context) => {
    const heartbeat = await store.readHeartbeat();
    if (!heartbeat.ok) return context.json({ error: heartbeat.fault }, 503);
    const { fresh, reason } = ingester.judge();
    const body = { stored: heartbeat.value, now: { fresh, reason }, waiting: ingester.waiting() };
    return context.json(body);
  });
}

function factsOf(ingester: Ingester, enabled: EnabledReading): ServiceFacts {
  const { stored, isStoreFailing } = ingester.facts();
  const { fresh, reason } = ingester.judge();
  const upstream = reason.startsWith("upstream_") ? [reason] : [];
  return {
    kind: "ingest",
    mode: "OBSERVE",
    missing_fields: [],
    execution_enabled: null,
    market: null,
    marketdata: fresh ? "fresh" : stored.lastTickMs === null ? "missing" : "stale",
    last_tick_ms: stored.lastTickMs,
    last_bar_ms: null,
    last_heartbeat_ms: ingester.lastBeatMs(),
    degraded_by: [
      ...(enabled.enabled ? [] : [enabled.reason]),
      ...(isStoreFailing ? ["store_failing"] : []),
      ...upstream,
    ],
  };
}
