import assert from "node:assert/strict";
import { test } from "node:test";
import type { Divergence, VenueRunConfig } from "#execution";
import { divergeRuns } from "#execution";
import { assay } from "./assay.ts";
import { type Bench, must, openBench, ran } from "./run-venue-bench.ts";

type Rule = Parameters<Bench["venue"]["faults"]["add"]>[0];

/** Two runs of the same genomes on venues of the same seed, the second with something planted. */
async function compareWith(
  rules: readonly Rule[],
  options: Parameters<typeof openBench>[0] = {},
  config: Partial<VenueRunConfig> = {},
): Promise<Divergence> {
  await using plain = openBench();
  await using planted = openBench(options);
  for (const rule of rules) must(planted.venue.faults.add(rule));
  const short = { ticks: 4, shutdownFlatten: false } as const;
  const one = await ran(plain.request(short));
  const other = await ran(planted.request({ ...short, ...config }));
  return must(divergeRuns(one.directory, other.directory));
}

function began({ causes }: Divergence): Readonly<Record<string, number>> {
  const some = causes.filter((count) => count.began > 0);
  return Object.fromEntries(some.map((count) => [count.cause, count.began]));
}

const order = "POST /api/v5/trade/order";

test("two runs of the same genomes on the same market do not differ in anything", async () => {
  const found = await compareWith([]);
  assert.deepEqual(began(found), {});
  assert.equal(found.steps_compared, 4 * 24);
  assert.equal(found.steps_equal, found.steps_compared);
  assert.deepEqual([found.only_left.steps, found.only_right.steps], [0, 0]);
});

test("what the venue refused is the cause, and what its agents do next follows", async () => {
  const refuse = { match: { endpoint: order, nth: 3 }, fault: { kind: "maintenance" } };
  const found = await compareWith([refuse]);
  assert.deepEqual(Object.keys(began(found)), ["reject"]);
  const [first] = found.differences;
  assert.deepEqual([first?.cause, first?.what, first?.follows], ["reject", "order", null]);
  assert.ok(found.differences.some(({ follows }) => follows !== null));
});

test("a refusal that was tried again with success makes no difference", async () => {
  const once = { match: { endpoint: order, nth: 3 }, fault: { kind: "http_429" } };
  assert.deepEqual(began(await compareWith([once])), {});
});

test("another market is the data's doing, a thinner book that of the price", async () => {
  const other = await compareWith([], { seed: 12 });
  assert.deepEqual(Object.keys(began(other)), ["data"]);
  const thin = { match: {}, fault: { kind: "partial_fill", max_sz: "1" } };
  const causes = Object.keys(began(await compareWith([thin])));
  assert.ok(causes.length > 0);
  assert.ok(
    causes.every((cause) => ["data", "price", "queue"].includes(cause)),
    causes.join(" "),
  );
});

test("assay diverge prints the causes, and exits 1 where something differs", async () => {
  await using bench = openBench();
  const one = await ran(bench.request({ ticks: 2 }));
  const other = await ran(bench.request({ ticks: 3 }, { nonce: "00000002" }));
  const root = ["--root", bench.root];
  const same = await assay(["diverge", one.runId, one.runId, ...root]);
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /paired by bar: 48 steps, 48 equal\nEQUAL\n$/);
  const differ = await assay(["diverge", one.runId, other.runId, ...root, "--json"]);
  assert.equal(differ.code, 1);
  assert.match(differ.stdout, /"type":"divergence","schema_version":"divergence\/1"/);
});
