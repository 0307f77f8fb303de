import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { assert, ok } from "#base";
import type { BusEvent, HttpApp, HttpEnv, Log, Metrics, SwitchFacts } from "#mesh";
import { type HealthBody, judgeHealthBody } from "#protocol";
import { createDesk, type Desk } from "./desk.ts";
import type { Feed } from "./feeds/feed.ts";
import { createMarketHours } from "./market-hours.ts";
import { createProposalsBook, type ProposalsBook } from "./proposals-book.ts";
import { addMarketRoutes } from "./routes.ts";
import { createTickPublisher } from "./tick-publisher.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time-fixture.ts";

/** 2024-03-05T15:00:00Z: a Tuesday, 10:00 in New York. */
export const tuesdayMs = 1_709_650_800_000;

const quiet: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => quiet,
};

const noMetrics: Metrics = {
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ observe: () => {} }),
  text: async () => "",
  contentType: "text/plain",
};

const halted: SwitchFacts = {
  reading: {
    value: "halted",
    reason: "switch_unconfigured",
    source: null,
    read_at: "2024-03-05T15:00:00.000Z",
  },
  latch: { engaged: false },
  seen: [],
} as unknown as SwitchFacts;

/** A desk with a feed, doors and virtual time; only its ports are made up. */
export type Bench = Readonly<{
  time: VirtualTime;
  desk: Desk;
  app: HttpApp;
  events: readonly BusEvent[];
  proposals: ProposalsBook;
  drillFile: string;
  /** Status and reason of `/healthz`, to which a consumer of its own clock must agree. */
  health: (symbol?: string) => Promise<string>;
  stop: () => Promise<void>;
}>;

export type BenchOptions = Readonly<{
  feed: (time: VirtualTime) => Feed;
  maxAgeMs?: number;
  root?: string;
  docs?: string;
}>;

export function openBench(options: BenchOptions): Bench {
  const time = createVirtualTime(tuesdayMs);
  const feed = options.feed(time);
  const events: BusEvent[] = [];
  const identity = {
    agent_name: "marketdata-mcp-server",
    boot_id: "boot-0001",
    version: "0.1.0",
    git_commit: null,
  } as const;
  const proposals = createProposalsBook();
  const maxAgeMs = options.maxAgeMs ?? 60_000;
  const root = options.root ?? join(tmpdir(), "assay-no-such-root");
  const drillFile = join(root, "FORCE_STALE");
  const desk = createDesk({
    feedName: feed.name,
    sequences: feed.sequences,
    maxAgeMs,
    frozenAfterMs: maxAgeMs,
    drill: { forced: false, file: drillFile },
    hours: createMarketHours("nyse"),
    publisher: createTickPublisher({
      bus: {
        publish: async (event) => {
          events.push(event);
          return ok({ sequence: events.length, held: "memory", settled: Promise.resolve() });
        },
      },
      clock: time,
      identity,
    }),
    proposals,
    switches: { last: () => halted },
    identity,
    clock: time,
    log: quiet,
    metrics: noMetrics,
    root,
    docs: options.docs ?? join(root, "docs"),
  });
  const app: HttpApp = new Hono<HttpEnv>();
  addMarketRoutes(app, desk.view);
  const over = new AbortController();
  const running = feed.start(desk.tick, desk.feedChanged, over.signal);
  return {
    time,
    desk,
    app,
    events,
    proposals,
    drillFile,
    async health(symbol): Promise<string> {
      const answer = await app.request(
        `/healthz${symbol === undefined ? "" : `?symbol=${symbol}`}`,
      );
      // The body of the service under test.
      const body = (await answer.json()) as HealthBody;
      const limits = { maxAgeMs };
      const consumer = judgeHealthBody(body, time.nowMs(), limits);
      assert(consumer.fresh === (answer.status === 200), `the consumer says ${consumer.reason}`);
      return `${answer.status} ${body.reason}`;
    },
    async stop(): Promise<void> {
      over.abort();
      await time.advance(0);
      await running;
    },
  };
}
