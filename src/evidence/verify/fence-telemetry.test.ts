import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  copyRun,
  editDocument,
  eventfulRun,
  landRun,
  resealRun,
  syntheticMarket,
  temporaryRoot,
} from "#support";
import type { GatingTelemetry } from "../artifacts/gating-telemetry.ts";
import { highRates, ratePpm } from "../artifacts/high-rate-fences.ts";
import { readRunSummary } from "../reading/read-run.ts";
import { verifyRun } from "./verify-run.ts";

type Draft = Record<string, unknown>;

function telemetryOf(directory: string): GatingTelemetry {
  const text = readFileSync(join(directory, "gating_telemetry.json"), "utf8");
  return JSON.parse(text) as GatingTelemetry;
}

test("rates are exact, rounded down, and of no base at all as if there had been one", () => {
  assert.equal(ratePpm(1, 5), 200_000);
  assert.equal(ratePpm(200_001, 1_000_000), 200_001);
  assert.equal(ratePpm(2, 3), 666_666);
  assert.equal(ratePpm(9_007_199_254_740_991, 9_007_199_254_740_991), 1_000_000);
  assert.equal(ratePpm(0, 0), 0);
  assert.equal(ratePpm(1, 0), 1_000_000);
});

test("a fence that acts on a fifth is quiet, on more it is surfaced", () => {
  using root = temporaryRoot();
  const { fences } = telemetryOf(landRun(root.path, eventfulRun()).directory);
  const [first] = fences;
  assert.ok(first !== undefined);
  const row = { ...first, trigger_count: 200, block_count: 20 };
  assert.deepEqual(highRates([row], { steps: 1000, attempts: 100 }), []);
  const rates = highRates([row], { steps: 999, attempts: 99 });
  assert.deepEqual(
    rates.map(({ rate, rate_ppm }) => [rate, rate_ppm]),
    [
      ["trigger_per_step", 200_200],
      ["block_per_attempt", 202_020],
    ],
  );
});

test("a run in a thin market says which fence may have made its result, and why", () => {
  using root = temporaryRoot();
  const market = syntheticMarket({ bars: 400, seed: 7, volatility: 90, volume: 50 });
  const { directory } = landRun(root.path, { market });
  const summary = readRunSummary(directory);
  assert.ok(summary.ok);
  const telemetry = telemetryOf(directory);
  const cap = telemetry.fences.find(({ fence_id }) => fence_id === "fence_participation_cap");
  const zero = telemetry.fences.find(({ fence_id }) => fence_id === "fence_order_size_zero");
  assert.equal(telemetry.steps, summary.value.agent_bars);
  assert.equal(telemetry.attempts, summary.value.orders.placed + (zero?.block_count ?? 0));
  const said = telemetry.high_rate_fences.find(
    ({ fence_id, rate }) => fence_id === cap?.fence_id && rate === "block_per_attempt",
  );
  assert.ok(cap !== undefined && said !== undefined);
  assert.equal(said.rate_ppm, Math.floor((cap.block_count * 1e6) / telemetry.attempts));
  assert.match(said.explanation, /^filled size beyond a share of the bar's volume: partial fill/);
  assert.match(said.counterfactual_run_id_reason ?? "", /participation_cap_ppm = 1000000$/);
  const verdict = verifyRun(directory, { root: null });
  assert.deepEqual(verdict.ok && verdict.value.reasons, []);
});

test("hiding, softening or inventing a high rate is found, and so is another base", () => {
  using root = temporaryRoot();
  const market = syntheticMarket({ bars: 400, seed: 7, volatility: 90, volume: 50 });
  const { directory, run_id } = landRun(root.path, { market });
  const entries = (d: Draft): Draft[] => d["high_rate_fences"] as Draft[];
  const edits: readonly (readonly [string, (d: Draft) => unknown])[] = [
    ["fence_rate_hidden", (d) => (d["high_rate_fences"] = [])],
    ["fence_rate_hidden", (d) => ((entries(d)[0] ?? {})["fence_id"] = "fence_season_end")],
    ["fence_rate_differs", (d) => ((entries(d)[0] ?? {})["rate_ppm"] = 200_001)],
    ["fence_rate_differs", (d) => ((entries(d)[0] ?? {})["explanation"] = "harmless")],
    ["fence_rate_differs", (d) => ((entries(d)[0] ?? {})["counterfactual_run_id"] = run_id)],
    ["fence_rate_differs", (d) => entries(d).push({ ...entries(d)[0] })],
    ["fence_rate_differs", (d) => entries(d).push({ ...entries(d)[0], fence_id: "fence_x" })],
    ["fence_counts_wrong", (d) => (d["steps"] = Number(d["steps"]) + 1)],
    ["fence_counts_wrong", (d) => (d["attempts"] = Number(d["attempts"]) * 9)],
  ];
  for (const [index, [code, edit]] of edits.entries()) {
    const copy = copyRun(directory, join(root.path, `${index}`, run_id));
    editDocument(copy, "gating_telemetry.json", edit);
    resealRun(copy);
    const verdict = verifyRun(copy, { root: null });
    assert.ok(verdict.ok);
    const codes = verdict.value.findings
      .filter(({ claim }) => claim === "fence_telemetry")
      .map((finding) => finding.code);
    assert.ok(codes.includes(code), `${index}: ${codes.join()} not ${code}`);
  }
});
