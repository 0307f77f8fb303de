import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  defaultBarColumns,
  defaultFundingColumns,
  importDataset,
  openDataset,
  parseBarColumns,
  parseFundingColumns,
} from "#datasets";
import { createBarColumns, findInstrument } from "#market";
import { barSourceOf } from "./bar-source.ts";

const root = mkdtempSync(join(tmpdir(), "assay-bars-"));
after(() => rmSync(root, { recursive: true, force: true }));

const hour = 3_600_000;
const start = Date.UTC(2024, 0, 1);
const barCount = 60;

/** Payments each 8 h; the one due after 32 h was never recorded, the one after 16 h was zero. */
const rates: ReadonlyMap<number, string> = new Map([
  [0, "0.0001"],
  [8, "-0.00025"],
  [16, "0"],
  [24, "0.0003"],
  [40, "0.0001"],
  [48, "0.0002"],
  [56, "0.0001"],
]);

test("funding is due at the bar that starts when it is paid, and nowhere else", async () => {
  const { due } = await readAll(1, barCount - 1);
  const expected = new Map([
    [8, -250_000],
    [24, 300_000],
    [40, 100_000],
    [48, 200_000],
    [56, 100_000],
  ]);
  for (let bar = 1; bar < barCount; bar += 1) {
    assert.deepEqual(due[bar - 1], expected.get(bar) ?? Number.NaN, `bar ${bar}`);
  }
});

test("the known rate is the last one paid by then, until one must be missing", async () => {
  const { known } = await readAll(0, barCount);
  assert.deepEqual(
    [0, 7, 8, 15, 16, 23, 24, 35].map((bar) => known[bar]),
    [...[100_000, 100_000, -250_000, -250_000], ...[0, 0, 300_000, 300_000]],
  );
  assert.deepEqual(
    [36, 39, 40].map((bar) => known[bar]),
    [Number.NaN, Number.NaN, 100_000],
  );
});

test("what is read does not depend on how it is cut into chunks", async () => {
  const whole = await readAll(0, barCount);
  for (const size of [1, 7, 25]) {
    const parts: { due: number[]; known: number[] } = { due: [], known: [] };
    for (let from = 0; from < barCount; from += size) {
      const part = await readAll(from, Math.min(size, barCount - from));
      parts.due.push(...part.due);
      parts.known.push(...part.known);
    }
    assert.deepEqual(parts, whole);
  }
});

test("a dataset without funding knows none", async () => {
  using dataset = await openBars(null);
  const [due, known] = [new Float64Array(9), new Float64Array(9)];
  barSourceOf(dataset).readFunding(3, 9, due, known);
  assert.ok([...due, ...known].every(Number.isNaN));
});

async function readAll(from: number, count: number): Promise<{ due: number[]; known: number[] }> {
  using dataset = await openBars("funding.csv");
  const source = barSourceOf(dataset);
  const columns = createBarColumns(count);
  source.read(from, count, columns);
  assert.equal(columns.ts_ms[0], start + from * hour);
  const [due, known] = [new Float64Array(count), new Float64Array(count)];
  source.readFunding(from, count, due, known);
  return { due: [...due], known: [...known] };
}

async function openBars(funding: string | null): Promise<ReturnType<typeof must>> {
  const bars = Array.from({ length: barCount }, (_, bar) =>
    [start + bar * hour, 40_000, 40_100, 39_990, 40_000 + bar, 12].join(","),
  );
  const path = join(root, "bars.csv");
  writeFileSync(path, `ts_ms,open,high,low,close,volume\n${bars.join("\n")}\n`);
  const paid = [...rates].map(([at, rate]) => `${start + at * hour},${rate}`);
  writeFileSync(join(root, "funding.csv"), `ts_ms,funding_rate\n${paid.join("\n")}\n`);
  const [columns, fundingColumns] = [
    parseBarColumns(defaultBarColumns),
    parseFundingColumns(defaultFundingColumns),
  ];
  const instrument = findInstrument("BTC-USDT-SWAP");
  assert.ok(columns.ok && fundingColumns.ok && instrument !== null);
  const name = funding === null ? "without" : "with";
  const landed = await importDataset({
    root,
    path,
    columns: columns.value,
    instrument,
    intervalMs: hour,
    stamp: "start",
    allow: new Set(),
    name,
    funding:
      funding === null
        ? null
        : { path: join(root, funding), columns: fundingColumns.value, venue: null },
    source: null,
    licence: null,
    fetched: null,
  });
  assert.ok(landed.ok, landed.ok ? "" : landed.fault.message);
  return must(openDataset(root, name));
}

function must(opened: ReturnType<typeof openDataset>) {
  assert.ok(opened.ok);
  return opened.value;
}
