import assert from "node:assert/strict";
import { test } from "node:test";
import { anExchange, place } from "../fixtures/specs.ts";
import { delayOf, type LatencyModel } from "./latency.ts";
import { createMarkFeed } from "./recorded-feeds.ts";
import { createTimeline, type Sent, type Timeline } from "./timeline.ts";

const seeded: LatencyModel = {
  model: "seeded_uniform",
  seed: 9,
  entryMs: { least: 5, most: 50 },
  ackMs: { least: 1, most: 3 },
};

function order(account: number): Sent {
  const { timeMs: _now, ...sent } = place({ account, side: "buy", priceTicks: 299_000, lots: 1 });
  return sent;
}

function timeline(latency: LatencyModel, marks: readonly number[] = []): Timeline {
  const rows = marks.map((timeMs) => ({ timeMs, priceTicks: 300_000 }));
  return createTimeline({ exchange: anExchange(), feed: createMarkFeed(0, rows), latency });
}

test("constant latency delays the order on its way in and the answer on its way back", () => {
  const line = timeline({ model: "constant", entryMs: 7, ackMs: 3 }, [106, 107, 200]);
  line.send(order(0), 100);
  const seen = line.runTo(150).map(({ source, atMs, ackMs }) => [source, atMs, ackMs]);
  assert.deepEqual(seen, [
    ["feed", 106, null],
    ["feed", 107, null],
    ["sent", 107, 110],
  ]);
  assert.equal(line.nextMs(), 200);
});

test("seeded delays depend on seed and number alone and stay in their bounds", () => {
  for (let number = 0; number < 200; number += 1) {
    const { entryMs, ackMs } = delayOf(seeded, number);
    assert.deepEqual(delayOf(seeded, number), { entryMs, ackMs });
    assert.ok(entryMs >= 5 && entryMs <= 50 && ackMs >= 1 && ackMs <= 3);
  }
  const acks = Array.from({ length: 200 }, (_none, number) => delayOf(seeded, number).ackMs);
  assert.deepEqual(
    [...new Set(acks)].toSorted((one, two) => one - two),
    [1, 2, 3],
  );
  const draws = (seed: number): readonly number[] =>
    Array.from({ length: 50 }, (_none, k) => delayOf({ ...seeded, seed }, k).entryMs);
  assert.notDeepEqual(draws(9), draws(10));
});

test("one account's commands arrive in the order sent; another account may be faster", () => {
  const line = timeline(seeded);
  for (let k = 0; k < 40; k += 1) line.send(order(k % 2), k);
  const arrived = line.runTo(1000);
  assert.equal(arrived.length, 40);
  const numbers = arrived.map(({ number }) => number ?? -1);
  for (const account of [0, 1]) {
    const own = numbers.filter((number) => number % 2 === account);
    assert.deepEqual(
      own,
      own.toSorted((a, b) => a - b),
    );
  }
  assert.notDeepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

test("timers fire at their time, before what else happens then", () => {
  const line = timeline({ model: "none" }, [1000]);
  line.send(order(0), 0);
  line.send({ type: "cancel_all_after", account: 0, timeoutMs: 1000 }, 0);
  const seen = line.runTo(2000).map(({ source, atMs }) => [source, atMs]);
  assert.deepEqual(seen, [
    ["sent", 0],
    ["sent", 0],
    ["timer", 1000],
    ["feed", 1000],
  ]);
});
