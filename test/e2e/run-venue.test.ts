import assert from "node:assert/strict";
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { verifyOrders, verifyRun } from "#evidence";
import { temporaryRoot } from "#support";
import { type Bench, must, openBench, ran, swap } from "./run-venue-bench.ts";
import { document, lines, type Row } from "./run-venue-reading.ts";

const order = "/api/v5/trade/order";
const post = { endpoint: `POST ${order}` };
const byMarket = { instId: swap, tdMode: "cross", side: "buy", ordType: "market", sz: "3" };
const resting = { ...byMarket, ordType: "limit", px: "1000" };
const stop = { ...byMarket, side: "sell", ordType: "conditional", slTriggerPx: "1000" };

/** Whatever goes wrong between a client and a venue, spread over the orders of a run. */
function breakThings({ venue }: Bench): void {
  const faults = [
    { match: { ...post, nth: 4 }, fault: { kind: "drop_answer" } },
    { match: { ...post, nth: 7 }, fault: { kind: "drop_request" } },
    { match: { ...post, nth: 9 }, fault: { kind: "http_5xx", status: 503, when: "after" } },
    { match: { ...post, nth: 12 }, fault: { kind: "http_429" } },
    { match: {}, fault: { kind: "partial_fill", max_sz: "1" } },
    {
      match: { endpoint: "GET /api/v5/account/positions", nth: 6 },
      fault: { kind: "empty_positions" },
    },
    {
      match: { endpoint: "GET /api/v5/market/candles", nth: 4 },
      fault: { kind: "http_5xx", status: 502, when: "before" },
    },
  ];
  for (const rule of faults) must(venue.faults.add(rule));
}

test("an account in use, a venue that fails, and every order is proven", async () => {
  await using bench = openBench();
  const { venue } = bench;
  await bench.byHand(order, byMarket);
  await bench.byHand(order, resting);
  await bench.byHand("/api/v5/trade/order-algo", { ...stop, slOrdPx: "-1", sz: "1" });
  breakThings(bench);
  const { directory, verdict, reasons, runId } = await ran(
    bench.request({ oneShot: { tick: 2, action: "open_long" }, ticks: 6 }),
  );
  assert.deepEqual([verdict, reasons], ["PASS", []]);
  const { verdict: whole } = must(verifyRun(directory, { root: bench.root }));
  assert.equal(whole, "PASS");

  // The claims speak of something, and each of them was asked.
  const { claims } = must(verifyOrders(directory));
  for (const { id, checked, verdict: word } of claims) {
    if (id === "raw_samples") continue;
    assert.deepEqual([id, word, checked > 0], [id, "PASS", true]);
  }
  const preflight = document(directory, "startup_preflight.json");
  assert.deepEqual([preflight["before"], preflight["after"]].map(openOf), [
    [2, 1],
    [0, 0],
  ]);
  const summary = document(directory, "multiple_experiments_summary.json");
  const { alive_agents, orders_filled, orders_partially_filled, orders_rejected } = summary;
  assert.equal(alive_agents, 24);
  const counts = [orders_filled, orders_partially_filled, orders_rejected].map(Number);
  assert.ok(
    counts.every((count) => count > 0),
    counts.join(" "),
  );
  // The faults struck, and agents met each other in the book.
  const silent = venue.faults.counts().filter(({ fired }) => fired === 0);
  assert.deepEqual(silent, []);
  assert.ok(venue.counters.of("events", "self_trade_prevented") > 0);

  // What the venue knows of the run is what the run recorded: no order more, none less.
  const told = venue.oracle.accepted().filter(({ cl_ord_id }) => cl_ord_id !== null);
  const sent = lines(directory, "orders_history.jsonl").map((row) => String(row["clOrdId"]));
  assert.deepEqual(new Set(told.map(({ cl_ord_id }) => cl_ord_id)), new Set(sent));
  assert.equal(told.length, sent.length);
  assert.equal(document(directory, "run_manifest.json")["run_id"], runId);
  assert.equal(noSecretIn(directory, bench), true);
  assert.deepEqual(unknownFiles(directory), []);
});

test("without any one of its records a run proves less, where the record was needed", async () => {
  await using bench = openBench();
  must(venueCuts(bench));
  const { directory } = await ran(
    bench.request({ oneShot: { tick: 2, action: "open_long" }, ticks: 3 }),
  );
  using place = temporaryRoot();
  const copy = join(place.path, basename(directory));
  cpSync(directory, copy, { recursive: true });
  const due: Readonly<Record<string, string>> = {
    "order_attempts.jsonl": "step88_order_confirmation",
    "exchange_api_calls.jsonl": "execution_counts",
    "order_status_samples.jsonl": "step88_p5_auditor_join",
    "orders_history.jsonl": "step32_orphans",
    "fills.jsonl": "step88_p3_fills",
    "bills.jsonl": "step88_p4_bills",
    "paging_traces.jsonl": "step34_paging_closure",
    "genomes_snapshot.jsonl": "venue_genomes",
    "birth_events.jsonl": "venue_population",
    "ledger_ticks.jsonl": "execution_counts",
  };
  for (const name of readdirSync(copy).filter((file) => file.endsWith(".jsonl"))) {
    const path = join(copy, name);
    const text = readFileSync(path, "utf8");
    const all = text.split("\n").slice(0, -1);
    chmodSync(path, 0o644);
    for (const gone of new Set([0, all.length >> 1, all.length - 1])) {
      if (all.length === 0) continue;
      writeFileSync(path, renumbered(all.toSpliced(gone, 1)));
      const { claims } = must(verifyRun(copy, { root: null }));
      const broken = claims.filter(({ verdict }) => verdict === "FAIL").map(({ id }) => id);
      const what = `${name} without line ${gone + 1}: ${broken.join(" ")}`;
      assert.ok(broken.includes("sums"), what);
      assert.ok(broken.includes(due[name] ?? "sums"), what);
    }
    writeFileSync(path, text);
  }
  assert.equal(must(verifyRun(copy, { root: null })).verdict, "PASS");
});

test("agents that lose all die, funding is paid, and the books stay the venue's", async () => {
  await using bench = openBench({ syntheticBarMs: 3_600_000 });
  const leverage = { instId: swap, mgnMode: "cross", lever: "100" };
  await bench.byHand("/api/v5/account/set-leverage", leverage);
  const { directory, verdict, reasons } = await ran(
    bench.request({
      ...{ ticks: 12, bar: "1H", orderStyle: "market" },
      ...{ capitalPerAgentMicro: 150_000_000, maxLeveragePpm: 100_000_000 },
      ...{ maxMarketAgeMs: 120_000, orderLifetimeMs: 120_000 },
    }),
  );
  assert.deepEqual([verdict, reasons], ["PASS", []]);
  const deaths = lines(directory, "death_events.jsonl");
  assert.ok(deaths.length > 0);
  assert.ok(deaths.every(({ death_reason }) => death_reason === "capital_depleted"));
  const settled = lines(directory, "order_attempts.jsonl").filter(
    ({ lifecycle_scope }) => lifecycle_scope === "death_settlement",
  );
  assert.equal(settled.length, 2 * deaths.length);
  const paid = lines(directory, "bills.jsonl").filter(
    ({ bill_type }) => bill_type === "funding_fee",
  );
  assert.ok(paid.length > 0);
  const balances = lines(directory, "capital_reconciliation_events.jsonl");
  // The venue's average prices are rounded, nothing else is.
  assert.ok(balances.every(({ delta }) => Math.abs(Number(delta)) < 1e-9));
});

test("netting keeps agents apart too, and names a run that shows its effect", async () => {
  await using bench = openBench();
  const short = { ticks: 3, shutdownFlatten: false } as const;
  const other = await ran(bench.request(short));
  const named = { counterfactualRunId: other.runId, nonce: "00000001" };
  const netting = { ...short, selfTrade: { policy: "netting" } } as const;
  const { verdict, reasons, directory } = await ran(bench.request(netting, named));
  assert.deepEqual([verdict, reasons], ["PASS", []]);
  const { high_rate_fences } = document(directory, "gating_telemetry.json");
  assert.match(JSON.stringify(high_rate_fences), new RegExp(other.runId));
});

test("an account that keeps long and short sides apart is flattened and traded alike", async () => {
  await using bench = openBench({ posMode: "long_short_mode" });
  await bench.byHand(order, { ...byMarket, posSide: "long" });
  await bench.byHand(order, { ...byMarket, side: "sell", posSide: "short" });
  const { directory, verdict, reasons } = await ran(bench.request({ ticks: 3 }));
  assert.deepEqual([verdict, reasons], ["PASS", []]);
  assert.deepEqual(openOf(document(directory, "startup_preflight.json")["before"]), [0, 2]);
  const sides = lines(directory, "orders_history.jsonl").map(({ pos_side }) => pos_side);
  assert.deepEqual(new Set(sides), new Set(["long", "short"]));
});

test("passive orders rest, and none of them outlives its tick", async () => {
  await using bench = openBench();
  const { directory, verdict, reasons } = await ran(
    bench.request({ orderStyle: "passive", ticks: 3, orderLifetimeMs: 10_000 }),
  );
  assert.deepEqual([verdict, reasons], ["PASS", []]);
  const rows = lines(directory, "orders_history.jsonl");
  assert.ok(rows.every(({ state }) => state === "filled" || state === "canceled"));
  const lived = rows.map((row) => Number(row["updated_ms"]) - Number(row["created_ms"]));
  assert.ok(Math.max(...lived) <= 15_000, `${Math.max(...lived)} ms`);
});

function openOf(look: unknown): readonly unknown[] {
  const { open_orders_count, positions_count } = look as Row;
  return [open_orders_count, positions_count];
}

function renumbered(kept: readonly string[]): string {
  return kept.map((line, seq) => `${line.replace(/"seq":\d+/, `"seq":${seq}`)}\n`).join("");
}

/** Books with one contract at each level, so that orders fill in parts and agents meet. */
function venueCuts({ venue }: Bench): ReturnType<Bench["venue"]["faults"]["add"]> {
  return venue.faults.add({ match: {}, fault: { kind: "partial_fill", max_sz: "1" } });
}

/** Files that neither contract tells of. */
function unknownFiles(directory: string): readonly string[] {
  const contracts = ["orders", "execution", "run-directory", "seal"].map((name) =>
    readFileSync(new URL(`../../docs/contracts/${name}.md`, import.meta.url), "utf8"),
  );
  const known = contracts.join("\n").replaceAll("<exchange>", "okx");
  return readdirSync(directory).filter((name) => {
    const stem = name.replace(/_part_\d{4}\.json$/, "_index.json");
    return !known.includes(`\`${stem}\``);
  });
}

function noSecretIn(directory: string, { request }: Bench): boolean {
  const { secrets } = request();
  return readdirSync(directory).every((name) => {
    const text = readFileSync(join(directory, name), "utf8");
    return secrets.every((secret) => !text.includes(secret));
  });
}
