import { lstatSync } from "node:fs";
import {
  type Identity,
  type Log,
  type MeshClock,
  type Metrics,
  momentOf,
  type SwitchView,
} from "#mesh";
import type { Heartbeat, Tick } from "#protocol";
import { listRunbooks, readDeployReport, readRunbook } from "./documents.ts";
import type { FeedChange } from "./feeds/feed.ts";
import { healthOf, heartbeatOf } from "./health-of.ts";
import type { MarketHours } from "./market-hours.ts";
import { type MarketView, viewSnapshot, viewSymbol } from "./market-view.ts";
import type { StreamFreshness, StreamLimits } from "./pipeline/judge-stream.ts";
import type { SequenceRule } from "./pipeline/symbol-watch.ts";
import { createTickBoard } from "./pipeline/tick-board.ts";
import type { ProposalsBook } from "./proposals-book.ts";
import type { TickPublisher } from "./tick-publisher.ts";

export type DeskOptions = Readonly<{
  /** What the feed calls itself; `none` without one. */
  feedName: string;
  sequences: SequenceRule;
  maxAgeMs: number;
  frozenAfterMs: number;
  /** Stale whatever comes in: by a setting, or while this file is there. */
  drill: Readonly<{ forced: boolean; file: string }>;
  hours: (nowMs: number) => MarketHours;
  publisher: TickPublisher;
  proposals: ProposalsBook;
  switches: Pick<SwitchView, "last">;
  identity: Identity;
  clock: MeshClock;
  log: Log;
  metrics: Metrics;
  root: string;
  /** The folder of the documentation that holds the runbooks. */
  docs: string;
}>;

/** Where ticks come in, are judged and go out: the whole service but its clocks and its doors. */
export type Desk = Readonly<{
  tick: (tick: Tick) => void;
  feedChanged: (change: FeedChange) => void;
  freshness: () => StreamFreshness;
  /** Says it once when freshness has changed, and then sends a heartbeat at once. */
  watch: () => Promise<void>;
  beat: (isStopping?: boolean) => Promise<void>;
  /** When a heartbeat last reached the bus, by the wall; null before the first. */
  lastBeatMs: () => number | null;
  feedState: () => FeedChange;
  view: MarketView;
}>;

/** More symbols than this are a mistake of the upstream; the first ones are kept. */
const maxSymbols = 1000;

export function createDesk(options: DeskOptions): Desk {
  const { publisher, clock, log, maxAgeMs, frozenAfterMs, drill } = options;
  const limits = (): StreamLimits => {
    return { maxAgeMs, frozenAfterMs, forcedStale: drill.forced || isThere(drill.file) };
  };
  const board = createTickBoard({ limits, sequences: options.sequences, maxSymbols });
  const gauges = createGauges(options.metrics);
  let change: FeedChange = { state: "ended", reason: "not_started" };
  let wasReason: string | null = null;
  let beats = 0;
  let lastBeatMs: number | null = null;
  const heartbeat = (isStopping: boolean): Heartbeat => {
    return heartbeatOf(board, { change, sequence: beats, isStopping }, momentOf(clock));
  };
  const freshness = (): StreamFreshness => board.judge(momentOf(clock));

  async function beat(isStopping = false): Promise<void> {
    beats += 1;
    if (await publisher.heartbeat(heartbeat(isStopping))) lastBeatMs = clock.nowMs();
  }

  return {
    tick(tick): void {
      const refusal = board.observe(tick, momentOf(clock));
      gauges.tick(refusal ?? "accepted");
      if (refusal === null) publisher.tick(tick);
    },
    feedChanged(next): void {
      change = next;
      if (next.state === "live") board.reconnected();
      if (next.state === "backing_off" || next.state === "refused") gauges.reconnect();
      log.info("marketdata.feed", {
        feed: options.feedName,
        state: next.state,
        msg: next.reason ?? "",
      });
    },
    freshness,
    async watch(): Promise<void> {
      const { fresh, reason, ageMs } = freshness();
      gauges.judged(fresh, ageMs);
      if (reason === wasReason) return;
      wasReason = reason;
      const fields = { reason_code: reason, age_ms: ageMs, feed: options.feedName };
      if (fresh) log.info("marketdata.fresh", fields);
      else log.warn("marketdata.stale", { ...fields, outcome: "degraded" });
      await beat();
    },
    beat,
    lastBeatMs: () => lastBeatMs,
    feedState: () => change,
    view: createView(options, {
      board,
      limits,
      change: () => change,
      heartbeat: () => heartbeat(false),
    }),
  };
}

type Inside = Readonly<{
  board: ReturnType<typeof createTickBoard>;
  limits: () => StreamLimits;
  change: () => FeedChange;
  heartbeat: () => Heartbeat;
}>;

function createView(options: DeskOptions, inside: Inside): MarketView {
  const { clock, hours, identity, proposals, switches } = options;
  const { board, limits, change, heartbeat } = inside;
  return {
    symbol(name) {
      const watch = board.symbol(name);
      return watch === null ? null : viewSymbol(watch, board.judgeSymbol(name, momentOf(clock)));
    },
    snapshot(names) {
      const about = { feed: options.feedName, change: change(), hours: hours(clock.nowMs()) };
      return viewSnapshot(board, about, names, momentOf(clock));
    },
    listing() {
      const now = momentOf(clock);
      return board.symbols().map(({ symbol, counts }) => {
        return { symbol, fresh: board.judgeSymbol(symbol, now).fresh, counts };
      });
    },
    health(symbol) {
      const now = momentOf(clock);
      const judged = symbol === null ? board.judge(now) : board.judgeSymbol(symbol, now);
      return healthOf(identity.agent_name, judged, limits(), hours(now.wallMs));
    },
    heartbeat,
    killSwitch: () => switches.last(),
    proposals: proposals.list,
    deployReport: async () => readDeployReport(options.root),
    runbooks: async () => listRunbooks(options.docs),
    runbook: async (name) => readRunbook(options.docs, name),
  };
}

type DeskGauges = Readonly<{
  tick: (verdict: string) => void;
  reconnect: () => void;
  judged: (fresh: boolean, ageMs: number | null) => void;
}>;

function createGauges(metrics: Metrics): DeskGauges {
  const ticks = metrics.counter({
    name: "assay_marketdata_ticks_total",
    help: "Ticks that came in, by what became of them.",
    labels: ["verdict"],
  });
  const reconnects = metrics.counter({
    name: "assay_marketdata_reconnects_total",
    help: "Connections to the upstream that ended.",
  });
  const age = metrics.gauge({
    name: "assay_marketdata_tick_age_seconds",
    help: "Age of the newest exchange tick; -1 while nobody can tell.",
  });
  const isFresh = metrics.gauge({
    name: "assay_marketdata_fresh",
    help: "1 while ticks are fresh, else 0.",
  });
  return {
    tick: (verdict) => ticks.add({ verdict }),
    reconnect: () => reconnects.add({}),
    judged(fresh, ageMs): void {
      age.set({}, ageMs === null ? -1 : ageMs / 1000);
      isFresh.set({}, fresh ? 1 : 0);
    },
  };
}

/** Where it cannot be seen whether a drill is on, it is on. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
