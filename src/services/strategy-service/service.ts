import { join } from "node:path";
import { type Fault, ok, type Result } from "#base";
import {
  createEnding,
  type RunningService,
  type Service,
  type ServiceDeps,
  type ServiceFacts,
} from "#mesh";
import { proposalCodec, refusalCodec, tickCodec } from "#protocol";
import { callerOf } from "./access/authorise.ts";
import { openTokens } from "./access/tokens.ts";
import { readAnalytics } from "./analytics.ts";
import { createStrategyApi } from "./api/create-strategy-api.ts";
import { type StrategyServiceConfig, strategyServiceConfig } from "./config.ts";
import { createOrdersBook } from "./paper/orders-book.ts";
import { createPaperDesk, type PaperDesk } from "./paper/paper-desk.ts";
import { createQuotes, isOfFuture, type Quotes } from "./paper/quotes.ts";
import { createSignals, type Signals } from "./signals.ts";
import { createStrategiesBook } from "./strategies-book.ts";
import { migrations, type StrategyTables } from "./tables.ts";

type Deps = ServiceDeps<StrategyServiceConfig>;

/** Strategies, their analytics and paper orders over REST. It knows no broker. */
export const strategyService: Service<StrategyServiceConfig> = {
  name: "strategy-service",
  config: strategyServiceConfig,
  start: startStrategyService,
};

async function startStrategyService(deps: Deps): Promise<Result<RunningService, Fault>> {
  const { config, clock, log, metrics, identity } = deps;
  const folder = join(deps.root, "mesh", identity.agent_name);
  const opened = openTokens(config.tokens, folder);
  if (!opened.ok) return opened;
  const { tokens, file } = opened.value;
  if (file !== null) {
    log.info("access.own_token", { msg: "no tokens were given: one of ours is in the file", file });
  }
  const tables = await deps.store.open<StrategyTables>(migrations);
  if (!tables.ok) return tables;

  const startCash = BigInt(config.paperCash) * 100_000_000n;
  const quotes = createQuotes(config.maxAgeSeconds * 1000);
  const signals = createSignals();
  const desk = createPaperDesk({ tables: tables.value, quotes, clock, startCash });
  const waiting = await desk.openSymbols();
  if (!waiting.ok) return waiting;
  const ears = await listen(deps, { quotes, signals, desk, symbols: new Set(waiting.value) });
  if (!ears.ok) return ears;

  const refusals = metrics.counter({
    name: "assay_strategy_service_refusals_total",
    help: "Requests that were refused, by reason.",
    labels: ["reason"],
  });
  const sinceMs = clock.nowMs();
  const ports = { tables: tables.value, quotes, signals, clock, startCash, sinceMs };
  deps.http.route(
    "/",
    createStrategyApi(
      {
        strategies: createStrategiesBook(tables.value, clock),
        desk: ears.value.desk,
        orders: createOrdersBook(tables.value),
        analytics: (tenant, strategyId) => readAnalytics(ports, tenant, strategyId),
        tenantOf: (context) => callerOf(tokens, context).tenant,
        refused: (reason) => refusals.add({ reason }),
      },
      { tokens, version: identity.version },
    ),
  );
  const ending = createEnding();
  return ok({
    readiness: () => ({ ready: true, checks: { store: "ok", bus: deps.bus.status().state } }),
    opsFacts: () => factsOf(deps, ears.value.lastTickMs()),
    async stop(deadlineMs) {
      await ears.value.stop(deadlineMs);
      ending.end({ outcome: "stopped" });
    },
    ended: ending.ended,
  });
}

type Ears = Readonly<{
  /** The desk, which tells the ears for which symbols somebody waits. */
  desk: PaperDesk;
  lastTickMs: () => number | null;
  stop: (deadlineMs: number) => Promise<void>;
}>;

type Heard = Readonly<{ quotes: Quotes; signals: Signals; desk: PaperDesk; symbols: Set<string> }>;

/** Everything that this service hears on the bus; what cannot be read is passed over. */
async function listen({ bus, log, clock }: Deps, heard: Heard): Promise<Result<Ears, Fault>> {
  const { quotes, signals, desk, symbols } = heard;
  let lastTickMs: number | null = null;
  const subscribed = await bus.subscribe({
    subjects: ["market.tick.*", "proposal.*", "refusal.*"],
    durable: null,
    handler: async ({ event, ack }) => {
      if (event.subject.startsWith("market.tick.")) {
        const tick = tickCodec.read(event.payload);
        const nowMs = clock.nowMs();
        if (tick.ok && !isOfFuture(tick.value.exchange_ts_ms, nowMs)) {
          quotes.take(tick.value, nowMs);
          lastTickMs = Math.max(lastTickMs ?? 0, tick.value.exchange_ts_ms);
          await reviewOrders(tick.value.symbol);
        }
      } else if (event.subject.startsWith("proposal.")) {
        const proposal = proposalCodec.read(event.payload);
        if (proposal.ok) signals.proposed(proposal.value);
      } else {
        const refusal = refusalCodec.read(event.payload);
        if (refusal.ok) signals.refused(refusal.value);
      }
      ack();
    },
  });
  if (!subscribed.ok) return subscribed;

  /** A symbol nobody waits for costs nothing. */
  async function reviewOrders(symbol: string): Promise<void> {
    if (!symbols.has(symbol)) return;
    const reviewed = await desk.review(symbol);
    if (!reviewed.ok) {
      const { code, message } = reviewed.fault;
      log.warn("paper.review_failed", { reason_code: code, msg: message, outcome: "failed" });
    }
  }

  return ok({
    desk: {
      ...desk,
      async place(tenant, key, wanted) {
        const placed = await desk.place(tenant, key, wanted);
        if (placed.ok && placed.value.order.status === "open") symbols.add(wanted.symbol);
        return placed;
      },
    },
    lastTickMs: () => lastTickMs,
    stop: (deadlineMs) => subscribed.value.stop(deadlineMs),
  });
}

function factsOf({ clock, config, bus }: Deps, lastTickMs: number | null): ServiceFacts {
  const nowMs = clock.nowMs();
  const isFresh = lastTickMs !== null && nowMs - lastTickMs <= config.maxAgeSeconds * 1000;
  return {
    mode: "OBSERVE",
    kind: "ops",
    missing_fields: [],
    execution_enabled: null,
    market: null,
    marketdata: lastTickMs === null ? "missing" : isFresh ? "fresh" : "stale",
    last_tick_ms: lastTickMs,
    last_bar_ms: null,
    // It works on requests alone: being able to answer is its cycle.
    last_heartbeat_ms: nowMs,
    degraded_by: bus.status().state === "up" ? [] : ["bus_unreachable"],
  };
}
