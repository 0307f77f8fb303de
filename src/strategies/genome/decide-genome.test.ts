import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type LoneRun,
  type LoneTrace,
  loneIntervalMs,
  loneRun,
  promotedGenome,
  recordedMarket,
  recordedSwap,
  syntheticMarket,
  withoutShared,
} from "#support";
import { decideGenome } from "./decide-genome.ts";
import type { GenomeConfig } from "./genome-config.ts";
import type { GenomeMemory } from "./genome-view.ts";

/** Asks with bars up to and including `last`, of which at most `history` are shown. */
function ask(
  { bars, config }: LoneRun,
  last: number,
  history: number,
  memory: GenomeMemory | null,
) {
  const view = {
    now_ms: (bars[last]?.ts_ms ?? 0) + loneIntervalMs,
    bars: bars.slice(Math.max(last + 1 - history, 0), last + 1),
  };
  return decideGenome(view, config, memory);
}

/** The verdict that a trace of the run stands for. */
function wanted({ order, position }: LoneTrace): string {
  if (order === 0) return "hold";
  const verb = position === 0 ? "open" : "close";
  const long = position === 0 ? order > 0 : position > 0;
  return `${verb}_${long ? "long" : "short"} ${order > 0 ? "BUY" : "SELL"} ${Math.abs(order)}`;
}

/** Lives a run's bars one at a time and compares all that can be seen; returns the drafts. */
function compare(lone: LoneRun, name: string): number {
  let proposals = 0;
  let memory: GenomeMemory | null = null;
  for (const [index, trace] of lone.trace.entries()) {
    // The shortest view that may be shown: 257 bars up to the one decided last, and the new one.
    const decision = ask(lone, index, 258, memory);
    memory = JSON.parse(JSON.stringify(decision.memory)) as GenomeMemory;
    const { signal, equity_micro, position_lots, order_lots } = decision.indicators;
    assert.deepEqual(
      { signal, equity: equity_micro, position: position_lots, order: order_lots },
      {
        signal: trace.signal + 0,
        equity: trace.equity,
        position: trace.position,
        order: trace.order,
      },
      `${name}, bar ${index}`,
    );
    const features = decision.details["market_features"] as readonly { value: number }[];
    assert.deepEqual(
      features.map(({ value }) => value),
      trace.market,
    );
    const { verdict, reasons } = decision;
    const draft = verdict.type === "propose" ? verdict.proposals[0] : undefined;
    const said =
      draft === undefined
        ? verdict.type
        : `${reasons[0]?.code} ${draft.side} ${Math.round(Number(draft.quantity) / 0.0001)}`;
    assert.equal(said, wanted(trace), `${name}, bar ${index}`);
    if (draft !== undefined) proposals += 1;
  }
  return proposals;
}

test("bar by bar it decides what the run of its single agent decided, to the last bit", () => {
  let proposals = 0;
  for (const seed of [3, 4, 8]) {
    const lone = loneRun(syntheticMarket({ bars: 900, seed, volatility: 30 }), seed);
    assert.equal(lone.trace.length, 899, "a run decides after every bar but its last");
    proposals += compare(lone, `seed ${seed}`);
  }
  assert.ok(proposals > 50, `only ${proposals} proposals: the comparison saw no trading`);
});

const skip = withoutShared(...recordedSwap);

test("so it does on recorded bars of the swap, outages of the venue included", { skip }, () => {
  // From 2022-12-17 on: ten hours of the next day have no volume at all.
  const lone = loneRun(recordedMarket(33_600, 700), 9);
  assert.ok(lone.bars.filter((bar) => bar.volume === 0).length >= 40);
  assert.equal(compare(lone, "recorded"), 106);
});

test("many new bars at once leave what one at a time leaves", () => {
  const lone = loneRun(syntheticMarket({ bars: 1400, seed: 5, volatility: 30 }), 5);
  const whole = ask(lone, 1300, 5000, null);
  let memory: GenomeMemory | null = null;
  for (const last of [10, 11, 300, 900, 1299, 1300]) memory = ask(lone, last, 5000, memory).memory;
  assert.deepEqual(memory, whole.memory);
  assert.equal(whole.indicators["signal"], lone.trace[1300]?.signal);
});

test("it refuses with a code when there is nobody, nothing, or another past to decide on", () => {
  const lone = loneRun(syntheticMarket({ bars: 600, seed: 7, volatility: 30 }), 7);
  const { config, bars } = lone;
  const memory = ask(lone, 500, 5000, null).memory;
  const now_ms = (bars[501]?.ts_ms ?? 0) + loneIntervalMs;
  const view = { now_ms, bars: bars.slice(0, 502) };
  const shifted = bars
    .slice(0, 502)
    .map((bar) => ({ ...bar, close: bar.close + 1, high: bar.high + 1 }));
  const genome = config.genome ?? promotedGenome([]);
  const weights = genome.weights;
  const cases: readonly (readonly [string, string, Partial<typeof view>, Partial<GenomeConfig>])[] =
    [
      ["no_promoted_genome", "no_promoted_genome", {}, { genome: null }],
      ["input_malformed", "genome_malformed", {}, { genome: promotedGenome(weights.slice(1)) }],
      [
        "input_malformed",
        "genome_malformed",
        {},
        { genome: promotedGenome([0.1, ...weights.slice(1)]) },
      ],
      [
        "input_malformed",
        "genome_malformed",
        {},
        { genome: promotedGenome([Number.NaN, ...weights.slice(1)]) },
      ],
      [
        "input_malformed",
        "genome_schema_unknown",
        {},
        { genome: { ...genome, genome_schema_version: "twin/2" } },
      ],
      [
        "input_malformed",
        "memory_of_another_world",
        {},
        { physics: { ...config.physics, capital_micro: 5 } },
      ],
      ["input_missing", "no_bars", { bars: [] }, {}],
      ["input_malformed", "bar_not_closed", { now_ms: now_ms - 1 }, {}],
      ["input_stale", "bars_too_old", { now_ms: now_ms + 2 * loneIntervalMs + 1 }, {}],
      ["input_missing", "history_gap", { bars: bars.slice(501, 502) }, {}],
      ["input_missing", "history_too_short", { bars: bars.slice(245, 502) }, {}],
      ["input_malformed", "history_rewritten", { bars: shifted }, {}],
      [
        "input_malformed",
        "bar_malformed",
        { bars: [...bars.slice(0, 501), ...bars.slice(499, 502)] },
        {},
      ],
      [
        "input_malformed",
        "bar_malformed",
        { bars: bars.slice(0, 502).map((bar) => ({ ...bar, high: bar.low - 1 })) },
        {},
      ],
    ];
  for (const [code, reason, seen, set] of cases) {
    const decision = decideGenome({ ...view, ...seen }, { ...config, ...set }, memory);
    assert.deepEqual(decision.verdict, { type: "refuse", code }, reason);
    assert.equal(decision.reasons[0]?.code, reason);
    assert.equal(decision.memory, memory, "a refusal remembers nothing new");
  }
  assert.notEqual(decideGenome(view, config, memory).verdict.type, "refuse", "the view is sound");
});

test("a bar that was decided on is not decided on twice", () => {
  const lone = loneRun(syntheticMarket({ bars: 400, seed: 3, volatility: 30 }), 3);
  const once = ask(lone, 350, 5000, null);
  const twice = ask(lone, 350, 5000, once.memory);
  assert.deepEqual([twice.verdict.type, twice.reasons[0]?.code], ["hold", "no_new_bar"]);
  assert.equal(twice.memory, once.memory);
});

test("a spent shadow account ends the strategy, and an index is never ordered", () => {
  const lone = loneRun(syntheticMarket({ bars: 700, seed: 4, volatility: 30 }), 4);
  for (const [change, reason] of [
    [{ living_cost_ppm_per_tick: 5000, max_leverage_ppm: 10_000 }, "capital_depleted"],
    [{ living_cost_ppm_per_tick: 5000 }, "liquidated"],
  ] as const) {
    const doomed = loneRun(syntheticMarket({ bars: 700, seed: 4, volatility: 90 }), 4, change);
    const ended = ask(doomed, 600, 5000, null);
    assert.equal(ended.memory?.ended, reason);
    assert.ok(doomed.trace.length < 600, "the run's agent died too");
    assert.equal(ended.memory.ticks, doomed.trace.length + 1, "in the same tick");
    assert.equal(ask(doomed, 601, 5000, ended.memory).reasons[0]?.code, "shadow_account_ended");
  }

  const index = lone.trace.findIndex(({ order }) => order !== 0);
  const instrument = { ...lone.config.instrument, kind: "index" } as const;
  const untradable = { ...lone, config: { ...lone.config, instrument } };
  assert.equal(ask(lone, index, 5000, null).verdict.type, "propose");
  assert.equal(ask(untradable, index, 5000, null).reasons[0]?.code, "instrument_not_tradable");
});

test("before 64 returns are known nobody decides", () => {
  const lone = loneRun(syntheticMarket({ bars: 200, seed: 3, volatility: 30 }), 3);
  const early = ask(lone, 40, 5000, null);
  assert.deepEqual([early.verdict.type, early.reasons[0]?.code], ["hold", "no_market_features"]);
});
