import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { verifyOrders } from "#evidence";
import { runVenue, type VenueRunConfig, type VenueRunRequest } from "#execution";
import type { Venue } from "#venues";
import { assay } from "./assay.ts";
import { type Bench, must, openBench, ran, swap } from "./run-venue-bench.ts";
import { document, lines } from "./run-venue-reading.ts";

const order = "/api/v5/trade/order";
const byMarket = { instId: swap, tdMode: "cross", side: "buy", ordType: "market", sz: "3" };
const resting = { ...byMarket, ordType: "limit", px: "1000" };

const stops = [
  ["a stop", "stopped", "interrupted"],
  ["a halt", "halted", "interrupted"],
  ["somebody else's trade", "evidence_gap", "failed"],
] as const;

for (const [what, end, status] of stops) {
  test(`${what} ends a run at a tick, and it is sealed with all that it knows`, async () => {
    await using bench = openBench();
    let ticks = 0;
    const act = (): void => {
      if (what === "a halt") writeFileSync(bench.switchFile, "1\n");
    };
    const changes: Partial<VenueRunRequest> = {
      progress({ tick }) {
        ticks = tick;
        if (tick === 2) act();
      },
      stopRequested: () => (what === "a stop" && ticks === 2 ? "interrupt" : null),
      clock: {
        ...bench.clock,
        async waitUntil(ms, signal) {
          const foreign = what === "somebody else's trade" && ticks === 2;
          if (foreign) await bench.byHand(order, { ...byMarket, sz: "200" });
          await bench.clock.waitUntil(ms, signal);
        },
      },
    };
    const outcome = await ran(bench.request({ ticks: 5 }, changes));
    assert.deepEqual([outcome.end, outcome.status], [end, status]);
    const { directory } = outcome;
    assert.ok(existsSync(join(directory, "SHA256SUMS")));
    const manifest = document(directory, "run_manifest.json");
    assert.equal(manifest["status"], status);
    // A halt and a frozen run place nothing more, not even to close what is held.
    const last = lines(directory, "order_attempts.jsonl").at(-1);
    const lastTick = end === "evidence_gap" ? 3 : 2;
    assert.equal(Number(last?.["tick"] ?? 0) <= lastTick, true);
    const { claims } = must(verifyOrders(directory));
    const failing = claims.filter(({ verdict }) => verdict === "FAIL").map(({ id }) => id);
    const open = claims.filter(({ verdict }) => verdict === "NOT_MEASURABLE").map(({ id }) => id);
    const isForeign = end === "evidence_gap";
    const found = lines(directory, "auditor_discrepancies.jsonl");
    const foreign = found.filter(({ discrepancy_type: type }) => type === "foreign_activity");
    assert.equal(foreign.length > 0, isForeign);
    assert.equal(failing.includes("step88_p5_auditor_join"), isForeign, failing.join(" "));
    // An order without a name may be ours or not: that is not known, whoever asks.
    for (const books of ["step32_orphans", "step33_fills_bills_join"]) {
      assert.equal(open.includes(books), isForeign, open.join(" "));
    }
    assert.equal(failing.length === 0, !isForeign, failing.join(" "));
  });
}

type Refusal = readonly [
  code: string,
  config: Partial<VenueRunConfig>,
  changes: (bench: Bench) => Partial<VenueRunRequest>,
];

const refusals: readonly Refusal[] = [
  ["auditor_key_may_trade", {}, ({ client }) => ({ auditor: client("trader") })],
  ["key_may_not_trade", {}, ({ client }) => ({ venue: client("auditor") })],
  ["auditor_of_other_account", {}, ({ client }) => ({ venue: client("second") })],
  ["leverage_too_low", { maxLeveragePpm: 50_000_000 }, () => ({})],
  ["capital_too_small", { capitalPerAgentMicro: 1_000_000_000_000, minAgents: 1 }, () => ({})],
  ["instrument_unknown", { instId: "NO-SUCH-SWAP" }, () => ({})],
  ["config_malformed", { tickSeconds: 90 }, () => ({})],
  ["config_malformed", { oneShot: { tick: 13, action: "open_long" } }, () => ({})],
  ["bar_unknown", { bar: "7m" }, () => ({})],
  [
    "execution_halted",
    {},
    ({ switchFile }) => {
      writeFileSync(switchFile, "yes\n");
      return {};
    },
  ],
  [
    "stop_present",
    {},
    ({ root }) => {
      writeFileSync(join(root, "STOP"), "enough\n");
      return {};
    },
  ],
];

test("what must not run is refused with a reason; neither venue nor root is touched", async () => {
  for (const [code, config, changes] of refusals) {
    await using bench = openBench();
    const result = await runVenue(bench.request(config, changes(bench)));
    assert.equal(result.ok ? "ran" : result.fault.code, code);
    assert.deepEqual(bench.venue.counters.read().writes, {}, code);
    assert.equal(existsSync(join(bench.root, "runs")), false, code);
  }
});

test("a halt that left contracts says so: the flatten was refused, and what is held", async () => {
  await using bench = openBench();
  const progress = ({ tick }: Readonly<{ tick: number }>): void => {
    if (tick === 3) writeFileSync(bench.switchFile, "1\n");
  };
  const { end, directory } = await ran(bench.request({ ticks: 5 }, { progress }));
  assert.equal(end, "halted");
  const told = lines(directory, "errors.jsonl").filter(
    ({ error_type: type }) => type === "shutdown_flatten_failed",
  );
  assert.deepEqual(
    told.map(({ reason_code: code }) => code),
    ["fence_kill_switch"],
  );
  const shown = await assay(["show", directory]);
  assert.match(
    shown.stdout,
    /^flat at the end: REFUSED \(kill switch\), holds BTC-USDT-SWAP -?[0-9.]+$/m,
  );
});

test("maintenance refuses a run where it touches swaps of the practice environment", async () => {
  const running = [
    ["venue_under_maintenance", { service: "3", env: "2" }],
    ["venue_under_maintenance", { service: "5", env: null }],
    ["began", { service: "5", env: "1" }],
    ["began", { service: "4", env: "2" }],
  ] as const;
  for (const [code, about] of running) {
    await using bench = openBench();
    const trader = bench.client("trader");
    const row = { ...about, state: "ongoing", title: "Upgrade", beginMs: 1, endMs: null };
    const venue: Venue = {
      ...trader,
      async systemStatus() {
        const asked = await trader.systemStatus();
        return { ok: true, value: [row], call: asked.call };
      },
    };
    const result = await runVenue(bench.request({ ticks: 1 }, { venue }));
    assert.equal(result.ok ? "began" : result.fault.code, code);
    if (!result.ok) continue;
    const [reference] = lines(result.value.directory, "price_reference_snapshots.jsonl");
    assert.ok(Number(reference?.["ref_index"]) > 0);
    const { checks } = document(result.value.directory, "probe_startup_full.json");
    assert.match(JSON.stringify(checks), /"system_status".*1 maintenances run, none/);
  }
});

test("a run that may not flatten refuses an account in use, and its evidence says so", async () => {
  await using bench = openBench();
  await bench.byHand(order, resting);
  const request = bench.request({ startupFlatten: false });
  const { end, status, detail, directory } = await ran(request);
  assert.deepEqual([end, status, detail], ["preflight_failed", "failed", "account_not_flat"]);
  assert.deepEqual(lines(directory, "order_attempts.jsonl"), []);
  const [error] = lines(directory, "errors.jsonl");
  assert.equal(error?.["detail"], "1 order is still open");
  assert.equal(bench.venue.oracle.acceptedCount(), 1);
});
