import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Hono } from "hono";
import { createCalendar } from "#market";
import { healthCodec } from "#protocol";
import { noTicks, observeTick, type TickWatch } from "#safety";
import type { HttpEnv } from "../http/http-app.ts";
import { addHealthz, type HealthSource } from "./add-healthz.ts";
import { createHealthReader } from "./health-reader.ts";
import { isMarketOpen } from "./market-hours.ts";

/** 2024-01-31 15:00 in New York, a Wednesday in hours. */
const inHours = Date.UTC(2024, 0, 31, 20);

type Feed = Readonly<{
  watch: () => TickWatch;
  tick: (atMs: number) => void;
  move: (ms: number) => void;
}> &
  Pick<HealthSource, "clock">;

function createFeed(): Feed {
  let [wall, mono] = [inHours, 0];
  let watch = noTicks;
  return {
    clock: { nowMs: () => wall, monotonicMs: () => mono },
    watch: () => watch,
    tick(atMs) {
      watch = observeTick(watch, atMs, { wallMs: wall, monoMs: mono });
    },
    move(ms) {
      wall += ms;
      mono += Math.max(ms, 0);
    },
  };
}

const nowhere = join(tmpdir(), "assay-no-such-drill");

function appOf(
  feed: Feed,
  drill: HealthSource["drill"] = { forced: false, file: nowhere },
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const { clock, watch } = feed;
  const calendar = createCalendar("nyse");
  const service = "marketdata-mcp-server";
  addHealthz(app, { service, clock, maxAgeSeconds: 60, watch, calendar, drill });
  return app;
}

async function ask(app: Hono<HttpEnv>): Promise<string> {
  const answer = await app.request("/healthz");
  const body = healthCodec.read(await answer.json());
  assert.ok(body.ok, body.ok ? "" : body.fault.message);
  assert.equal(answer.status, body.value.ok ? 200 : 503);
  const { reason, age_seconds, market, expected_fresh } = body.value;
  return `${answer.status} ${reason} ${age_seconds} ${market} ${expected_fresh}`;
}

test("healthz is 200 while the newest tick is young, and 503 in every other case", async () => {
  const feed = createFeed();
  const app = appOf(feed);
  assert.equal(await ask(app), "503 tick_never_seen null open true");
  feed.tick(inHours - 1_000);
  assert.equal(await ask(app), "200 fresh 1 open true");
  feed.move(59_000);
  assert.equal(await ask(app), "200 fresh 60 open true");
  feed.move(1);
  assert.equal(await ask(app), "503 tick_too_old 60.001 open true");
  feed.tick(inHours - 1_000);
  assert.equal(
    await ask(app),
    "503 tick_too_old 60.001 open true",
    "an old tick refreshes nothing",
  );
  feed.tick(inHours + 59_001);
  assert.match(await ask(app), /^200 fresh/);
  feed.tick(inHours + 100_000);
  assert.equal(await ask(app), "503 tick_in_future null open true");
  feed.tick(inHours + 59_900);
  feed.move(-30_000);
  assert.equal(await ask(app), "503 clock_stepped_back null open true");
});

test("after hours stale is explained and stays 503", async () => {
  const feed = createFeed();
  feed.tick(inHours);
  feed.move(3_600_000);
  assert.equal(await ask(appOf(feed)), "503 tick_too_old 3600 closed false");
});

test("a drill makes fresh data stale, by setting or by file, while it lasts", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "assay-drill-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "FORCE_STALE");
  const feed = createFeed();
  feed.tick(inHours);
  assert.match(await ask(appOf(feed, { forced: true, file })), /^503 forced_stale/);
  const app = appOf(feed, { forced: false, file });
  assert.match(await ask(app), /^200/);
  writeFileSync(file, "");
  assert.match(await ask(app), /^503 forced_stale/);
  rmSync(file);
  assert.match(await ask(app), /^200/);
  // Where it cannot be seen whether there is one, there is one.
  const hidden = { forced: false, file: `/dev/null/x` };
  assert.match(await ask(appOf(feed, hidden)), /^503 forced_stale/);
});

test("the market of New York keeps its hours, holidays and half days", () => {
  const nyse = createCalendar("nyse");
  const hours: readonly (readonly [utc: string, open: boolean])[] = [
    ["2024-01-31T14:29:59Z", false],
    ["2024-01-31T14:30:00Z", true],
    ["2024-01-31T20:59:59Z", true],
    ["2024-01-31T21:00:00Z", false],
    ["2024-02-03T16:00:00Z", false],
    ["2024-07-04T16:00:00Z", false],
    ["2024-07-03T16:59:00Z", true],
    ["2024-07-03T17:00:00Z", false],
    ["2024-07-05T13:30:00Z", true],
  ];
  for (const [utc, open] of hours) assert.equal(isMarketOpen(nyse, Date.parse(utc)), open, utc);
  assert.equal(isMarketOpen(createCalendar("24x7"), Date.parse("2024-12-25T03:00:00Z")), true);
});

const now = 1_700_000_060_000;

async function verdictOf(t: TestContext, answer: RequestListener | null): Promise<string> {
  const server = createServer(answer ?? undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  if (answer === null) server.close();
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${address.port}/healthz`);
  const reader = createHealthReader({ url, maxAgeSeconds: 60, timeoutMs: 250, nowMs: () => now });
  const from = performance.now();
  const { fresh, reason, refusal } = await reader.read();
  assert.ok(performance.now() - from < 2_000, "waited longer than it may");
  return `${fresh} ${reason} ${refusal}`;
}

function body(changes: object = {}): string {
  const tick = { last_tick_epoch_seconds: now / 1000 - 10, age_seconds: 10 };
  return JSON.stringify({
    ...tick,
    max_age_seconds: 60,
    ok: true,
    forced_stale: false,
    ...changes,
  });
}

const answers: readonly (readonly [
  what: string,
  answer: RequestListener | null,
  verdict: string,
])[] = [
  ["a young tick", (_, answer) => answer.end(body()), "true fresh null"],
  ["nobody there", null, "false health_unreachable marketdata_unreachable"],
  ["silence", () => {}, "false health_timed_out marketdata_unreachable"],
  [
    "a body that never ends",
    (_, answer) => void answer.write('{"ok":'),
    "false health_timed_out marketdata_unreachable",
  ],
  [
    "a body that is far too long",
    (_, answer) => answer.end(`${" ".repeat(1 << 20)}${body()}`),
    "false health_body_malformed marketdata_stale",
  ],
  [
    "503 with a young tick",
    (_, answer) => answer.writeHead(503).end(body()),
    "false health_status_not_200 marketdata_stale",
  ],
  [
    "a redirect to a healthy place",
    (request, answer) => {
      if (request.url === "/ok") answer.end(body());
      else answer.writeHead(302, { location: "/ok" }).end();
    },
    "false health_unreachable marketdata_unreachable",
  ],
  ["no JSON", (_, answer) => answer.end("ok"), "false health_body_malformed marketdata_stale"],
  [
    "no tick",
    (_, answer) => answer.end(body({ last_tick_epoch_seconds: null })),
    "false tick_never_seen marketdata_stale",
  ],
  [
    "a service that calls an old tick healthy",
    (_, answer) => answer.end(body({ last_tick_epoch_seconds: now / 1000 - 61 })),
    "false tick_too_old marketdata_stale",
  ],
  [
    "a tick from the future",
    (_, answer) => answer.end(body({ last_tick_epoch_seconds: now / 1000 + 6 })),
    "false tick_in_future marketdata_stale",
  ],
  [
    "a service under drill",
    (_, answer) => answer.end(body({ forced_stale: true })),
    "false health_forced_stale marketdata_stale",
  ],
];

for (const [what, answer, verdict] of answers) {
  test(`a consumer that meets ${what} says: ${verdict}`, async (t) => {
    assert.equal(await verdictOf(t, answer), verdict);
  });
}

test("a consumer that is told to stop waits no longer, and calls it stale", async () => {
  const url = new URL("http://127.0.0.1:9/healthz");
  const reader = createHealthReader({
    url,
    maxAgeSeconds: 60,
    timeoutMs: 60_000,
    nowMs: () => now,
  });
  assert.equal((await reader.read(AbortSignal.abort())).fresh, false);
});
