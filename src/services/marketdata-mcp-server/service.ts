import { randomInt } from "node:crypto";
import { join } from "node:path";
import { createStream, type Fault, ok, type Result } from "#base";
import {
  createEnding,
  type Readiness,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import { type MarketdataConfig, marketdataConfig } from "./config.ts";
import { createDesk, type Desk } from "./desk.ts";
import type { Chance } from "./feeds/feed.ts";
import { createMarketHours } from "./market-hours.ts";
import { createMcpHttp } from "./mcp-http.ts";
import { type McpStdio, type StdioStreams, serveMcpStdio } from "./mcp-stdio.ts";
import { type NoFeed, openFeed, type SomeFeed } from "./open-feed.ts";
import { createProposalsBook, type ProposalsBook } from "./proposals-book.ts";
import { addMarketRoutes } from "./routes.ts";
import { createTickPublisher } from "./tick-publisher.ts";

export type MarketdataOptions = Readonly<{
  /** Serves one MCP client over these streams too, and ends when it goes. */
  stdio?: StdioStreams;
  /** Of reconnecting; by default from a seed of the machine. */
  chance?: Chance;
  /** The folder of the documentation; by default the one of this source tree. */
  docs?: string;
}>;

type Deps = ServiceDeps<MarketdataConfig>;

/** The market data server: a tick stream, its freshness, and MCP tools that only read. */
export function marketdataService(options: MarketdataOptions = {}): Service<MarketdataConfig> {
  return {
    name: "marketdata-mcp-server",
    config: marketdataConfig,
    start: async (deps, signal) => startMarketdata(deps, options, signal),
  };
}

const beatMs = 15_000;
const watchMs = 1000;
/** Every kind of trouble is logged once in this time: a bad upstream must not fill the disk. */
const complaintMs = 60_000;

async function startMarketdata(
  deps: Deps,
  options: MarketdataOptions,
  signal: AbortSignal,
): Promise<Result<RunningService, Fault>> {
  const { config, clock, timers, log } = deps;
  const seed = (): Chance => {
    return createStream({ seed: randomInt(2 ** 47), stream: "latency", id: 0 }).uniform;
  };
  const opened = await openFeed(config, {
    time: { nowMs: clock.nowMs, monotonicMs: clock.monotonicMs, sleep: timers.sleep },
    chance: options.chance ?? seed(),
    onMalformed: createComplaint(deps),
    root: deps.root,
  });
  if (!opened.ok) return opened;
  const proposals = createProposalsBook();
  const desk = openDesk(deps, opened.value, { proposals, docs: options.docs ?? defaultDocs });
  const subscribed = await followProposals(deps, proposals);
  if (!subscribed.ok) return subscribed;

  const ending = createEnding();
  const over = new AbortController();
  const feedOver = runFeed(opened.value, desk, deps, AbortSignal.any([signal, over.signal]));
  timers.every(beatMs, async () => desk.beat());
  timers.every(watchMs, async () => desk.watch());
  addMarketRoutes(deps.http, desk.view);
  const identity = { name: deps.identity.agent_name, version: deps.identity.version };
  const onError = (error: Error): void => log.warn("mcp.error", { error, outcome: "refused" });
  const mcp = createMcpHttp(desk.view, {
    identity,
    allowedHosts: config.mcpAllowedHosts,
    onError,
  });
  deps.http.all("/mcp", async (context) => mcp.fetch(context.req.raw));
  const stdio = openStdio(options, desk, { identity, onError });
  void stdio?.closed.then(() => ending.end({ outcome: "done" }));

  return ok({
    readiness: () => readinessOf(opened.value, desk),
    opsFacts: () => opsFactsOf(deps, opened.value, desk),
    async stop(): Promise<void> {
      over.abort();
      await feedOver;
      await desk.beat(true);
      await subscribed.value();
      await mcp.close();
      await stdio?.close();
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

/** From this file to `docs/`, in a checkout and in an image alike. */
const defaultDocs: string = join(import.meta.dirname, "..", "..", "..", "docs");

type Opened = SomeFeed | NoFeed;

function openDesk(
  deps: Deps,
  { feed }: Opened,
  { proposals, docs }: Readonly<{ proposals: ProposalsBook; docs: string }>,
): Desk {
  const { config, bus, clock, identity, root } = deps;
  const maxAgeMs = config.maxAgeSeconds * 1000;
  return createDesk({
    feedName: feed?.name ?? "none",
    sequences: feed?.sequences ?? "none",
    maxAgeMs,
    frozenAfterMs: config.frozenAfterSeconds === null ? maxAgeMs : config.frozenAfterSeconds * 1000,
    drill: {
      forced: config.forceStale,
      file: join(root, "mesh", identity.agent_name, "FORCE_STALE"),
    },
    hours: createMarketHours(config.calendar),
    publisher: createTickPublisher({ bus, clock, identity }),
    proposals,
    switches: deps.switches,
    identity,
    clock,
    log: deps.log,
    metrics: deps.metrics,
    root,
    docs,
  });
}

/** The feed must not end the service: whatever it does, freshness tells, and probes stay green. */
async function runFeed(opened: Opened, desk: Desk, deps: Deps, signal: AbortSignal): Promise<void> {
  if (opened.feed === null) {
    const { reason, message } = opened;
    deps.log.warn("marketdata.no_source", {
      reason_code: reason,
      msg: message,
      outcome: "degraded",
    });
    desk.feedChanged({ state: "ended", reason });
    return;
  }
  await opened.feed.start(desk.tick, desk.feedChanged, signal);
}

async function followProposals(
  { bus }: Deps,
  proposals: ProposalsBook,
): Promise<Result<() => Promise<void>, Fault>> {
  const subscribed = await bus.subscribe({
    subjects: ["proposal.*"],
    durable: null,
    handler: async ({ event, ack, term }) => {
      if (proposals.take(event.payload)) ack();
      else term("is no proposal of a version that is understood here");
    },
  });
  return subscribed.ok ? ok(async () => subscribed.value.stop()) : subscribed;
}

function openStdio(
  { stdio }: MarketdataOptions,
  desk: Desk,
  options: Parameters<typeof serveMcpStdio>[2],
): McpStdio | null {
  return stdio === undefined ? null : serveMcpStdio(desk.view, stdio, options);
}

function createComplaint({ clock, log, metrics }: Deps): (message: string) => void {
  const malformed = metrics.counter({
    name: "assay_marketdata_malformed_total",
    help: "Messages of the upstream that could not be read.",
  });
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (message) => {
    malformed.add({});
    if (clock.monotonicMs() < quietUntil) return;
    quietUntil = clock.monotonicMs() + complaintMs;
    log.warn("marketdata.malformed", { msg: message, outcome: "refused" });
  };
}

/** Stale data does not make the service unready: it is there to say that they are stale. */
function readinessOf(opened: Opened, desk: Desk): Readiness {
  const { state, reason } = desk.feedState();
  const isWell = state === "live" || state === "connecting";
  const feed = opened.feed === null ? opened.reason : isWell ? "ok" : wordOf(state);
  return { ready: true, checks: { feed: reason === "recording_ended" ? reason : feed } };
}

function wordOf(state: string): string {
  return state === "refused" ? "feed_refused" : "feed_not_connected";
}

function opsFactsOf({ config, clock }: Deps, opened: Opened, desk: Desk): ServiceFacts {
  const { fresh, reason, lastTickMs } = desk.freshness();
  const { market } = createMarketHours(config.calendar)(clock.nowMs());
  const feed = readinessOf(opened, desk).checks["feed"] ?? "ok";
  const isStuck = !fresh && reason !== "tick_never_seen" && reason !== "tick_too_old";
  return {
    kind: "marketdata",
    mode: "OBSERVE",
    missing_fields: [],
    execution_enabled: null,
    market,
    marketdata: fresh ? "fresh" : lastTickMs === null ? "missing" : "stale",
    last_tick_ms: lastTickMs,
    last_bar_ms: null,
    last_heartbeat_ms: desk.lastBeatMs(),
    degraded_by: [...(feed === "ok" ? [] : [feed]), ...(isStuck ? [reason] : [])],
  };
}
