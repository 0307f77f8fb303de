import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream, exp } from "#base";
import { findInstrument, type Instrument } from "#market";
import { fenceInventory } from "../fences/inventory.ts";
import { twinSchema } from "../genome/schema.ts";
import type { RunEvent } from "../run/events.ts";
import type { WorldConfig } from "../world/config.ts";
import { genomeStride, layoutWorld } from "../world/layout.ts";
import { defaultWorldConfig } from "../world/read-config.ts";
import { meta, num } from "../world/words.ts";
import { createWorld } from "../world/world.ts";
import { foundColony, split } from "./births.ts";
import { closeAtCost } from "./close.ts";
import { agentAt, type Colony, capitalTriplet, slotColumns, slotOf, vacate } from "./colony.ts";
import { bury, buryTheDead } from "./deaths.ts";
import { census, review } from "./review.ts";

const at = { tick: 10, bar_index: 3, ts_ms: 0, season: 0, segment: 0 };
const price = 400000;
const capital = { initial_total_capital_micro: 1000000000000 };

type Fixture = Readonly<{ colony: Colony; told: RunEvent[]; panels: number[] }>;

/** A colony of founders with 1000 USDT each beside a reserve, on a bar that closes at 400000. */
function found(founders: number, change: Partial<WorldConfig> = {}): Fixture {
  const instrument = findInstrument("BTC-USDT-SWAP") as Instrument;
  const config = { ...defaultWorldConfig(instrument, 1000), max_agents: 40, ...capital, ...change };
  const layout = layoutWorld({ capacity: config.max_agents });
  const world = createWorld(new ArrayBuffer(layout.bytes), layout);
  const told: RunEvent[] = [];
  const panels: number[] = [];
  const colony: Colony = {
    config,
    schema: twinSchema,
    seed: 5,
    world,
    kernel: {
      id: "reference",
      codeSha256: null,
      world,
      loadPanel: (slot) => panels.push(slot),
      run: () => 0,
    },
    listen: (event) => told.push(event),
    agents: [],
    nextAgentId: 1,
    reserve: config.initial_total_capital_micro,
    founders: 0,
    births: 0,
    deaths: 0,
    deathsByReason: { capital_depleted: 0, liquidated: 0, review_culled: 0 },
    maxGeneration: 0,
    forcedCloses: 0,
    settledToReserve: 0,
    rebootCapital: 0,
    livingCostPerTick: 0,
    livingCostCollected: 0,
    fenceTriggers: new Float64Array(fenceInventory.length),
    fenceBlocks: new Float64Array(fenceInventory.length),
    fenceBlocksAtReview: new Float64Array(fenceInventory.length),
  };
  world.num[num.microPerLotTick] = 10;
  world.close[0] = price;
  foundColony(colony, { founders, capital: 1000000000, origin: "founder" }, at);
  told.length = 0;
  panels.length = 0;
  return { colony, told, panels };
}

/** The bar moves an agent's equity to this figure. */
function enrich(colony: Colony, id: number, equity: number): void {
  const { world } = colony;
  const slot = slotOf(colony, id);
  const change = equity - (world.equity[slot] ?? 0);
  add(world.cash, slot, change);
  add(world.equity, slot, change);
  add(world.num, num.allocated, change);
  add(world.num, num.pricePnl, change);
}

/** The agent comes to hold so many lots at the close, at no cost. */
function hold(colony: Colony, id: number, lots: number): void {
  const { world } = colony;
  const slot = slotOf(colony, id);
  world.position[slot] = lots;
  add(world.cash, slot, -lots * 10 * price);
  add(world.meta, lots > 0 ? meta.longs : meta.shorts, 1);
  add(world.num, num.netLots, lots);
}

function add(words: Float64Array | Int32Array, index: number, value: number): void {
  words[index] = (words[index] ?? 0) + value;
}

function buried(told: readonly RunEvent[]): readonly number[] {
  return told.flatMap((event) => (event.type === "death" ? [event.life.agent_id] : []));
}

function idsOf(colony: Colony): readonly number[] {
  return colony.agents.map(({ id }) => id);
}

/** Every slot column and gene still belongs to the agent that the list names. */
function assertOwners({ colony }: Fixture, genes: ReadonlyMap<number, number>): void {
  const { world, agents } = colony;
  assert.equal(world.meta[meta.alive], agents.length);
  for (const [slot, { id }] of agents.entries()) {
    assert.equal(world.genomes[slot * genomeStride], genes.get(id), `genes of ${id}`);
    assert.equal(world.splitAt[slot], agentAt(colony, slot).capitalBase * 1.1, `split of ${id}`);
  }
  const left = world.layout.capacity - agents.length;
  const empty = Array.from({ length: left }, (_, index) => agents.length + index);
  for (const slot of empty) {
    const { cash, position, livingCost, deathAt, splitAt } = world;
    const row = [cash[slot], position[slot], livingCost[slot], deathAt[slot], splitAt[slot]];
    assert.deepEqual(row, [0, 0, 0, -1, Number.POSITIVE_INFINITY]);
  }
}

function genesById(colony: Colony): ReadonlyMap<number, number> {
  return new Map(
    colony.agents.map(({ id }, slot) => [id, colony.world.genomes[slot * genomeStride] ?? 0]),
  );
}

test("founders are paid by the reserve, one by one, and the total never moves", () => {
  const { colony } = found(7);
  assert.equal(colony.reserve, 1000000000000 - 7000000000);
  assert.equal(colony.world.num[num.allocated], 7000000000);
  assert.equal(colony.world.num[num.capitalBase], 7000000000);
  assert.equal(capitalTriplet(colony).current_total_micro, 1000000000000);
});

test("money that nothing explains is a defect", () => {
  const { colony } = found(2);
  colony.reserve += 1;
  assert.throws(() => capitalTriplet(colony), /capital not conserved/);
});

test("whoever dies, the last agent fills the gap and takes all that is its own along", () => {
  const deaths = fc.array(fc.nat(), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(deaths, (picks) => {
      const fixture = found(12);
      const { colony, panels } = fixture;
      const genes = genesById(colony);
      census(colony);
      for (const pick of picks) {
        const slot = pick % colony.agents.length;
        const last = colony.agents.length - 1;
        vacate(colony, slot);
        if (slot !== last) assert.equal(panels.at(-1), slot, "its panel was not reloaded");
        assertOwners(fixture, genes);
        if (colony.agents.length === 0) break;
      }
      const elite = colony.world.elite.filter((mark) => mark !== 0).length;
      assert.equal(colony.world.meta[meta.eliteCount], elite);
    }),
    { seed: 20261121, numRuns: 60 },
  );
});

test("a move takes every figure of the slot along, and leaves none behind", () => {
  const { colony } = found(3);
  const { world } = colony;
  const columns = slotColumns.filter((name) => name !== "cash" && name !== "equity");
  for (const [index, name] of columns.entries()) world[name][2] = index + 1;
  world.equity[2] = 1000000000;
  vacate(colony, 0);
  assert.deepEqual(idsOf(colony), [3, 2]);
  const moved = columns.map((name) => world[name][0]);
  assert.deepEqual(
    moved,
    columns.map((_, index) => index + 1),
  );
  const left = columns.map((name) => world[name][2]);
  const empty = columns.map((name) =>
    name === "deathAt" ? -1 : name === "splitAt" ? Number.POSITIVE_INFINITY : 0,
  );
  assert.deepEqual(left, empty);
  assert.equal(world.meta[meta.eliteCount], 0);
});

test("the ruined and the liquidated die in the order of their ids, wherever they live", () => {
  const { colony, told } = found(9);
  vacate(colony, 1);
  vacate(colony, 0);
  assert.deepEqual(idsOf(colony), [8, 9, 3, 4, 5, 6, 7]);
  // The two who left without a settlement are not part of this test's books.
  colony.reserve += 2000000000;
  for (const id of [8, 5]) enrich(colony, id, 0);
  enrich(colony, 9, -4);
  colony.world.liquidatedLots[slotOf(colony, 3)] = -60;
  buryTheDead(colony, at, 0);
  assert.deepEqual(buried(told), [3, 5, 8, 9]);
  assert.deepEqual(colony.deathsByReason, {
    capital_depleted: 3,
    liquidated: 1,
    review_culled: 0,
  });
});

test("what is left goes to the reserve, and what is missing the reserve pays", () => {
  const { colony, told } = found(2);
  const { reserve } = colony;
  enrich(colony, 1, 77);
  bury(colony, slotOf(colony, 1), "review_culled", { at, bar: 0 });
  assert.equal(colony.reserve, reserve + 77);
  enrich(colony, 2, -1234);
  buryTheDead(colony, at, 0);
  assert.equal(colony.reserve, reserve + 77 - 1234);
  const settled = told.map((event) => event.type === "death" && event.settled_to_reserve_micro);
  assert.deepEqual(settled, [77, -1234]);
  assert.equal(colony.settledToReserve, 77 - 1234);
});

test("a death names the side and the lots it was struck with, and closes them at cost", () => {
  const { colony, told } = found(2);
  hold(colony, 1, -250);
  colony.world.halfSpread[0] = 20;
  bury(colony, 0, "review_culled", { at, bar: 0 });
  const [death] = told;
  assert.ok(death?.type === "death");
  assert.deepEqual(
    [death.position_side, death.position_lots, death.life.position_lots],
    ["short", -250, 0],
  );
  assert.equal(death.settled_to_reserve_micro, 1000000000 - 250 * 10 * 20);
  assert.deepEqual([colony.world.meta[meta.shorts], colony.world.num[num.netLots]], [0, 0]);
});

test("closing at cost pays spread, impact and fee, rounded against the agent", () => {
  const close = (lots: number): readonly (number | undefined)[] => {
    const { colony, panels } = found(1);
    const { world } = colony;
    hold(colony, 1, lots);
    world.halfSpread[0] = 20.3;
    world.impactCoefficient[0] = 2;
    world.num[num.takerFee] = 0.0005;
    closeAtCost(colony, 0, 0);
    assert.deepEqual(panels, [0]);
    assert.equal(world.equity[0], world.cash[0]);
    assert.equal(world.num[num.allocated], world.cash[0]);
    assert.equal(capitalTriplet(colony).current_total_micro, 1000000000000 + moved(colony));
    return [world.tradeFlow[0], world.feesPaid[0], world.position[0], world.closed[0]];
  };
  // 100 lots: 20.3 + 2 * 10 ticks away, and to the next tick.
  assert.deepEqual(close(100), [100 * 10 * 399959, 199980, 0, 1]);
  assert.deepEqual(close(-100), [-100 * 10 * 400041, 200021, 0, 1]);
});

test("a close at cost begins a new state, and is a win only above what there was before", () => {
  const close = (entryEquity: number): readonly (number | undefined)[] => {
    const { colony } = found(1);
    const { world } = colony;
    hold(colony, 1, 100);
    world.entryEquity[0] = entryEquity;
    world.age[0] = 0.5;
    closeAtCost(colony, 0, 0);
    return [world.age[0], world.wins[0]];
  };
  assert.deepEqual(close(1000000000), [0, 0]);
  assert.deepEqual(close(999999999), [0, 1]);
});

function moved({ world }: Colony): number {
  const [pnl = 0, fees = 0, funding = 0] = [num.pricePnl, num.fees, num.funding].map(
    (index) => world.num[index] ?? 0,
  );
  return pnl - fees - funding;
}

test("many deaths in a short time heat C4 to its end and no further", () => {
  const { colony } = found(3);
  colony.world.meta[meta.deathHeat] = 2 ** 31 - 2;
  for (const _ of [1, 2, 3]) bury(colony, 0, "review_culled", { at, bar: 0 });
  assert.equal(colony.world.meta[meta.deathHeat], 2 ** 31 - 1);
});

test("a review culls the lowest period returns, of equals the lower ids, in id order", () => {
  const { colony, told } = found(20, { review_cull_ppm: 250000 });
  // Returns: 3 and 12 lowest, then eighteen equals of which three more must go.
  enrich(colony, 12, 500000000);
  enrich(colony, 3, 600000000);
  review(colony, at, 0);
  assert.deepEqual(buried(told), [1, 2, 3, 4, 12]);
  assert.equal(colony.deathsByReason.review_culled, 5);
});

test("a review measures return since birth or the last own split, not wealth", () => {
  const { colony, told } = found(4, { review_cull_ppm: 250000 });
  enrich(colony, 1, 2000000000);
  agentAt(colony, 0).capitalBase = 4000000000;
  add(colony.world.num, num.capitalBase, 3000000000);
  review(colony, at, 0);
  assert.deepEqual(buried(told), [1]);
});

test("a share of less than one agent culls nobody, and no review takes the last one", () => {
  const few = found(3, { review_cull_ppm: 333333 });
  review(few.colony, at, 0);
  assert.equal(few.colony.agents.length, 3);
  const harsh = found(9, { review_cull_ppm: 999999 });
  review(harsh.colony, at, 0);
  assert.deepEqual(idsOf(harsh.colony), [9]);
  review(harsh.colony, at, 0);
  assert.equal(harsh.colony.agents.length, 1);
});

test("a death reports the three fences that blocked most since the review before it", () => {
  const { colony, told } = found(3);
  const set = (id: string, blocks: number): void => {
    const index = fenceInventory.findIndex(({ fence_id }) => fence_id === id);
    colony.fenceBlocks[index] = blocks;
  };
  set("fence_review_cull", 5);
  set("fence_population_cap", 9);
  review(colony, at, 0);
  set("fence_review_cull", 6);
  set("fence_population_cap", 12);
  set("fence_season_end", 3);
  set("fence_living_cost_death", 1);
  bury(colony, 0, "review_culled", { at, bar: 0 });
  const death = told.at(-1);
  assert.ok(death?.type === "death");
  assert.deepEqual(death.fence_blocks, [
    { fence_id: "fence_population_cap", block_count: 3 },
    { fence_id: "fence_season_end", block_count: 3 },
    { fence_id: "fence_living_cost_death", block_count: 1 },
  ]);
});

test("the census marks the top tenth, rounded up, of equals the lower ids", () => {
  const marked = (fixture: Fixture): readonly number[] => {
    census(fixture.colony);
    const { world, agents } = fixture.colony;
    const ids = agents.filter((_, slot) => world.elite[slot] !== 0).map(({ id }) => id);
    assert.equal(world.meta[meta.eliteCount], ids.length);
    return ids.sort((a, b) => a - b);
  };
  assert.deepEqual(marked(found(0)), []);
  assert.deepEqual(marked(found(1)), [1]);
  assert.deepEqual(marked(found(10)), [1]);
  assert.deepEqual(marked(found(11)), [1, 2]);
  const mixed = found(30);
  enrich(mixed.colony, 17, 3000000000);
  assert.deepEqual(marked(mixed), [1, 2, 17]);
  vacate(mixed.colony, 0);
  assert.equal(mixed.colony.world.meta[meta.eliteCount], 2);
  const { world, agents } = mixed.colony;
  const left = agents.filter((_, slot) => world.elite[slot] !== 0).map(({ id }) => id);
  assert.deepEqual(left, [2, 17]);
});

test("the census agrees with a sort of everybody", () => {
  const equities = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(equities, (levels) => {
      const { colony } = found(levels.length);
      for (const [index, level] of levels.entries()) enrich(colony, index + 1, level * 1000);
      census(colony);
      const ranked = levels
        .map((level, index) => ({ level, id: index + 1 }))
        .sort((a, b) => b.level - a.level || a.id - b.id)
        .slice(0, Math.ceil(levels.length / 10))
        .map(({ id }) => id);
      const elite = colony.agents.filter((_, slot) => colony.world.elite[slot] !== 0);
      assert.deepEqual(
        elite.map(({ id }) => id),
        ranked.sort((a, b) => a - b),
      );
    }),
    { seed: 20261121, numRuns: 100 },
  );
});

test("a split gives the child half, and the odd micro-unit stays with the parent", () => {
  const { colony, told } = found(3);
  enrich(colony, 2, 1100000001);
  split(colony, at, 0);
  const [birth, ...others] = told;
  assert.deepEqual(others, []);
  assert.ok(birth?.type === "birth");
  assert.deepEqual(
    [birth.agent_id, birth.parent_id, birth.lineage_id, birth.generation, birth.origin],
    [4, 2, 2, 1, "split"],
  );
  assert.deepEqual([birth.capital_micro, birth.parent_capital_micro], [550000000, 550000001]);
  const { world } = colony;
  assert.equal(world.cash[1], 550000001);
  assert.equal(world.cash[3], 550000000);
  assert.equal(agentAt(colony, 1).capitalBase, 550000001);
  assert.deepEqual([agentAt(colony, 1).given, agentAt(colony, 1).children], [550000000, 1]);
  assert.equal(world.splitAt[1], 550000001 + 55000001);
  assert.equal(world.num[num.capitalBase], 2000000000 + 1100000001);
  assert.equal(world.sleep[3], 1);
  assert.equal(world.meta[meta.sleepers], 1);
});

test("one micro-unit short of the split point nobody splits", () => {
  const { colony, told } = found(1);
  enrich(colony, 1, 1099999999);
  split(colony, at, 0);
  assert.equal(told.length, 0);
});

test("both halves start flat: the parent's position is closed at cost first", () => {
  const { colony, told } = found(1);
  enrich(colony, 1, 1200000000);
  hold(colony, 1, 500);
  colony.world.halfSpread[0] = 40;
  split(colony, at, 0);
  const [birth] = told;
  assert.ok(birth?.type === "birth");
  // 500 lots * 10 * 40 ticks of spread are gone before the halves are made.
  assert.equal(birth.capital_micro, (1200000000 - 200000) / 2);
  assert.deepEqual(Array.from(colony.world.position.subarray(0, 2)), [0, 0]);
  assert.equal(colony.forcedCloses, 1);
});

test("an agent whose closing eats all it had keeps what is left, and nobody is born", () => {
  const { colony, told } = found(1);
  enrich(colony, 1, 1100000000);
  hold(colony, 1, 500);
  colony.world.halfSpread[0] = 220000;
  split(colony, at, 0);
  assert.equal(told.length, 0);
  assert.equal(colony.world.cash[0], 0);
  assert.equal(colony.births, 0);
});

test("splits happen in the order of ids until no slot is free; the next review tries again", () => {
  const { colony, told } = found(4, { max_agents: 6, review_cull_ppm: 0 });
  for (const id of [4, 3, 2, 1]) enrich(colony, id, 1500000000);
  split(colony, at, 0);
  const parents = (): readonly (number | null)[] =>
    told.flatMap((event) => (event.type === "birth" ? [event.parent_id] : []));
  assert.deepEqual(parents(), [1, 2]);
  const cap = fenceInventory.findIndex(({ fence_id }) => fence_id === "fence_population_cap");
  assert.equal(colony.fenceBlocks[cap], 2);
  // A slot that comes free is not enough: the blocked wait for the review.
  bury(colony, slotOf(colony, 1), "review_culled", { at, bar: 0 });
  split(colony, at, 0);
  assert.deepEqual(parents(), [1, 2]);
  review(colony, at, 0);
  split(colony, at, 0);
  assert.deepEqual(parents(), [1, 2, 3]);
  assert.equal(colony.fenceBlocks[cap], 3);
});

test("a child's genes come from its own stream: who else was born does not matter", () => {
  const genesOfChild = (others: readonly number[]): readonly number[] => {
    const { colony, told } = found(4);
    for (const id of others) enrich(colony, id, 2000000000);
    // Births take ids in order, so the child in question is given the same id in both worlds.
    colony.nextAgentId = 9 - others.filter((id) => id < 3).length;
    enrich(colony, 3, 2000000000);
    split(colony, at, 0);
    const slot = colony.agents.findIndex(({ id }) => id === 9);
    assert.ok(slot >= 4 && told.length === others.length + 1);
    const from = slot * genomeStride;
    return Array.from(colony.world.genomes.subarray(from, from + 342));
  };
  assert.deepEqual(genesOfChild([1, 2, 4]), genesOfChild([]));
});

test("the step size is inherited: each child starts from its parent's own", () => {
  const { colony, told } = found(1, { mutation_tau_ppm: 1000000, mutation_sigma_ppm: 300000 });
  let expected = 0.3;
  // A line of first children: each is rich enough to split once.
  for (let generation = 1; generation <= 4; generation += 1) {
    const parent = generation === 1 ? 1 : agentAt(colony, colony.agents.length - 1).id;
    enrich(colony, parent, 2000000000);
    split(colony, at, 0);
    const birth = told.at(-1);
    assert.ok(birth?.type === "birth" && birth.generation === generation);
    const stream = createStream({ seed: 5, stream: "mutation", id: birth.agent_id });
    expected = Math.min(Math.max(expected * exp(stream.gaussian()), 0.02), 1);
    assert.equal(birth.mutation_sigma, expected);
  }
  assert.equal(colony.maxGeneration, 4);
});

test("a founder's genes depend on the seed and its id alone", () => {
  const [few, many] = [found(3).colony, found(30).colony];
  const genes = ({ world }: Colony): readonly number[] =>
    Array.from(world.genomes.subarray(2 * genomeStride, 2 * genomeStride + 342));
  assert.deepEqual(genes(few), genes(many));
});
