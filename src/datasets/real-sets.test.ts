import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findInstrument, type Instrument } from "#market";
import { sharedPath, withoutShared } from "#support";
import { parseBarColumns, parseFundingColumns } from "./columns.ts";
import { ensureEmbeddedDataset } from "./embedded.ts";
import { type ImportRequest, importDataset } from "./import-dataset.ts";
import { openDataset } from "./open-dataset.ts";
import { parseWindow } from "./window.ts";

// Recorded markets, read the way a user would; what is known of them was counted by other means.

const folder = mkdtempSync(join(tmpdir(), "assay-real-"));
after(() => rmSync(folder, { recursive: true }));

const okx15m = "data/okx-swap-15m-2022-2025/okx_BTC-USDT-SWAP_15m.dev-to-2024-12-31.csv.gz";
const perp1h = "data/binance-um-1h-2019-2026/binance_ETHUSDT-PERP_1h.dev-to-2024-12-31.csv.gz";
const rates8h =
  "data/binance-um-1h-2019-2026/binance_ETHUSDT-PERP_funding_8h.dev-to-2024-12-31.csv.gz";
const spot1h = "data/binance-um-1h-2019-2026/binance_BTCUSDT-SPOT_1h.dev-to-2024-12-31.csv.gz";
const dirty = "data/yahoo-5m-dirty-2025-mit/yahoo_AAPL_5m_2025-06_2025-08_with_bad_prints.csv.gz";
const minutes = "data/us-equity-1m-2019-isc/us_SPY_1m_2019-02.csv.gz";
const days = "data/lean-us-equity/norm_spy_1d.csv.gz";

test("three years of OKX quarters land clean, with the outage of 2022 as one long run", {
  skip: withoutShared(okx15m),
}, async () => {
  const { quality, bars, flaws } = await land(okx15m, "BTC-USDT-SWAP", "15m");
  assert.equal(bars.rows, 105_216);
  assert.equal(quality.gaps.count, 0);
  assert.equal(quality.zero_volume.bars, 56);
  assert.deepEqual(quality.zero_volume.longest[0], {
    from_utc: "2022-12-18T08:45:00.000Z",
    bars: 40,
  });
  assert.equal(quality.outliers[0]?.largest[0]?.ts_utc, "2023-08-17T21:30:00.000Z");
  assert.equal(quality.rounding.rounded_prices, 0);
  assert.deepEqual(flaws, []);
});

test("Binance hours land with their whole funding history", {
  skip: withoutShared(perp1h),
}, async () => {
  const { bars, funding } = await land(perp1h, "ETHUSDT-PERP", "1h", { funding: rates8h });
  assert.equal(bars.rows, 44_681);
  assert.equal(funding?.rows, 5585);
  assert.equal(funding?.gaps, 0);
  assert.equal(funding?.rounded_rates, 0);
});

test("the maintenance gaps of a spot market are counted and the longest named", {
  skip: withoutShared(spot1h),
}, async () => {
  const { gaps } = (await land(spot1h, "BTCUSDT-SPOT", "1h")).quality;
  assert.equal(gaps.count, 27);
  assert.equal(gaps.missing_bars, 122);
  assert.deepEqual(gaps.longest[0], {
    after_utc: "2018-02-08T00:00:00.000Z",
    before_utc: "2018-02-09T10:00:00.000Z",
    missing_bars: 33,
  });
});

test("prints that no exchange makes refuse a file, and are listed when it is let in", {
  skip: withoutShared(dirty),
}, async () => {
  const refused = await importDataset(request(dirty, stock(), "5m"));
  const fault = refused.ok ? null : refused.fault;
  assert.equal(fault?.code, "rows_refused");
  assert.match(fault?.message ?? "", /^line 52: high 202\.762 is 0\.200 ticks off the tick/);

  const allowed = request(dirty, stock(), "5m");
  const { quality, flaws } = await landRequest({ ...allowed, allow: new Set(["off_tick"]) });
  assert.equal(flaws[0]?.code, "off_tick");
  assert.equal(quality.outside_session.bars > 6000, true);
  // 1178.37 in a quiet hour at 230: a wick of five times the price.
  assert.equal(quality.outliers[1]?.largest[0]?.ts_utc, "2025-08-08T21:40:00.000Z");
  // The half day before Independence Day is no gap.
  assert.equal(quality.gaps.count, 0);
});

test("minutes stamped at their end lie inside the sessions once they are moved", {
  skip: withoutShared(minutes),
}, async () => {
  const asked = request(minutes, { ...stock(), tick_size: "0.0001", lot_size: "1" }, "1m");
  const { quality, bars } = await landRequest({
    ...asked,
    instrument: { ...asked.instrument, micro_per_lot_tick: 100 },
    stamp: "end",
  });
  assert.equal(bars.first_utc, "2019-02-11T14:30:00.000Z");
  assert.equal(quality.gaps.count, 0);
  assert.equal(quality.outside_session.bars, 0);
});

test("two decades of daily bars have no gap by the exchange's calendar", {
  skip: withoutShared(days),
}, async () => {
  const asked = request(days, stock(), "1d");
  const { quality, bars } = await landRequest({ ...asked, allow: new Set(["off_tick"]) });
  assert.equal(bars.rows, 5849);
  assert.deepEqual(bars.grid, { zone: "new_york", phase_ms: 0 });
  assert.equal(quality.gaps.count, 0);
  assert.equal(quality.outside_session.bars, 0);
});

test("a window may start on the holiday before the first session of the series", async () => {
  const root = join(folder, "embedded");
  assert.ok((await ensureEmbeddedDataset(root)).ok);
  const opened = openDataset(root, "sp500-daily");
  assert.ok(opened.ok);
  using dataset = opened.value;
  const all = parseWindow("ALL:2000-01-01..2020-04-19", dataset);
  assert.equal(all.ok ? all.value.len : 0, 5105);
  const early = parseWindow("ALL:1999-12-31..2020-04-18", dataset);
  assert.equal(early.ok ? "" : early.fault.code, "window_outside");
  const late = parseWindow("ALL:2000-01-03..2020-04-21", dataset);
  assert.equal(late.ok ? "" : late.fault.code, "window_outside");
  const september = parseWindow("SEP:2001-09-10..2001-09-18", dataset);
  assert.equal(september.ok ? september.value.len : 0, 2);
});

const intervals = {
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
};

/** A share at a cent a tick; the facts of the index instrument fit otherwise. */
function stock(): Instrument {
  return { ...builtin("SPX-INDEX"), id: "STOCK", venue: "us" };
}

function builtin(id: string): Instrument {
  const instrument = findInstrument(id);
  assert.ok(instrument !== null);
  return instrument;
}

function request(
  path: string,
  instrument: Instrument,
  interval: keyof typeof intervals,
): ImportRequest {
  const columns = parseBarColumns("ts_ms,open,high,low,close,volume");
  assert.ok(columns.ok);
  return {
    root: join(folder, "root"),
    path: sharedPath(path),
    columns: columns.value,
    instrument,
    intervalMs: intervals[interval],
    stamp: "start",
    allow: new Set(),
    name: null,
    funding: null,
    source: null,
    licence: null,
    fetched: null,
  };
}

async function land(
  path: string,
  id: string,
  interval: keyof typeof intervals,
  options: { funding?: string } = {},
) {
  const columns = parseFundingColumns("ts_ms,funding_rate");
  assert.ok(columns.ok);
  const funding =
    options.funding === undefined
      ? null
      : { path: sharedPath(options.funding), columns: columns.value, venue: null };
  return landRequest({ ...request(path, builtin(id), interval), funding });
}

async function landRequest(asked: ImportRequest) {
  const landed = await importDataset(asked);
  assert.ok(landed.ok, JSON.stringify(landed));
  const opened = openDataset(asked.root, landed.value.document.dataset_id);
  assert.ok(opened.ok, JSON.stringify(opened));
  opened.value.close();
  return landed.value.document;
}
