import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "#base";
import {
  act,
  barScalar,
  count,
  deathHeatUnit,
  featureContract,
  meta,
  num,
  twinEntryGene,
  twinExitGene,
  type World,
} from "#core";
import { type ArenaAgent, type ArenaSpec, decideInArena } from "#support";

const f = Math.fround;
const cash = 20000000000;

function counted(world: World, which: number): number {
  return world.num[num.counts + which] ?? 0;
}

/** A linear genome with the weight 1 at one feature makes its signal act(feature). */
function seenBy(id: string, spec: ArenaSpec, agent: ArenaAgent): number {
  const index = featureContract.features.findIndex((feature) => feature.id === id);
  const world = decideInArena({
    ...spec,
    linear: true,
    agents: [{ ...agent, genes: { [index]: 1 } }],
  });
  return world.lastSignal[0] ?? Number.NaN;
}

test("the agent's own features are what their formulas say, worked by hand", () => {
  // 100 lots at 400000 are worth 400 USDT; with 200 of equity that is a leverage of 2.
  const holder: ArenaAgent = { cash: -200000000, position: 100, lastSignal: -0.5 };
  const spec: Omit<ArenaSpec, "agents"> = {
    takerFee: 0.0005,
    bar: {
      open: 400000,
      scalars: {
        [barScalar.sizeScale]: 2 ** -30,
        [barScalar.stressScale]: 0.0625,
        [barScalar.pnlScale]: 4,
        [barScalar.trend]: 0.75,
        [barScalar.dropFromClose]: 0.125,
        [barScalar.riseToClose]: 0.25,
      },
    },
    prepare(world) {
      world.age[0] = 0.25;
      world.fillImpedance[0] = 0.375;
      world.timeImpedance[0] = 0.3125;
      world.slippage[0] = 0.125;
      world.impact[0] = 0.25;
      world.entryEquity[0] = 175000000;
    },
  };
  const inverse = f(1 / 200000000);
  const expected: Readonly<Record<string, number>> = {
    I1: f(2 * f(0.2)),
    I2: 1,
    I3: 0.25,
    I4: -0.5,
    M1: 0.375,
    M2: 0.3125,
    M3: f(200000000 * 2 ** -30),
    M4: f(0.5 * 0.375),
    M5: 0.125,
    M6: 0.25,
    M7: 0.875,
    M8: f(4 / 5),
    M9: 0.25,
    M10: 0.125,
    M11: f(f(25000000 * inverse) * 4),
    M12: 0.75,
  };
  for (const [id, value] of Object.entries(expected)) {
    assert.equal(seenBy(id, { ...spec, agents: [] }, holder), act(value), id);
  }
  // A short of the same size looks the other way.
  const short: ArenaAgent = { cash: 600000000, position: -100 };
  const mirrored = { I1: f(2 * f(0.2)), I2: -1, M9: 0.5, M12: -0.75 };
  for (const [id, value] of Object.entries(mirrored)) {
    assert.equal(seenBy(id, { ...spec, agents: [] }, short), act(value), id);
  }
  // Flat: nothing at risk, no gain, no side.
  for (const id of ["I1", "I2", "M8", "M9", "M10", "M11", "M12"]) {
    assert.equal(seenBy(id, { ...spec, agents: [] }, { cash }), 0, id);
  }
});

test("own features that could pass one are cut at one", () => {
  const wild: ArenaAgent = { cash: -399999999, position: 100, lastSignal: 1 };
  const spec: ArenaSpec = {
    agents: [],
    takerFee: 0.1,
    bar: {
      open: 400000,
      scalars: {
        [barScalar.sizeScale]: 1,
        [barScalar.stressScale]: 8,
        [barScalar.pnlScale]: 1000,
        [barScalar.dropFromClose]: 8,
      },
    },
    prepare(world) {
      world.slippage[0] = 1;
      world.impact[0] = 1;
      world.entryEquity[0] = -5;
    },
  };
  for (const id of ["I1", "M3", "M4", "M7", "M8", "M9", "M10", "M11"]) {
    assert.equal(seenBy(id, spec, wild), act(1), id);
  }
  const losing: ArenaSpec = {
    ...spec,
    prepare(world) {
      world.entryEquity[0] = 9000000;
    },
  };
  assert.equal(seenBy("M11", losing, wild), act(-1));
});

test("market features reach every agent as they stand in the frame", () => {
  const scalars = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [index, (index - 6) / 8]),
  );
  for (let index = 0; index < 12; index += 1) {
    const spec: ArenaSpec = { agents: [], bar: { open: 400000, scalars } };
    assert.equal(seenBy(`E${index + 1}`, spec, { cash }), act((index - 6) / 8));
  }
});

/** The colony of the bar before: 10 alive, 4 long, 1 short, 5 deaths of heat, two elites. */
function earlier({ meta: m, num: n }: World): void {
  m[meta.prevAlive] = 10;
  m[meta.prevLongs] = 4;
  m[meta.prevShorts] = 1;
  m[meta.prevHeat] = 5 * deathHeatUnit;
  n[num.prevAllocated] = 900;
  n[num.prevCapitalBase] = 1000;
}

test("colony features show the bar before, worked by hand", () => {
  const spec: ArenaSpec = { agents: [], bar: { open: 400000 }, prepare: earlier };
  const expected = { C1: 0.5, C2: f(0.6), C3: f(900 / 1000 - 1), C4: 0.5, C5: 0 };
  for (const [id, value] of Object.entries(expected)) {
    assert.equal(seenBy(id, spec, { cash }), act(value), id);
  }
});

test("before the first bar there is no colony to see, and nobody holding means no bias", () => {
  const none: ArenaSpec = { agents: [], bar: { open: 400000 } };
  for (const id of ["C1", "C2", "C3", "C4", "C5"]) assert.equal(seenBy(id, none, { cash }), 0);
  const flat: ArenaSpec = {
    ...none,
    prepare(world) {
      earlier(world);
      world.meta[meta.prevLongs] = 0;
      world.meta[meta.prevShorts] = 0;
    },
  };
  assert.equal(seenBy("C2", flat, { cash }), 0);
});

/** Signals of one bar are the C5 of the next: everyone weighs E1, then C5. */
function eliteMean(signals: readonly number[]): number {
  const agents = signals.map((signal) => ({ cash, elite: true, genes: { 0: signal } }));
  const world = decideInArena({
    linear: true,
    agents,
    bar: { open: 400000, scalars: { 0: 1 } },
  });
  const elites = world.meta[meta.prevEliteCount] ?? 0;
  assert.equal(elites, signals.length);
  const seen = decideInArena({
    linear: true,
    agents: [{ cash, genes: { 32: 1 } }],
    bar: { open: 400000 },
    prepare(later) {
      earlier(later);
      const { meta: m } = later;
      m[meta.prevEliteSum] = world.meta[meta.prevEliteSum] ?? 0;
      m[meta.prevEliteCount] = elites;
    },
  });
  return seen.lastSignal[0] ?? Number.NaN;
}

test("C5 is the mean signal of the elite", () => {
  assert.ok(
    Math.abs(eliteMean([0.5, -0.25, 1]) - act((act(0.5) + act(-0.25) + act(1)) / 3)) < 1e-4,
  );
});

test("C5 stays a mean in the largest colony: 10000 elites who all say buy", () => {
  const all = Array.from({ length: 10000 }, () => 100);
  assert.ok(Math.abs(eliteMean(all) - act(1)) < 1e-4);
});

test("newborns are shown the colony but not asked; from the next bar on they are", () => {
  const world = decideInArena({
    linear: true,
    agents: [
      { cash, sleep: true, lastSignal: 0.5, genes: { 0: 1 } },
      { cash, genes: { 0: 1 } },
    ],
    bar: { open: 400000, scalars: { 0: 1 } },
  });
  assert.equal(world.order[0], 0);
  assert.equal(world.lastSignal[0], 0.5);
  assert.ok((world.order[1] ?? 0) > 0);
  assert.deepEqual([world.sleep[0], world.meta[meta.sleepers]], [0, 0]);
});

test("with every E feature masked all hold: no order, and the last signal stays", () => {
  const world = decideInArena({
    linear: true,
    agents: [
      { cash, lastSignal: 0.5, genes: { 0: 1, 13: 1 } },
      { cash: 0, position: 100, genes: { 13: -1 } },
      { cash, sleep: true },
    ],
    bar: { open: 400000, effective: 0, scalars: { 0: 1 } },
  });
  assert.deepEqual(Array.from(world.order.subarray(0, 3)), [0, 0, 0]);
  assert.equal(world.meta[meta.pending], 0);
  assert.equal(world.lastSignal[0], 0.5);
  assert.equal(counted(world, count.heldAgentBars), 3);
  assert.equal(world.sleep[2], 0);
});

test("an opening order is equity times signal times leverage, down to the lot", () => {
  const order = (agent: ArenaAgent, spec: Partial<ArenaSpec> = {}): World =>
    decideInArena({
      linear: true,
      bar: { open: 400000, scalars: { 0: 1 } },
      ...spec,
      agents: [agent],
    });
  // 1 USDT at 5x buys one lot of 4 at full signal: act(9) falls short of 1 by 5e-7.
  const lots = Math.floor((cash * act(0.5) * 5) / 4000000);
  assert.equal(order({ cash, genes: { 0: 0.5 } }).order[0], lots);
  assert.equal(order({ cash, genes: { 0: -0.5 } }).order[0], -lots);
  assert.equal(counted(order({ cash, genes: { 0: 0.5 } }), count.placed), 1);

  const poor = order({ cash: 800000, genes: { 0: 9 } });
  assert.equal(poor.order[0], 0);
  assert.equal(counted(poor, count.sizeZero), 1);
  assert.equal(counted(poor, count.placed), 0);
  assert.equal(order({ cash: 800001, genes: { 0: 9 } }).order[0], 1);

  const rich = order({ cash, genes: { 0: 9 } }, { maxLots: 20000 });
  assert.equal(rich.order[0], 20000);
  assert.equal(counted(rich, count.positionLimit), 1);
  const fits = order({ cash, genes: { 0: 9 } }, { maxLots: 25000 });
  assert.equal(fits.order[0], 24999);
  assert.equal(counted(fits, count.positionLimit), 0);
});

test("linear/1 opens by the sign of its signal and closes when it is not positive", () => {
  const order = (weight: number, position: number): number | undefined =>
    decideInArena({
      linear: true,
      bar: { open: 400000, scalars: { 0: 1 } },
      agents: [{ cash: cash - position * 4000000, position, genes: { 0: weight } }],
    }).order[0];
  assert.ok((order(1, 0) ?? 0) > 0);
  assert.ok((order(-1, 0) ?? 0) < 0);
  assert.equal(order(0, 0), 0);
  for (const position of [100, -100]) {
    assert.equal(order(1, position), 0);
    assert.equal(order(-1, position), -position);
    assert.equal(order(0, position), -position);
  }
});

/** A twin genome whose OUT net says `out` and whose IN net says `inside` when E1 is 1. */
function twin(out: number, inside: number, entry: number, exit: number): ArenaAgent["genes"] {
  // One hidden neuron with a huge weight saturates: act(9) = 0.9999995.
  return {
    0: 9,
    165: out,
    170: 9,
    335: inside,
    [twinEntryGene]: entry,
    [twinExitGene]: exit,
  };
}

test("a twin genome opens above its entry threshold and closes below its exit threshold", () => {
  const signal = act(f(0.5 * act(9)));
  const order = (genes: ArenaAgent["genes"], position = 0): number => {
    const agent: ArenaAgent = { cash: cash - position * 4000000, position, genes: genes ?? {} };
    const world = decideInArena({ bar: { open: 400000, scalars: { 0: 1 } }, agents: [agent] });
    return Math.sign(world.order[0] ?? Number.NaN);
  };
  assert.equal(order(twin(0.5, 0, 0.4, 0)), 1);
  assert.equal(order(twin(-0.5, 0, 0.4, 0)), -1);
  // Only the size of the entry gene matters, and a signal equal to it does not open.
  assert.equal(order(twin(-0.5, 0, -0.4, 0)), -1);
  assert.equal(order(twin(0.5, 0, signal, 0)), 0);
  assert.equal(order(twin(0.5, 0, f(signal - 2 ** -20), 0)), 1);
  // Held positions listen to the other net, and a signal equal to the threshold does not close.
  assert.equal(order(twin(-9, 0.5, 0, signal), 100), 0);
  assert.equal(order(twin(-9, 0.5, 0, f(signal + 2 ** -20)), 100), -1);
  assert.equal(order(twin(-9, 0.5, 0, f(signal + 2 ** -20)), -100), 1);
  assert.equal(order(twin(9, 0.5, 0, 0), -100), 0);
});

test("state age nears one with a time constant of 64 bars, for newborns too", () => {
  const world = decideInArena({
    bar: { open: 400000 },
    agents: [{ cash }, { cash: 0, position: 100 }, { cash, sleep: true }],
    prepare: ({ age }) => {
      age[1] = 0.5;
    },
  });
  assert.deepEqual(Array.from(world.age.subarray(0, 3)), [1 / 64, 0.5 + 1 / 128, 1 / 64]);
});

test("what an agent decides does not depend on its slot, nor the sums on the order", () => {
  const stream = createStream({ seed: 11, stream: "sample", id: 0 });
  const agents = Array.from({ length: 21 }, (_, index) => ({
    cash: cash + index * 1000003,
    position: index % 3 === 0 ? 0 : index % 3 === 1 ? 40 : -40,
    elite: index % 4 === 0,
    lastSignal: f(stream.uniform() - 0.5),
    genes: Object.fromEntries(
      Array.from({ length: 342 }, (_unused, gene) => [gene, f(stream.gaussian() / 4)]),
    ),
  }));
  const scalars = Object.fromEntries(
    Array.from({ length: 18 }, (_, index) => [index, stream.uniform() - 0.5]),
  );
  const decide = (order: readonly number[]): World =>
    decideInArena({
      bar: { open: 400000, scalars },
      agents: order.map((index) => agents[index] ?? { cash }),
      prepare: earlier,
    });
  const natural = decide(Array.from(agents.keys()));
  const shuffles = fc.shuffledSubarray(Array.from(agents.keys()), { minLength: 21 });
  fc.assert(
    fc.property(shuffles, (order) => {
      const world = decide(order);
      for (const [slot, index] of order.entries()) {
        assert.equal(world.lastSignal[slot], natural.lastSignal[index]);
        assert.equal(world.order[slot], natural.order[index]);
      }
      assert.deepEqual(world.meta.subarray(0, 24), natural.meta.subarray(0, 24));
      assert.deepEqual(world.num, natural.num);
    }),
    { seed: 20261121, numRuns: 30 },
  );
});
