import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { createBarColumns, createFundingColumns, findInstrument } from "#market";
import { parseBarColumns, parseFundingColumns } from "./columns.ts";
import { importDataset } from "./import-dataset.ts";
import { openDataset } from "./open-dataset.ts";
import { parseWindow } from "./window.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-open-"));
after(() => rmSync(folder, { recursive: true }));

const start = 1_704_067_200_000; // 2024-01-01
const quarter = 900_000;
const hour = 3_600_000;
const count = 10_000;
const landed = await landBars(join(folder, "root"));

test("bars read back as they were, in any slice", () => {
  using dataset = open();
  assert.equal(dataset.barCount, count);
  assert.equal(dataset.intervalMs, quarter);
  const slices = fc.nat(count).chain((from) => fc.tuple(fc.constant(from), fc.nat(count - from)));
  const into = createBarColumns(count);
  fc.assert(
    fc.property(slices, ([from, length]) => {
      dataset.readBars(from, length, into);
      for (const index of [0, length >> 1, length - 1]) {
        if (index < 0 || index >= length) continue;
        const bar = from + index;
        assert.equal(into.ts_ms[index], start + bar * quarter);
        assert.equal(into.open[index], 1000 + bar);
        assert.equal(into.close[index], 1001 + bar);
        assert.equal(into.volume[index], bar * 10_000);
      }
    }),
    { seed: 20_260_113, numRuns: 50 },
  );
});

test("a dataset opens by name, by id and by an unambiguous beginning of its id", () => {
  for (const ref of ["quarters", landed.id, landed.id.slice(0, 16), landed.id.slice(0, 4)]) {
    using dataset = open(ref);
    assert.equal(dataset.id, landed.id);
  }
  assert.equal(openFault("nothing"), "dataset_missing");
  assert.equal(openFault(landed.id.slice(0, 3)), "dataset_missing");
  assert.equal(openFault(`${landed.id.slice(0, 16)}${"0".repeat(48)}`), "dataset_missing");
  assert.equal(openFault("../datasets"), "dataset_missing");
});

test("reading outside the bars is a defect", () => {
  using dataset = open();
  const into = createBarColumns(8);
  assert.throws(() => dataset.readBars(count - 3, 4, into), /bars 9997\+4 of 10000/);
  assert.throws(() => dataset.readBars(-1, 1, into));
  assert.throws(() => dataset.readBars(0, 9, into), /room for 8 bars/);
});

test("funding is aligned to bars, and known only where it was recorded", () => {
  using dataset = open();
  const into = createFundingColumns(count);
  dataset.readFunding(0, count, into);
  const due = [...into.rate_ppb].flatMap((rate, bar) => (rate === 0 ? [] : [[bar, rate]]));
  assert.deepEqual(due.slice(0, 3), [
    [32, 100],
    [64, 200],
    [96, 300],
  ]);
  assert.equal(into.known[40], 1);
  // The last recorded payment is the tenth; one interval later nobody knows.
  assert.equal(into.known[32 * 11 - 1], 1);
  assert.equal(into.known[32 * 11], 0);
  assert.deepEqual(dataset.fundingBetween(start + 8 * hour, start + 24 * hour), [
    { ts_ms: start + 8 * hour, rate_ppb: 100 },
    { ts_ms: start + 16 * hour, rate_ppb: 200 },
  ]);
});

test("a slice of funding equals the same part of the whole", () => {
  using dataset = open();
  const whole = createFundingColumns(count);
  dataset.readFunding(0, count, whole);
  const part = createFundingColumns(100);
  for (const from of [0, 1, 31, 32, 33, 300, 340]) {
    dataset.readFunding(from, 100, part);
    assert.deepEqual([...part.rate_ppb], [...whole.rate_ppb.subarray(from, from + 100)]);
    assert.deepEqual([...part.known], [...whole.known.subarray(from, from + 100)]);
  }
});

test("a window is named by dates or by bar indexes, the end excluded", () => {
  using dataset = open();
  const byDate = parseWindow("TRAIN:2024-01-02..2024-01-03", dataset);
  assert.deepEqual(byDate.ok ? byDate.value : null, {
    name: "TRAIN",
    start_index: 96,
    end_index_exclusive: 192,
    start: "2024-01-02T00:00:00.000Z",
    end: "2024-01-03T00:00:00.000Z",
    len: 96,
  });
  assert.deepEqual(parseWindow("TRAIN:96..192", dataset), byDate);
  const all = parseWindow("ALL:..", dataset);
  assert.equal(all.ok ? all.value.len : 0, count);
});

test("a window's bounds read back as the same window", () => {
  using dataset = open();
  const bounds = fc.tuple(fc.nat(count - 1), fc.integer({ min: 1, max: count }));
  fc.assert(
    fc.property(bounds, ([from, length]) => {
      const end = Math.min(count, from + length);
      const read = parseWindow(`W:${from}..${end}`, dataset);
      assert.ok(read.ok);
      const again = parseWindow(`W:${read.value.start}..${read.value.end}`, dataset);
      assert.deepEqual(again, read);
    }),
    { seed: 20_260_114, numRuns: 100 },
  );
});

test("a window that is wrong says how", () => {
  using dataset = open();
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["TRAIN", "window_malformed", /NAME:START\.\.END/],
    ["1:0..5", "window_malformed", /NAME:START\.\.END/],
    ["W:0..soon", "window_malformed", /end: not a UTC time/],
    ["W:2024-13-01..", "window_malformed", /no such UTC time/],
    [
      "W:2023-01-01..2024-01-03",
      "window_outside",
      /start 2023-01-01: the bars \(15m\) are 2024-01-01/,
    ],
    ["W:2024-01-02..2030-01-01", "window_outside", /end 2030-01-01/],
    ["W:0..10001", "window_outside", /bars 0 to 9999/],
    ["W:5..5", "window_empty", /holds no bar/],
    ["W:2024-01-03..2024-01-02", "window_reversed", /ends before it starts/],
  ];
  for (const [text, code, message] of cases) {
    const read = parseWindow(text, dataset);
    assert.ok(!read.ok, text);
    assert.equal(read.fault.code, code, text);
    assert.match(read.fault.message, message);
  }
});

test("every damage of a dataset is found when it is opened", async () => {
  const damages: readonly (readonly [string, (directory: string) => void])[] = [
    ["a flipped bit in the bars", (at) => flip(join(at, "bars.bin"))],
    ["a flipped bit in the funding", (at) => flip(join(at, "funding.bin"))],
    ["missing bars", (at) => rmSync(join(at, "bars.bin"))],
    ["short bars", (at) => truncateSync(join(at, "bars.bin"), 48)],
    ["longer bars", (at) => appendFileSync(join(at, "bars.bin"), Buffer.alloc(48))],
    ["another tick size", (at) => replace(at, '"tick_size": "0.1"', '"tick_size": "0.01"')],
    ["another funding venue", (at) => replace(at, '"venue": "binance"', '"venue": "okx"')],
    ["a row more", (at) => replace(at, '"rows": 10000', '"rows": 10001')],
    ["an unknown key", (at) => replace(at, '"schema_version"', '"colour": 1, "schema_version"')],
    ["no document", (at) => rmSync(join(at, "dataset.json"))],
  ];
  for (const [index, [what, damage]] of damages.entries()) {
    const root = join(folder, `damaged-${index}`);
    const { directory, id } = await landBars(root);
    damage(directory);
    const opened = openDataset(root, id.slice(0, 16));
    assert.equal(opened.ok ? "opened" : opened.fault.code, "dataset_damaged", what);
  }
});

function open(ref = "quarters") {
  const opened = openDataset(join(folder, "root"), ref);
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.value;
}

function openFault(ref: string): string {
  const opened = openDataset(join(folder, "root"), ref);
  return opened.ok ? "opened" : opened.fault.code;
}

async function landBars(root: string) {
  const rows = Array.from({ length: count }, (_, i) => {
    const open = (1000 + i) / 10;
    return `${start + i * quarter},${open},${open + 1},${open - 1},${open + 0.1},${i}`;
  });
  const path = join(folder, "bars.csv");
  writeFileSync(path, `ts_ms,open,high,low,close,volume\n${rows.join("\n")}\n`);
  const payments = Array.from({ length: 10 }, (_, i) => {
    return `${start + (i + 1) * 8 * hour},${((i + 1) * 1e-7).toFixed(9)}`;
  });
  const fundingPath = join(folder, "funding.csv");
  writeFileSync(fundingPath, `ts_ms,funding_rate\n${payments.join("\n")}\n`);
  const columns = parseBarColumns("ts_ms,open,high,low,close,volume");
  const fundingColumns = parseFundingColumns("ts_ms,funding_rate");
  const instrument = findInstrument("BTC-USDT-SWAP");
  assert.ok(columns.ok && fundingColumns.ok && instrument !== null);
  const result = await importDataset({
    root,
    path,
    columns: columns.value,
    instrument,
    intervalMs: quarter,
    stamp: "start",
    allow: new Set(),
    name: "quarters",
    funding: { path: fundingPath, columns: fundingColumns.value, venue: "binance" },
    source: null,
    licence: null,
    fetched: null,
  });
  assert.ok(result.ok, JSON.stringify(result));
  return { directory: result.value.directory, id: result.value.document.dataset_id };
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[40] = (bytes[40] ?? 0) ^ 16;
  writeFileSync(path, bytes);
}

function replace(directory: string, from: string, to: string): void {
  const path = join(directory, "dataset.json");
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(path, text.replace(from, to));
}
