import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgress, type ProgressOptions } from "./progress.ts";

test("away from a terminal there is one plain line each ten seconds", () => {
  const { progress, said, tick } = show({});
  for (let second = 0; second <= 35; second += 1) {
    progress.update(second * 1000, 100_000, { rows: second });
    tick(1000);
  }
  progress.end();
  assert.deepEqual(said, [
    "import 10 %, 10 k of 100 k bars, 1 k bars/s, ETA 1m 30s, rows 10\n",
    "import 20 %, 20 k of 100 k bars, 1 k bars/s, ETA 1m 20s, rows 20\n",
    "import 30 %, 30 k of 100 k bars, 1 k bars/s, ETA 1m 10s, rows 30\n",
  ]);
});

test("short work says nothing away from a terminal", () => {
  const { progress, said, tick } = show({});
  progress.update(1, 2);
  tick(9000);
  progress.update(2, 2);
  progress.end();
  assert.deepEqual(said, []);
});

test("a terminal gets one redrawn line, no wider than it is, and gets it back", () => {
  const { progress, said, tick } = show({ isTty: true, columns: () => 50 });
  progress.update(0, 10);
  tick(50);
  progress.update(4, 10);
  tick(50);
  progress.update(5, 10);
  progress.end();
  assert.equal(said.length, 3);
  const bar = "\r\u001B[2Kimport [############------------] 50 %  ";
  assert.equal(said[1]?.slice(0, bar.length), bar);
  for (const text of said) assert.ok(text.replace("\r\u001B[2K", "").length < 50);
  assert.equal(said[2], "\r\u001B[2K");
});

test("a machine gets JSON lines with the same facts", () => {
  const { progress, said, tick } = show({ json: true, isTty: true });
  progress.update(500, 2000);
  tick(1000);
  progress.update(1000, 2000, { rows: 7 });
  assert.deepEqual(
    said.map((line) => JSON.parse(line)),
    [
      {
        type: "progress",
        label: "import",
        unit: "bars",
        done: 1000,
        total: 2000,
        rate_per_s: 500,
        eta_ms: 2000,
        rows: 7,
      },
    ],
  );
});

test("work done before, as by a resumed fetch, is not counted as speed", () => {
  const { progress, said, tick } = show({ json: true });
  progress.update(900_000, 1_000_000);
  tick(2000);
  progress.update(901_000, 1_000_000);
  assert.equal(JSON.parse(said[0] ?? "").rate_per_s, 500);
});

test("without a known end there is a rate and no promise", () => {
  const { progress, said, tick } = show({});
  progress.update(0, null);
  tick(10_000);
  progress.update(50, null);
  assert.deepEqual(said, ["import, 50 bars, 5 bars/s\n"]);
});

function show(options: Partial<ProgressOptions>) {
  const said: string[] = [];
  let now = 1_000_000;
  const progress = createProgress({
    stream: { write: (text) => said.push(text) },
    isTty: false,
    json: false,
    label: "import",
    unit: "bars",
    nowMs: () => now,
    ...options,
  });
  return {
    progress,
    said,
    tick: (ms: number): void => {
      now += ms;
    },
  };
}
