import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { findInstrument } from "#market";
import { parseBarColumns, parseFundingColumns } from "./columns.ts";
import { ensureEmbeddedDataset } from "./embedded.ts";
import type { FlawCode } from "./flaws.ts";
import { type ImportRequest, importDataset } from "./import-dataset.ts";
import { listDatasets } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-import-"));
after(() => rmSync(folder, { recursive: true }));
let made = 0;

const start = 1_704_067_200_000; // 2024-01-01
const quarter = 900_000;

test("a clean file lands with its bars in ticks and lots, its checks and its origin", async () => {
  const { outcome, root, directory } = await land(bars(3));
  assert.equal(outcome.status, "landed");
  const { document } = outcome;
  assert.equal(document.bars.rows, 3);
  assert.equal(document.bars.first_utc, "2024-01-01T00:00:00.000Z");
  assert.deepEqual(document.flaws, []);
  assert.equal(document.provenance.licence, "CC0");
  assert.equal(document.funding_reason, "not_imported");
  assert.equal(directory, join(root, "datasets", document.dataset_id.slice(0, 16)));

  const stored = readFileSync(join(directory, "bars.bin"));
  const rows = new Float64Array(stored.buffer, stored.byteOffset, stored.length / 8);
  assert.deepEqual([...rows.slice(0, 6)], [start, 1000, 1020, 990, 1010, 15_000]);
  assert.equal(createHash("sha256").update(stored).digest("hex"), document.bars.sha256);
});

test("the id depends on the contents and their meaning, not on where they came from", async () => {
  const first = await land(bars(3));
  const packed = await land(bars(3), { gzip: true, name: "other", source: "elsewhere" });
  assert.equal(packed.outcome.document.dataset_id, first.outcome.document.dataset_id);
  const longer = await land(bars(4));
  const eth = await land(bars(3), { instrument: findInstrument("ETH-USDT-SWAP") ?? undefined });
  const ids = [first, longer, eth].map(({ outcome }) => outcome.document.dataset_id);
  assert.equal(new Set(ids).size, 3);
});

test("the same content again is reported and left as it is", async () => {
  const first = await land(bars(3), { name: "mine" });
  const before = readFileSync(join(first.directory, "dataset.json"), "utf8");
  const again = await land(bars(3), { root: first.root, name: null, licence: "other" });
  assert.equal(again.outcome.status, "already_present");
  assert.equal(again.outcome.document.name, "mine");
  assert.equal(readFileSync(join(first.directory, "dataset.json"), "utf8"), before);
});

test("a flawed file whose bars are there is refused: its flaws would go unrecorded", async () => {
  const clean = await land(bars(3));
  const text = `${bars(3).trimEnd()}\n${bars(3).trimEnd().split("\n").at(-1)}\n`;
  const allow = new Set<FlawCode>(["duplicate"]);
  const { fault } = await refuse(text, { root: clean.root, allow });
  assert.equal(fault.code, "flaws_unrecorded");
  assert.match(fault.message, /^without its flaws \(1 duplicate\) it is dataset [0-9a-f]{16}, /);

  const flawed = await land(text, { allow });
  const again = await land(text, { root: flawed.root, allow });
  assert.equal(again.outcome.status, "already_present");
  assert.equal(again.outcome.document.flaws[0]?.count, 1);
});

test("a damaged dataset in the place is a fault, not overwritten", async () => {
  const { root, directory } = await land(bars(3));
  const bytes = readFileSync(join(directory, "bars.bin"));
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(join(directory, "bars.bin"), bytes);
  assert.equal(await faultCode(bars(3), { root }), "dataset_damaged");
});

test("a name belongs to one dataset", async () => {
  const { root } = await land(bars(3), { name: "mine" });
  assert.equal(await faultCode(bars(4), { root, name: "mine" }), "name_taken");
});

test("each flaw refuses the file with its line and lands nothing", async () => {
  const cases: readonly (readonly [FlawCode, change: string, message: RegExp])[] = [
    [
      "high_low",
      `${at(2)},100,10.0,11.0,100,1`,
      /^line 4: high 10.0 below low 11.0; refused for 1 row /,
    ],
    ["high_low", `${at(2)},100,101,99,102,1`, /^line 4: high 101 below close 102/],
    ["high_low", `${at(2)},98,101,99,100,1`, /^line 4: low 99 above open 98/],
    ["not_a_number", `${at(2)},100,101,NaN,100,1`, /^line 4: low "NaN" is no number/],
    ["not_a_number", `${at(2)},100,101,99,100,`, /^line 4: volume "" is no number/],
    ["non_positive", `${at(2)},100,101,0,100,1`, /^line 4: low 0 is not positive/],
    ["non_positive", `${at(2)},100,101,99,100,-1`, /^line 4: volume -1 is negative/],
    [
      "duplicate",
      `${at(1)},100,101,99,100,1`,
      /^line 4: 2024-01-01T00:15:00.000Z again, another bar as on line 3/,
    ],
    ["backward", `${at(0)},100,101,99,100,1`, /^line 4: time runs backward: 2024-01-01T00:00/],
    [
      "off_grid",
      `${at(2) + 60_000},100,101,99,100,1`,
      /^line 4: .* is off the grid of bars every 15m/,
    ],
    ["wrong_width", `${at(2)},100,101,99,100`, /^line 4: 5 columns where 6 are expected/],
    [
      "bad_timestamp",
      `${at(2) / 1000},100,101,99,100,1`,
      /^line 4: "1704069000" read as ts_ms is 1970-01-20; is the column ts_s\?/,
    ],
  ];
  for (const [code, row, message] of cases) {
    const text = withRow(bars(6), 2, row);
    const { root, fault } = await refuse(text);
    assert.equal(fault.code, "rows_refused", code);
    assert.match(fault.message, message);
    assert.match(fault.message, new RegExp(`--allow ${code}$`));
    assert.deepEqual(readdirSync(join(root, "datasets")), []);

    const { outcome } = await land(text, { allow: new Set([code]) });
    assert.equal(outcome.document.bars.rows, 5, code);
    const [record] = outcome.document.flaws;
    assert.equal(record?.code, code);
    assert.equal(record?.count, 1);
    assert.equal(record?.places[0]?.line, 4);
  }
});

test("allowing one kind of flaw still refuses another, and says what both need", async () => {
  const text = withRow(withRow(bars(6), 2, `${at(1)},1,1,1,1,1`), 4, `${at(4)},1,1,2,1,1`);
  const { fault } = await refuse(text, { allow: new Set(["duplicate"]) });
  assert.match(fault.message, /^line 6: high 1 below low 2; refused for 1 row \(1 high_low\)/);
  assert.match(fault.message, /--allow duplicate,high_low$/);
});

test("only the first places of a flaw are kept, all are counted", async () => {
  const rows = Array.from({ length: 100 }, (_, i) => `${at(i)},1,1,${i % 2 === 0 ? 1 : 2},1,1`);
  const { outcome } = await land([header, ...rows].join("\n"), { allow: new Set(["high_low"]) });
  const [record] = outcome.document.flaws;
  assert.equal(record?.count, 50);
  assert.equal(record?.places.length, 20);
});

test("a floating artefact is rounded and recorded, prices between ticks are refused", async () => {
  const artefact = withRow(bars(6), 2, `${at(2)},100.00000001,101,99,100,1`);
  const { outcome } = await land(artefact);
  const { rounding } = outcome.document.quality;
  assert.equal(rounding.rounded_prices, 1);
  assert.ok(rounding.largest_price_error_ticks > 0 && rounding.largest_price_error_ticks < 1e-6);

  const between = withRow(bars(6), 2, `${at(2)},100.04,101,99,100,1`);
  const { fault } = await refuse(between);
  assert.match(fault.message, /^line 4: open 100.04 is 0.400 ticks off the tick/);
  const allowed = await land(between, { allow: new Set(["off_tick"]) });
  assert.equal(allowed.outcome.document.flaws[0]?.treatment, "rounded to the nearest tick");
  assert.equal(allowed.outcome.document.bars.rows, 6);
});

test("one price in two hundred between ticks is noted, not refused", async () => {
  const { outcome } = await land(withRow(bars(200), 2, `${at(2)},100.04,101,99,100,1`));
  assert.equal(outcome.document.quality.rounding.bars_over_tenth_tick, 1);
  assert.deepEqual(outcome.document.flaws, []);
});

test("gaps, zero-volume runs and outliers are listed", async () => {
  const rows: string[] = [];
  for (let i = 0; i < 2000; i += 1) {
    if (i >= 500 && i < 540) continue;
    const volume = i >= 900 && i < 912 ? 0 : 2;
    const close = i === 1500 ? 150 : 100 + (i % 3) / 10;
    rows.push(`${at(i)},100,${Math.max(close, 101)},99,${close},${volume}`);
  }
  const { outcome } = await land([header, ...rows].join("\n"));
  const { gaps, zero_volume, outliers } = outcome.document.quality;
  assert.equal(gaps.count, 1);
  assert.equal(gaps.missing_bars, 40);
  assert.equal(gaps.longest[0]?.after_utc, "2024-01-06T04:45:00.000Z");
  assert.equal(zero_volume.bars, 12);
  assert.deepEqual(zero_volume.longest, [{ from_utc: "2024-01-10T09:00:00.000Z", bars: 12 }]);
  const returns = outliers.find(({ kind }) => kind === "close_return");
  assert.equal(returns?.count, 2);
  assert.equal(returns?.largest[0]?.ts_utc, "2024-01-16T15:15:00.000Z");
});

test("bars stamped at their end land at their start", async () => {
  const { outcome } = await land(bars(3), { stamp: "end" });
  assert.equal(outcome.document.bars.first_utc, "2023-12-31T23:45:00.000Z");
});

test("funding lands beside the bars under the name of its venue", async () => {
  const rates = [0, 8, 16, 24].map((hour) => `${start + hour * 3_600_000 + 7},0.0001${hour}`);
  const funding = writeText(["ts_ms,funding_rate", ...rates].join("\n"));
  const { outcome, directory } = await land(bars(300), {
    funding: { path: funding, columns: fundingColumns(), venue: "binance" },
  });
  const section = outcome.document.funding;
  assert.equal(section?.venue, "binance");
  assert.equal(section?.snapped_rows, 4);
  assert.equal(outcome.document.funding_reason, null);
  const stored = readFileSync(join(directory, "funding.bin"));
  const values = new Float64Array(stored.buffer, stored.byteOffset, stored.length / 8);
  assert.deepEqual([...values.slice(0, 4)], [start, 100_000, start + 28_800_000, 180_000]);
});

test("funding that cannot belong to the bars is refused", async () => {
  const early = writeText("ts_ms,funding_rate\n1600000000000,0.0001");
  const percent = writeText(`ts_ms,funding_rate\n${start},1.5`);
  const spec = (path: string) => ({ path, columns: fundingColumns(), venue: null });
  assert.equal(await faultCode(bars(3), { funding: spec(early) }), "funding_elsewhere");
  assert.equal(await faultCode(bars(3), { funding: spec(percent) }), "no_funding");
  const spot = findInstrument("BTCUSDT-SPOT") ?? undefined;
  assert.equal(
    await faultCode(bars(3), { funding: spec(early), instrument: spot }),
    "funding_not_paid",
  );
});

test("a file without a bar, with the wrong columns or of another kind is refused", async () => {
  assert.equal(await faultCode(`${header}\n`), "no_bars");
  assert.equal(await faultCode(`${header}\nx,1,1,1,1,1\n`), "no_bars");
  assert.equal(await faultCode("time,o,h,l,c,v\n1,1,1,1,1,1\n"), "column_missing");
  assert.equal(await faultCode(""), "file_empty");
  assert.equal(await faultCode(bars(3), { intervalMs: 1.5 }), "interval_unsupported");
});

test("a root that cannot be written is a fault of the disk", { skip: isSuperuser() }, async () => {
  const root = fresh("root");
  mkdirSync(root);
  chmodSync(root, 0o500);
  assert.equal(await faultCode(bars(3), { root }), "disk_write_failed");
  chmodSync(root, 0o700);
});

test("a root that is a file is a fault of the disk", async () => {
  const root = writeText("not a directory");
  assert.equal(await faultCode(bars(3), { root }), "disk_write_failed");
});

test("an interrupted import leaves nothing", async () => {
  const root = fresh("root");
  const stop = AbortSignal.abort();
  const result = await importDataset(request(bars(3), { root }), { signal: stop });
  assert.equal(result.ok ? "" : result.fault.code, "import_interrupted");
  assert.deepEqual(readdirSync(join(root, "datasets")), []);
});

test("what a killed import left behind goes with the next one", async () => {
  const { root } = await land(bars(3));
  const leftover = join(root, "datasets", ".staging-999999999-1");
  mkdirSync(leftover);
  writeFileSync(join(leftover, "bars.bin"), "half a file");
  await land(bars(4), { root });
  assert.equal(existsSync(leftover), false);
});

test("the embedded series lands as sp500-daily and a second time is already there", async () => {
  const root = fresh("root");
  const first = await ensureEmbeddedDataset(root);
  assert.ok(first.ok, JSON.stringify(first));
  assert.equal(first.value.document.name, "sp500-daily");
  // The same bytes on every machine; it changes only with the series or its instrument.
  const id = "caf1b26fc66c94baaaee3dba39991c5570c5f7286d2c5e02c559ec8ba678a1e5";
  assert.equal(first.value.document.dataset_id, id);
  assert.equal(first.value.document.bars.rows, 5105);
  assert.deepEqual(first.value.document.flaws, []);
  assert.equal(first.value.document.quality.gaps.count, 0);
  const second = await ensureEmbeddedDataset(root);
  assert.ok(second.ok);
  assert.equal(second.value.status, "already_present");
  const listed = listDatasets(root);
  assert.equal(listed.ok ? listed.value.length : 0, 1);
});

const header = "ts_ms,open,high,low,close,volume";

function at(index: number): number {
  return start + index * quarter;
}

function bars(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `${at(i)},100,102.0,99,101,1.5`);
  return [header, ...rows].join("\n");
}

/** The bars with one row replaced; row 0 follows the header. */
function withRow(text: string, row: number, line: string): string {
  return text
    .split("\n")
    .map((old, index) => (index === row + 1 ? line : old))
    .join("\n");
}

type Changes = Partial<{ [Key in keyof ImportRequest]: ImportRequest[Key] | undefined }> & {
  gzip?: boolean;
};

function request(text: string, { gzip = false, ...changes }: Changes): ImportRequest {
  const columns = parseBarColumns(header);
  const instrument = changes.instrument ?? findInstrument("BTC-USDT-SWAP");
  assert.ok(columns.ok && instrument !== null);
  return {
    root: changes.root ?? fresh("root"),
    path: writeText(text, gzip),
    columns: columns.value,
    instrument,
    intervalMs: changes.intervalMs ?? quarter,
    stamp: changes.stamp ?? "start",
    allow: changes.allow ?? new Set(),
    name: changes.name ?? null,
    funding: changes.funding ?? null,
    source: changes.source ?? null,
    licence: changes.licence ?? "CC0",
    fetched: null,
  };
}

async function land(text: string, changes: Changes = {}) {
  const asked = request(text, changes);
  const result = await importDataset(asked);
  assert.ok(result.ok, JSON.stringify(result));
  return { outcome: result.value, root: asked.root, directory: result.value.directory };
}

async function refuse(text: string, changes: Changes = {}) {
  const asked = request(text, changes);
  const result = await importDataset(asked);
  assert.ok(!result.ok);
  assert.doesNotMatch(result.fault.message, /\n/);
  return { root: asked.root, fault: result.fault };
}

async function faultCode(text: string, changes: Changes = {}): Promise<string> {
  return (await refuse(text, changes)).fault.code;
}

function fundingColumns() {
  const columns = parseFundingColumns("ts_ms,funding_rate");
  assert.ok(columns.ok);
  return columns.value;
}

function fresh(kind: string): string {
  made += 1;
  return join(folder, `${kind}-${made}`);
}

function writeText(text: string, gzip = false): string {
  const path = `${fresh("bars")}.csv${gzip ? ".gz" : ""}`;
  writeFileSync(path, gzip ? gzipSync(text) : text);
  return path;
}

function isSuperuser(): string | false {
  return process.getuid?.() === 0 ? "the superuser may write anywhere" : false;
}
