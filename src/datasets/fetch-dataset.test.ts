import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createBarColumns, createFundingColumns, findInstrument } from "#market";
import { openCcxtSource } from "./ccxt-source.ts";
import {
  type FetchHooks,
  type FetchProgress,
  type FetchRequest,
  fetchDataset,
} from "./fetch-dataset.ts";
import { openDataset } from "./open-dataset.ts";

// A server that speaks as much OKX v5 as public candles need; ccxt talks to it over loopback.

const folder = mkdtempSync(join(tmpdir(), "assay-fetch-"));
const minute = 60_000;
const quarter = 15 * minute;
const start = 1_704_067_200_000; // 2024-01-01
const barCount = 1000;
const end = start + barCount * quarter;

/** Answers a request in the venue's place, or null to let the market answer. */
type Trouble = (url: URL, response: ServerResponse) => "handled" | null;

const venue = createVenue();
await new Promise<void>((resolve) => venue.server.listen(0, "127.0.0.1", resolve));
const address = venue.server.address();
assert.ok(address !== null && typeof address === "object");
const baseUrl = `http://127.0.0.1:${address.port}`;

after(async () => {
  rmSync(folder, { recursive: true });
  venue.server.closeAllConnections();
  await new Promise((resolve) => venue.server.close(resolve));
});

test("candles and funding arrive whole, page by page, and land as a dataset", async () => {
  const progress: FetchProgress[] = [];
  const { result, root } = await run({ hooks: { onProgress: (step) => progress.push(step) } });
  assert.ok(result.ok, JSON.stringify(result));
  const { document } = result.value;
  assert.equal(document.bars.rows, barCount);
  assert.equal(document.quality.gaps.count, 0);
  assert.deepEqual(document.flaws, []);
  assert.equal(document.funding?.rows, 32);
  assert.equal(document.funding?.venue, "okx");
  assert.equal(document.provenance.fetched?.symbol, "BTC-USDT-SWAP");
  assert.match(document.provenance.fetched?.client ?? "", /^ccxt \d/);

  const opened = openDataset(root, document.dataset_id);
  assert.ok(opened.ok);
  using dataset = opened.value;
  const bars = createBarColumns(barCount);
  dataset.readBars(0, barCount, bars);
  assert.equal(bars.open[7], 400_070);
  assert.equal(bars.volume[7], 70_000);
  const funding = createFundingColumns(barCount);
  dataset.readFunding(0, barCount, funding);
  assert.equal(funding.rate_ppb[32], 100_001);

  assert.deepEqual(progress.at(-1), {
    series: "funding",
    done_ms: end - start,
    total_ms: end - start,
    rows: 32,
  });
  assert.deepEqual(partials(root), []);
});

test("the same market fetched twice has the same id", async () => {
  const first = await run({});
  const second = await run({});
  assert.ok(first.result.ok && second.result.ok);
  assert.equal(second.result.value.document.dataset_id, first.result.value.document.dataset_id);
});

test("load limits, server errors, lost connections and cut pages are asked again", async () => {
  const seen: string[] = [];
  const trouble = onCandles([
    [
      "429",
      (response) => response.writeHead(429).end('{"code":"50011","msg":"Too Many Requests"}'),
    ],
    ["503", (response) => response.writeHead(503).end("<html>Service Unavailable</html>")],
    ["reset", (response) => response.destroy()],
    ["cut json", (response) => response.end('{"code":"0","msg":"","data":[["17040')],
    ["cut body", (response) => cutBody(response)],
  ]);
  const slept: number[] = [];
  const { result } = await run({
    trouble: (url, response) => {
      const name = trouble(url, response);
      if (name !== null) seen.push(name);
      return name === null ? null : "handled";
    },
    hooks: { retry: quickRetry(slept) },
  });
  assert.ok(result.ok, JSON.stringify(result));
  assert.deepEqual(seen, ["429", "503", "reset", "cut json", "cut body"]);
  assert.deepEqual(slept.slice(0, 5), [10, 20, 40, 80, 80]);
  assert.equal(result.value.document.bars.rows, barCount);
  assert.equal(result.value.document.quality.gaps.count, 0);
});

test("pages that come short at either end or repeat rows lose nothing", async () => {
  for (const shape of [newestOnly, oldestOnly, repeated]) {
    const { result } = await run({ shape });
    assert.ok(result.ok, JSON.stringify(result));
    assert.equal(result.value.document.bars.rows, barCount, shape.name);
    assert.equal(result.value.document.quality.gaps.count, 0, shape.name);
  }
});

test("a real gap of the venue stays a gap", async () => {
  const { result } = await run({
    shape: (rows) =>
      rows.filter(({ ts }) => ts < start + 100 * quarter || ts >= start + 500 * quarter),
  });
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.value.document.quality.gaps.missing_bars, 400);
});

test("a broken candle is refused by the import checks and its pages are kept", async () => {
  const root = join(folder, "broken");
  const shape: Shape = (rows) =>
    rows.map((row) => (row.ts === start + 5 * quarter ? { ...row, high: "1" } : row));
  const refused = await run({ root, shape });
  assert.equal(refused.result.ok ? "" : refused.result.fault.code, "rows_refused");
  assert.equal(partials(root).length, 1);
  const before = venue.asked.length;
  const allowed = await run({ root, request: { allow: new Set(["high_low"] as const) } });
  assert.ok(allowed.result.ok, JSON.stringify(allowed.result));
  assert.equal(candleCalls(before), 0);
  assert.equal(allowed.result.value.document.bars.rows, barCount - 1);
});

test("a fetch that gives up keeps its pages and the next run continues there", async () => {
  const root = join(folder, "resumed");
  const failed = await run({
    root,
    trouble: (url, response) => {
      if (!isCandles(url) || Number(url.searchParams.get("before")) < start + 500 * quarter)
        return null;
      response.writeHead(500).end("{}");
      return "handled";
    },
  });
  const fault = failed.result.ok ? null : failed.result.fault;
  assert.equal(fault?.code, "fetch_failed");
  assert.match(fault?.message ?? "", /no answer after 6 tries: .*the same command continues$/);
  const before = venue.asked.length;
  const resumed = await run({ root });
  assert.ok(resumed.result.ok, JSON.stringify(resumed.result));
  assert.equal(candleCalls(before), 2);
  assert.equal(resumed.result.value.document.bars.rows, barCount);
  assert.equal(resumed.result.value.document.quality.gaps.count, 0);
  assert.deepEqual(partials(root), []);
});

test("rows written after the last kept state are fetched again, not doubled", async () => {
  const root = join(folder, "torn");
  await run({ root, trouble: (url, response) => failAfter(url, response, 400) });
  const [name] = partials(root);
  const directory = join(root, "datasets", name ?? "");
  const file = readdirSync(directory).find((entry) => entry.endsWith("01-11.csv"));
  const path = join(directory, file ?? "");
  appendFileSync(path, `${start + 300 * quarter},1,1,1,1,1\n${start + 301 * quarter},4`);
  const resumed = await run({ root });
  assert.ok(resumed.result.ok, JSON.stringify(resumed.result));
  assert.equal(resumed.result.value.document.bars.rows, barCount);
  assert.deepEqual(resumed.result.value.document.flaws, []);
});

test("an interrupted fetch stops between two tries and keeps its pages", async () => {
  const root = join(folder, "interrupted");
  const stop = new AbortController();
  const { result } = await run({
    root,
    trouble: (url, response) => failAfter(url, response, 400),
    hooks: { signal: stop.signal, onProgress: ({ rows }) => rows >= 300 && stop.abort() },
  });
  assert.equal(result.ok ? "" : result.fault.code, "fetch_interrupted");
  assert.equal(partials(root).length, 1);
});

test("a candle that has not ended is left out", async () => {
  const { result } = await run({ hooks: { nowMs: start + 10 * quarter + minute } });
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.value.document.bars.rows, 10);
  const early = await run({ hooks: { nowMs: start } });
  assert.equal(early.result.ok ? "" : early.result.fault.code, "fetch_nothing");
});

test("the list of markets is asked for again as well", async () => {
  let failures = 2;
  venue.trouble = (url, response) => {
    if (!url.pathname.endsWith("instruments") || failures === 0) return null;
    failures -= 1;
    response.writeHead(502).end("<html>Bad Gateway</html>");
    return "handled";
  };
  const source = await openCcxtSource(venueRequest());
  assert.ok(source.ok, JSON.stringify(source));
  assert.equal(source.value.market_id, "BTC-USDT-SWAP");
  await source.value.close();
});

test("a question the venue cannot answer is refused at once", async () => {
  const symbol = await openCcxtSource({ ...venueRequest(), symbol: "NO/SUCH" });
  assert.equal(symbol.ok ? "" : symbol.fault.code, "symbol_unknown");
  const exchange = await openCcxtSource({ ...venueRequest(), exchange: "nowhere" });
  assert.equal(exchange.ok ? "" : exchange.fault.code, "exchange_unknown");
  const interval = await openCcxtSource({ ...venueRequest(), intervalMs: 7 * minute });
  assert.equal(interval.ok ? "" : interval.fault.code, "interval_unsupported");
  const refused = await run({
    trouble: (url, response) => {
      if (!isCandles(url)) return null;
      response.end('{"code":"51000","msg":"Parameter bar error","data":[]}');
      return "handled";
    },
  });
  assert.equal(refused.result.ok ? "" : refused.result.fault.code, "venue_refused");
});

test("two fetches of one series do not run into each other", async () => {
  const root = join(folder, "busy");
  await run({ root, trouble: (url, response) => failAfter(url, response, 400) });
  const [name] = partials(root);
  const lock = join(root, "datasets", name ?? "", "lock");
  assert.equal(existsSync(lock), false);
  writeFileSync(lock, "1");
  const busy = await run({ root });
  assert.equal(busy.result.ok ? "" : busy.result.fault.code, "fetch_busy");
  assert.equal(readFileSync(lock, "utf8"), "1");
  writeFileSync(lock, "999999999");
  assert.equal((await run({ root })).result.ok, true);
});

type CandleFields = Readonly<{
  ts: number;
  open: string;
  high: string;
  low: string;
  close: string;
}>;
type Shape = (rows: readonly CandleFields[]) => readonly CandleFields[];

/** A page capped to its newest rows, as venues do when asked for more than they give. */
function newestOnly(rows: readonly CandleFields[]): readonly CandleFields[] {
  return rows.slice(0, 70);
}

function oldestOnly(rows: readonly CandleFields[]): readonly CandleFields[] {
  return rows.slice(-90);
}

function repeated(rows: readonly CandleFields[]): readonly CandleFields[] {
  return rows.flatMap((row, index) => (index % 50 === 0 ? [row, row] : [row]));
}

type RunOptions = Readonly<{
  root?: string;
  trouble?: Trouble;
  shape?: Shape;
  hooks?: Partial<FetchHooks>;
  request?: Partial<FetchRequest>;
}>;

let roots = 0;

async function run(options: RunOptions) {
  roots += 1;
  const root = options.root ?? join(folder, `root-${roots}`);
  venue.trouble = options.trouble ?? (() => null);
  venue.shape = options.shape ?? ((rows) => rows);
  const source = await openCcxtSource(venueRequest());
  assert.ok(source.ok, JSON.stringify(source));
  const instrument = findInstrument("BTC-USDT-SWAP");
  assert.ok(instrument !== null);
  const request: FetchRequest = {
    root,
    instrument,
    intervalMs: quarter,
    fromMs: start,
    toMs: end,
    withFunding: true,
    allow: new Set(),
    name: null,
    licence: null,
    ...options.request,
  };
  const hooks = { nowMs: end + 1, retry: quickRetry([]), ...options.hooks };
  const result = await fetchDataset(source.value, request, hooks);
  await source.value.close();
  return { root, result };
}

function venueRequest() {
  const symbol = "BTC-USDT-SWAP";
  const pace = { rateLimitMs: 1, retry: quickRetry([]) };
  return { exchange: "okx", symbol, intervalMs: quarter, baseUrl, ...pace };
}

function quickRetry(slept: number[]) {
  return {
    attempts: 6,
    first_delay_ms: 10,
    longest_delay_ms: 80,
    sleep: async (ms: number) => {
      slept.push(ms);
    },
  };
}

function partials(root: string): readonly string[] {
  return readdirSync(join(root, "datasets")).filter((name) => name.startsWith("."));
}

function candleCalls(since: number): number {
  return venue.asked.slice(since).filter((path) => path.includes("candles")).length;
}

function isCandles(url: URL): boolean {
  return url.pathname.endsWith("candles");
}

function failAfter(url: URL, response: ServerResponse, bars: number): "handled" | null {
  if (!isCandles(url) || Number(url.searchParams.get("before")) < start + (bars - 200) * quarter) {
    return null;
  }
  response.writeHead(500).end("{}");
  return "handled";
}

/** Each trouble strikes once, in order, on the candle pages from the second on. */
function onCandles(list: readonly (readonly [string, (response: ServerResponse) => unknown])[]) {
  let calls = 0;
  return (url: URL, response: ServerResponse): string | null => {
    if (!isCandles(url)) return null;
    calls += 1;
    const next = list[calls - 2];
    next?.[1](response);
    return next?.[0] ?? null;
  };
}

/** Promises more bytes than it sends, then hangs up. */
function cutBody(response: ServerResponse): void {
  response.writeHead(200, { "content-length": "9999", "content-type": "application/json" });
  response.write('{"code":"0","data":[');
  setTimeout(() => response.destroy(), 5);
}

function createVenue() {
  const asked: string[] = [];
  const state = {
    asked,
    trouble: (() => null) as Trouble,
    shape: ((rows) => rows) as Shape,
    server: createServer((request, response) => answer(request, response)),
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://venue");
    asked.push(url.pathname);
    if (state.trouble(url, response) === "handled") return;
    const data = dataOf(url);
    response.setHeader("content-type", "application/json");
    if (data === null) response.writeHead(404).end('{"code":"404","msg":"not here","data":[]}');
    else response.end(JSON.stringify({ code: "0", msg: "", data }));
  }

  function dataOf(url: URL): unknown[] | null {
    const before = Number(url.searchParams.get("before") ?? "0");
    const after = Number(url.searchParams.get("after") ?? String(end));
    const limit = Number(url.searchParams.get("limit") ?? "100");
    switch (url.pathname) {
      case "/api/v5/public/instruments":
        return url.searchParams.get("instType") === "SWAP" ? [swap] : [];
      case "/api/v5/market/candles":
      case "/api/v5/market/history-candles": {
        const rows = [...candles].filter(({ ts }) => ts > before && ts < after).reverse();
        return state.shape(rows.slice(0, limit)).map(candleCells);
      }
      case "/api/v5/public/funding-rate-history":
        return payments
          .filter(({ fundingTime }) => Number(fundingTime) > before && Number(fundingTime) < after)
          .reverse()
          .slice(0, limit);
      default:
        return null;
    }
  }

  return state;
}

const candles: readonly CandleFields[] = Array.from({ length: barCount + 50 }, (_, i) => ({
  ts: start + i * quarter,
  open: (40_000 + i).toFixed(1),
  high: (40_002.5 + i).toFixed(1),
  low: (39_998.5 + i).toFixed(1),
  close: (40_001 + i).toFixed(1),
}));

function candleCells({ ts, open, high, low, close }: CandleFields): readonly string[] {
  const contracts = ((ts - start) / quarter) * 100;
  return [String(ts), open, high, low, close, String(contracts), String(contracts / 100), "0", "1"];
}

const payments = Array.from({ length: 40 }, (_, i) => ({
  instType: "SWAP",
  instId: "BTC-USDT-SWAP",
  fundingRate: "0.0002",
  realizedRate: (0.0001 + i * 1e-9).toFixed(13),
  fundingTime: String(start + i * 8 * 60 * minute),
}));

const swap = {
  alias: "",
  baseCcy: "",
  ctMult: "1",
  ctType: "linear",
  ctVal: "0.01",
  ctValCcy: "BTC",
  expTime: "",
  instFamily: "BTC-USDT",
  instId: "BTC-USDT-SWAP",
  instType: "SWAP",
  lever: "100",
  listTime: "1573557408000",
  lotSz: "0.01",
  minSz: "0.01",
  quoteCcy: "",
  settleCcy: "USDT",
  state: "live",
  tickSz: "0.1",
  uly: "BTC-USDT",
};
