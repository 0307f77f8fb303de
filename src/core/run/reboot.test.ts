import assert from "node:assert/strict";
import { test } from "node:test";
import { type Decider, eventsOf, type MemoryRun, reconcileRun, scriptedMarket } from "#support";
import type { WorldConfig } from "../world/config.ts";

const calm = Array.from({ length: 80 }, () => 400000);
const frictionless: Partial<WorldConfig> = {
  half_spread_ppm: 0,
  impact_y_ppm: 0,
  taker_fee_ppm: 0,
  review_cull_ppm: 0,
};
const never: Decider = () => 0;

/** Everyone dies of cost every four ticks: a quarter of a founder's capital each tick. */
function dyingWorld(change: Partial<WorldConfig>): MemoryRun {
  return reconcileRun({
    market: scriptedMarket(calm),
    decide: never,
    config: {
      ...frictionless,
      population: 5,
      max_agents: 5,
      initial_total_capital_micro: 1000000000000,
      living_cost_ppm_per_tick: 250000,
      max_reboots: 0,
      ...change,
    },
  });
}

test("when the last agent dies the run ends there, and its record is closed", () => {
  const { outcome, events } = dyingWorld({});
  assert.equal(outcome.end, "extinction");
  assert.equal(outcome.ticks, 4);
  assert.equal(outcome.alive_agents, 0);
  assert.equal(outcome.agent_bars, 20);
  assert.equal(outcome.deaths_by_reason.capital_depleted, 5);
  assert.deepEqual(
    outcome.collapses.map(({ at, reason, rebooted }) => [at.tick, reason, rebooted]),
    [[4, "extinction", false]],
  );
  const types = events.slice(-3).map((text) => (JSON.parse(text) as { type: string }).type);
  assert.deepEqual(types, ["collapse", "season", "ledger"]);
});

test("a reboot brings fresh founders from what remains, in a segment of its own", () => {
  const run = dyingWorld({ max_reboots: 2 });
  assert.equal(run.outcome.end, "extinction");
  assert.equal(run.outcome.segments, 3);
  assert.equal(run.outcome.founders, 15);
  assert.equal(run.outcome.agents_ever, 15);
  const reboots = eventsOf(run, "reboot");
  assert.deepEqual(
    reboots.map(({ at, founders, capital_micro }) => [
      at.tick,
      at.segment,
      founders,
      capital_micro,
    ]),
    // Nobody traded, so all that was given came back, and the same share is given again.
    [
      [4, 1, 5, 800000000000],
      [8, 2, 5, 800000000000],
    ],
  );
  const reborn = eventsOf(run, "birth").filter(({ origin }) => origin === "reboot_founder");
  assert.deepEqual(
    reborn.map(({ agent_id }) => agent_id),
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  const genes = new Set(eventsOf(run, "birth").map(({ weights }) => JSON.stringify(weights)));
  assert.equal(genes.size, 15);
  const ledgers = eventsOf(run, "ledger").filter(({ cause }) => cause === "reboot");
  assert.deepEqual(
    ledgers.map(({ at }) => at.segment),
    [1, 2],
  );
});

test("founders of a reboot decide from the bar after their birth", () => {
  let silent = 0;
  reconcileRun({
    market: scriptedMarket(calm),
    decide: (agent) => {
      if (agent.asleep) silent += 1;
      return 0;
    },
    config: {
      ...frictionless,
      population: 5,
      max_agents: 5,
      living_cost_ppm_per_tick: 250000,
      max_reboots: 1,
    },
  });
  // The five of the first segment were there before the first bar, the others were born in one.
  assert.equal(silent, 5);
});

/** Agents lose all they have on a fall of prices: a long of full size at 10x, 9 % down. */
const ruinous: readonly number[] = [400000, 400000, 400000, 364000, ...calm];

function ruinedWorld(total: number, change: Partial<WorldConfig> = {}): MemoryRun {
  return reconcileRun({
    market: scriptedMarket(ruinous, { volume: 2 ** 40 }),
    decide: (agent, most) => (agent.lots === 0n && agent.bornTick === 0 ? most : 0),
    config: {
      ...frictionless,
      population: 8,
      max_agents: 8,
      initial_total_capital_micro: total,
      allocation_ratio_ppm: 800000,
      max_leverage_ppm: 10000000,
      participation_cap_ppm: 1000000,
      living_cost_ppm_per_tick: 0,
      max_reboots: 5,
      ...change,
    },
  });
}

test("a poor world reboots with fewer founders, each able to buy its hundred lots", () => {
  // 100 lots at 364000 cost 364 000 000 micro-units.
  const run = ruinedWorld(7000000000, { max_leverage_ppm: 11000000 });
  const [reboot] = eventsOf(run, "reboot");
  const [collapse] = eventsOf(run, "collapse");
  assert.equal(collapse?.reason, "extinction");
  const share = Math.floor((collapse?.capital_triplet.system_reserve_micro ?? 0) * 0.8);
  const affordable = Math.floor(share / 364000000);
  assert.ok(affordable >= 1 && affordable < 8, `${affordable} founders`);
  assert.equal(reboot?.founders, affordable);
  assert.equal(reboot?.capital_micro, Math.floor(share / affordable) * affordable);
  assert.equal(run.outcome.end, "window_end");
});

test("a world that cannot give one founder its hundred lots stays extinct", () => {
  const run = ruinedWorld(1000000000, { population: 2, max_agents: 2, max_leverage_ppm: 11000000 });
  assert.equal(run.outcome.end, "extinction");
  assert.equal(run.outcome.segments, 1);
  assert.deepEqual(eventsOf(run, "reboot"), []);
});

test("losses beyond the reserve are a financial collapse, and that ends the run for good", () => {
  const crash = [400000, 400000, 400000, 250000, ...calm];
  const lose = (borrowers: number, founders: number): MemoryRun =>
    reconcileRun({
      market: scriptedMarket(crash, { volume: 2 ** 40 }),
      decide: (agent, most) => (agent.lots === 0n && agent.id <= borrowers ? most : 0),
      config: {
        ...frictionless,
        population: founders,
        max_agents: founders,
        initial_total_capital_micro: 1000000000000,
        allocation_ratio_ppm: 990000,
        max_leverage_ppm: 20000000,
        participation_cap_ppm: 1000000,
        living_cost_ppm_per_tick: 0,
        max_reboots: 5,
      },
    });
  const both = lose(2, 2);
  assert.equal(both.outcome.end, "financial_collapse");
  assert.deepEqual(
    both.outcome.collapses.map(({ reason, rebooted }) => [reason, rebooted]),
    [["both", false]],
  );
  assert.ok(both.outcome.capital_triplet.system_reserve_micro < 0);
  assert.equal(both.outcome.ticks, 4);

  const one = lose(1, 4);
  assert.equal(one.outcome.end, "financial_collapse");
  assert.equal(one.outcome.collapses[0]?.reason, "financial");
  assert.equal(one.outcome.alive_agents, 3);
  assert.equal(eventsOf(one, "survivor").length, 3);
  const [death] = eventsOf(one, "death");
  assert.equal(death?.reason, "liquidated");
  assert.ok((death?.settled_to_reserve_micro ?? 0) < 0);
  assert.equal(
    one.outcome.capital_triplet.system_reserve_micro,
    10000000000 + (death?.settled_to_reserve_micro ?? 0),
  );
});

test("a reserve of exactly nothing is spent", () => {
  // Each of two agents loses 500000 lots * 10 * 100000 ticks, 5e9 more than its 495e9.
  const run = reconcileRun({
    market: scriptedMarket([400000, 400000, 400000, 300000, ...calm], { volume: 2 ** 40 }),
    decide: (agent) => (agent.lots === 0n ? 500000 : 0),
    config: {
      ...frictionless,
      population: 2,
      max_agents: 2,
      initial_total_capital_micro: 1000000000000,
      allocation_ratio_ppm: 990000,
      max_leverage_ppm: 20000000,
      participation_cap_ppm: 1000000,
      living_cost_ppm_per_tick: 0,
      max_reboots: 5,
    },
  });
  assert.equal(run.outcome.capital_triplet.system_reserve_micro, 0);
  assert.equal(run.outcome.end, "financial_collapse");
});

test("an extinction in the last bar of a season is followed by a reboot into the next one", () => {
  const run = reconcileRun({
    market: scriptedMarket(calm),
    decide: never,
    config: {
      ...frictionless,
      population: 3,
      max_agents: 3,
      living_cost_ppm_per_tick: 250000,
      max_reboots: 9,
      seasons: { kind: "drawn", count: 3, bars: 4 },
    },
  });
  assert.equal(run.outcome.ticks, 12);
  assert.equal(run.outcome.segments, 4);
  const edges = eventsOf(run, "season").map(({ edge, at, alive_agents }) => [
    edge,
    at.tick,
    at.segment,
    alive_agents,
  ]);
  assert.deepEqual(edges.slice(0, 4), [
    ["start", 0, 0, 3],
    ["end", 4, 1, 3],
    ["start", 4, 1, 3],
    ["end", 8, 2, 3],
  ]);
});
