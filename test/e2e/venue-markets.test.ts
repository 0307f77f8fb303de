import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  type Dataset,
  defaultBarColumns,
  importDataset,
  openDataset,
  parseBarColumns,
} from "#datasets";
import { findInstrument } from "#market";
import { bookChecksum, parseServerFrame, pushedRows } from "#okx";
import { makeRoster, openVenue, type VenueOptions } from "#simulator";
import { sharedPath, withoutShared } from "#support";
import { type Desk, marketBuy, openDesk } from "./venue-desk.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-markets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const quarter = 900_000;
const firstMs = Date.UTC(2024, 0, 1);

/** Bar n opens at 40000 + n, swings by five and closes one up. */
async function recordedBars(bars: number): Promise<Dataset> {
  const rows = Array.from({ length: bars }, (_, n) => {
    const open = 40_000 + n;
    return `${firstMs + n * quarter},${open},${open + 5},${open - 5},${open + 1},50`;
  });
  const path = join(folder, "bars.csv");
  writeFileSync(path, `ts_ms,open,high,low,close,volume\n${rows.join("\n")}\n`);
  const instrument = findInstrument("BTC-USDT-SWAP");
  const columns = parseBarColumns(defaultBarColumns);
  assert.ok(instrument !== null && columns.ok);
  const imported = await importDataset({
    root: folder,
    path,
    columns: columns.value,
    instrument,
    intervalMs: quarter,
    stamp: "start",
    allow: new Set(),
    name: "bars",
    funding: null,
    source: null,
    licence: null,
    fetched: null,
  });
  assert.ok(imported.ok, imported.ok ? "" : imported.fault.message);
  const dataset = openDataset(folder, "bars");
  assert.ok(dataset.ok);
  after(() => dataset.value.close());
  return dataset.value;
}

test("recorded bars move their coin, and its closed candles are the bars themselves", async () => {
  const dataset = await recordedBars(400);
  const startMs = firstMs + 100 * quarter;
  const desk = openDesk({ datasets: [dataset], startMs });
  desk.pass(10 * quarter);
  const swap = "/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=15m&limit=12";
  const candles = await desk.trader.rows("candles", swap);
  assert.equal(candles.length, 12);
  const [open, ...closed] = candles;
  assert.deepEqual(open?.slice(0, 2), [String(startMs + 10 * quarter), "40110"]);
  assert.equal(open?.[8], "0");
  for (const [back, candle] of closed.entries()) {
    const n = 109 - back;
    const price = 40_000 + n;
    assert.deepEqual(
      [Number(candle[0]), ...candle.slice(1, 5), candle[8]],
      [firstMs + n * quarter, `${price}`, `${price + 5}`, `${price - 5}`, `${price + 1}`, "1"],
    );
  }
  const hour = "/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1H&limit=1";
  const [whole] = await desk.trader.rows("history_candles", hour);
  assert.deepEqual(whole?.slice(1, 5), ["40104", "40112", "40099", "40108"]);
  const spot = "/api/v5/market/ticker?instId=BTC-USDT";
  const [ticker] = await desk.trader.rows("ticker", spot);
  assert.ok(Math.abs(Number(ticker?.last) - 40_110) < 10, `${ticker?.last}`);
  const eth = await desk.trader.rows("ticker", "/api/v5/market/ticker?instId=ETH-USDT-SWAP");
  assert.ok(Number(eth[0]?.last) < 10_000);
});

test("every way through a bar ends where the bar ends", async () => {
  const dataset = await recordedBars(400);
  const ways = ["walk", "seeded", "open_high_low_close", "open_low_high_close"] as const;
  for (const play of ways) {
    const desk = openDesk({ datasets: [dataset], startMs: firstMs + 100 * quarter, play });
    assert.equal((await desk.trader.post("/api/v5/trade/order", marketBuy)).code, "0", play);
    desk.pass(quarter - 1);
    const path = "/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP";
    const [mark] = await desk.trader.rows("mark_price", path);
    assert.equal(mark?.markPx, "40101", play);
  }
});

test("in real time a recording is moved to today by whole days", async () => {
  const dataset = await recordedBars(400);
  const desk = openDesk({ datasets: [dataset], clock: { kind: "real" }, startMs: firstMs });
  const path = "/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=15m&limit=1";
  const now = desk.venue.clock.nowMs();
  assert.ok(Math.abs(now - Date.now()) < 5000);
  const candles = await desk.trader.rows("history_candles", path);
  // In the first quarter of an hour of a day nothing is over yet.
  for (const [ts, open] of candles) {
    assert.equal(Number(open) - 40_000, (Number(ts) % 86_400_000) / quarter);
  }
  const [ticker] = await desk.trader.rows("ticker", "/api/v5/market/ticker?instId=BTC-USDT-SWAP");
  assert.ok(Math.abs(Number(ticker?.last) - 40_000 - (now % 86_400_000) / quarter) < 8);
});

test("a recording that ends leaves the market where it stood", async () => {
  const dataset = await recordedBars(400);
  const desk = openDesk({ datasets: [dataset], startMs: firstMs + 395 * quarter });
  desk.pass(20 * quarter);
  const path = "/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP";
  const [mark] = await desk.trader.rows("mark_price", path);
  assert.equal(mark?.markPx, "40400");
  assert.equal((await desk.trader.post("/api/v5/trade/order", marketBuy)).code, "0");
});

function faultOf(options: Partial<VenueOptions>): string {
  const opened = openVenue({ roster: makeRoster("demo"), clock: { kind: "stepped" }, ...options });
  assert.equal(opened.ok, false);
  return opened.ok ? "" : opened.fault.code;
}

test("a recording that cannot move the market is refused", async () => {
  const dataset = await recordedBars(400);
  assert.equal(faultOf({ datasets: [dataset], startMs: firstMs + 500 * quarter }), "dataset_over");
  assert.equal(faultOf({ recordings: [join(folder, "none")] }), "file_unreadable");
  assert.equal(faultOf({ recordings: [join(folder, "bars.csv")] }), "recording_empty");
});

const session = ["data", "okx-raw-session-2022-05-13", "OKX.ws.1.0.txt.gz"] as const;

/** Times and checksums of the recorded updates of one book, the last of each millisecond. */
function recordedSums(instId: string): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const line of gunzipSync(readFileSync(sharedPath(...session)))
    .toString("utf8")
    .split("\n")) {
    const at = line.indexOf(": {");
    const frame = at < 0 ? null : parseServerFrame(line.slice(at + 2));
    if (frame?.ok !== true || frame.value.type !== "push") continue;
    if (frame.value.arg["instId"] !== instId) continue;
    for (const row of pushedRows(frame.value, "books") ?? []) {
      if (row.checksum !== undefined) sums.set(Number(row.ts), row.checksum);
    }
  }
  return sums;
}

test("a recorded OKX session played through the engine shows every checksum it was sent with", {
  skip: withoutShared(...session),
}, async () => {
  const sums = recordedSums("BTC-USDT");
  assert.ok(sums.size > 90);
  const [first = 0] = sums.keys();
  const desk: Desk = openDesk({ recordings: [sharedPath(...session)], startMs: first });
  for (const [ts, checksum] of sums) {
    desk.venue.clock.advanceTo(ts);
    const [book] = await desk.trader.rows("books", "/api/v5/market/books?instId=BTC-USDT&sz=25");
    assert.equal(bookChecksum(book?.bids ?? [], book?.asks ?? []), checksum, `at ${ts}`);
  }
});

const perpetual = ["data", "binance-l2-20240808-mit", "usdm_btcusdt_20240808.gz"] as const;

test("recorded depth of a perpetual moves the swap, and orders fill against it", {
  skip: withoutShared(...perpetual),
}, async () => {
  const lines = gunzipSync(readFileSync(sharedPath(...perpetual)))
    .toString("utf8")
    .split("\n");
  const path = join(folder, "perpetual.txt");
  writeFileSync(path, lines.slice(0, 12_000).join("\n"));
  const desk = openDesk({ recordings: [path], startMs: 1_723_161_260_000 });
  desk.pass(20_000);
  const [book] = await desk.trader.rows(
    "books",
    "/api/v5/market/books?instId=BTC-USDT-SWAP&sz=400",
  );
  const [bid, ask] = [Number(book?.bids[0]?.[0]), Number(book?.asks[0]?.[0])];
  assert.ok(bid < ask && ask - bid < 5 && bid > 61_000 && ask < 62_500, `${bid} ${ask}`);
  assert.ok((book?.bids.length ?? 0) > 300);
  const bought = await desk.trader.post("/api/v5/trade/order", { ...marketBuy, sz: "100" });
  assert.equal(bought.code, "0");
  const fills = await desk.trader.rows("fills", "/api/v5/trade/fills?instType=SWAP");
  assert.equal(
    fills.reduce((sum, { fillSz }) => sum + Number(fillSz), 0),
    100,
  );
});
