import assert from "node:assert/strict";
import { test } from "node:test";
import { count, meta, num, status, type World } from "#core";
import { type ArenaBar, settleInArena } from "#support";

/** BTC-USDT-SWAP: a lot of 0.0001 BTC moves 10 micro-USDT a tick of 0.1; 400000 ticks = 40000. */
const cash = 20000000000;
const takerFee = 0.0005;

function counted(world: World, which: number): number {
  return world.num[num.counts + which] ?? 0;
}

/** One agent with this much cash sends one order into the bar. */
function fillOne(order: number, bar: ArenaBar, fee: number = takerFee): World {
  return settleInArena({ takerFee: fee, bar, agents: [{ cash, order }] });
}

test("a buy pays the open plus half the spread, up to the next tick, and the fee", () => {
  const world = fillOne(100, { open: 400000, halfSpread: 20.3 });
  // 100 lots * 10 * 400021 = 400 021 000; 0.05 % of it = 200 010.5, up.
  assert.equal(world.cash[0], cash - 400021000 - 200011);
  assert.equal(world.position[0], 100);
  assert.equal(world.equity[0], cash - 21000 - 200011);
  assert.equal(world.num[num.pricePnl], -21000);
  assert.equal(world.num[num.fees], 200011);
});

test("a sale gets the open less half the spread, down to the next tick, less the fee", () => {
  const world = fillOne(-100, { open: 400000, halfSpread: 20.3 });
  // 100 lots * 10 * 399979 = 399 979 000; 0.05 % of it = 199 989.5, up.
  assert.equal(world.cash[0], cash + 399979000 - 199990);
  assert.equal(world.equity[0], cash - 21000 - 199990);
});

test("impact grows with the square root of the lots: 100 move 20 ticks, 400 move 40", () => {
  const bar = { open: 400000, impactCoefficient: 2 };
  assert.equal(fillOne(100, bar, 0).cash[0], cash - 100 * 10 * 400020);
  assert.equal(fillOne(400, bar, 0).cash[0], cash - 400 * 10 * 400040);
  assert.equal(fillOne(-400, bar, 0).cash[0], cash + 400 * 10 * 399960);
});

test("a price that friction would push to nothing stays at one tick", () => {
  const world = fillOne(-100, { open: 3, impactCoefficient: 1 }, 0);
  assert.equal(world.cash[0], cash + 100 * 10 * 1);
});

test("a fee of a fraction of a micro-unit is a whole one, against the agent", () => {
  // One lot at 400001 is worth 4 000 010; 0.05 % of it is 2000.005.
  assert.equal(fillOne(1, { open: 400001 }).feesPaid[0], 2001);
  assert.equal(fillOne(1, { open: 400000 }).feesPaid[0], 2000);
  assert.equal(fillOne(1, { open: 1 }).feesPaid[0], 1);
});

test("the participation cap fills a part and cancels the rest", () => {
  const world = fillOne(100, { open: 400000, volume: 600, cap: 30 }, 0);
  assert.equal(world.position[0], 30);
  assert.equal(world.order[0], 0);
  assert.equal(world.meta[meta.pending], 0);
  assert.equal(world.partials[0], 1);
  assert.equal(counted(world, count.partial), 1);
  assert.equal(counted(world, count.filled), 1);
  // M1 learns a tenth of the missing 70 %; the order did not wait.
  assert.equal(world.fillImpedance[0], Math.fround(Math.fround(0.7) * Math.fround(0.1)));
  assert.equal(world.timeImpedance[0], 0);
});

test("a bar without volume cancels orders and counts them; so does a cap below one lot", () => {
  const outage = fillOne(100, { open: 400000, volume: 0 });
  const thin = fillOne(100, { open: 400000, volume: 19, cap: 0 });
  for (const world of [outage, thin]) {
    assert.equal(world.cash[0], cash);
    assert.equal(world.position[0], 0);
    assert.equal(world.order[0], 0);
    assert.equal(world.unfilled[0], 1);
    assert.equal(counted(world, count.filled), 0);
    assert.equal(world.timeImpedance[0], Math.fround(0.1));
    assert.equal(world.fillImpedance[0], Math.fround(0.1));
  }
  assert.equal(counted(outage, count.unfilledZeroVolume), 1);
  assert.equal(counted(thin, count.unfilledCap), 1);
});

test("a closed position is a win when its cash, fees and all, exceeds what it began with", () => {
  const close = (entryCash: number): World =>
    settleInArena({
      takerFee,
      bar: { open: 400000 },
      // Bought at 399000 for 399 000 000 with a fee of 199 500.
      agents: [{ cash: entryCash - 399199500, position: 100, order: -100 }],
      prepare: (world) => {
        world.entryEquity[0] = cash;
      },
    });
  const world = close(cash);
  assert.equal(world.cash[0], cash + 1000000 - 199500 - 200000);
  assert.deepEqual([world.position[0], world.closed[0], world.wins[0]], [0, 1, 1]);
  assert.deepEqual([world.meta[meta.longs], world.num[num.netLots]], [0, 0]);
  // A gain that the fees eat exactly is none.
  assert.equal(close(cash - 600500).wins[0], 0);
  assert.equal(close(cash - 600499).wins[0], 1);
});

test("what costs have been is learnt by a tenth, in units of ten basis points, at most one", () => {
  // Half spread 40 / 400000 = 1 bp, impact 2 * sqrt(10000) / 400000 = 5 bp.
  const world = fillOne(10000, { open: 400000, halfSpread: 40, impactCoefficient: 2 });
  assert.equal(world.slippage[0], Math.fround(Math.fround(0.1) * Math.fround(0.1)));
  assert.equal(world.impact[0], Math.fround(Math.fround(0.5) * Math.fround(0.1)));
  const dear = fillOne(10000, { open: 400000, halfSpread: 4000 });
  assert.equal(dear.slippage[0], Math.fround(0.1));
});

test("longs pay a positive funding rate to shorts, each rounded against the agent", () => {
  const pay = (fundingDue: number): readonly (number | undefined)[] => {
    const world = settleInArena({
      bar: { open: 400001, fundingDue },
      agents: [{ cash, position: 1 }, { cash, position: -1 }, { cash }],
    });
    assert.equal(counted(world, count.fundingPayments), 2);
    assert.equal(world.num[num.funding], (world.fundingPaid[0] ?? 0) + (world.fundingPaid[1] ?? 0));
    return Array.from(world.fundingPaid.subarray(0, 3));
  };
  // One lot is worth 4 000 010; 0.03 % of it is 1200.003.
  assert.deepEqual(pay(0.0003), [1201, -1200, 0]);
  assert.deepEqual(pay(-0.0003), [-1200, 1201, 0]);
});

test("funding falls due before orders fill: who sells at the open still pays", () => {
  const world = settleInArena({
    bar: { open: 400000, fundingDue: 0.001 },
    agents: [
      { cash, position: 100, order: -100 },
      { cash, order: 100 },
    ],
  });
  assert.deepEqual(Array.from(world.fundingPaid.subarray(0, 2)), [400000, 0]);
});

const tiers = [
  { lots: 100, rate: 0.004 },
  { lots: 500, rate: 0.005 },
];

/** Status of an agent whose equity at the extreme is `margin`, for a position of so many lots. */
function atExtreme(lots: number, margin: number, fee = 0): World {
  const price = lots > 0 ? 390000 : 410000;
  return settleInArena({
    bar: { open: 400000, low: 390000, high: 410000, close: 400000 },
    tiers,
    takerFee: fee,
    agents: [{ cash: margin - lots * 10 * price, position: lots }],
  });
}

test("equity that falls to the maintenance margin at the adverse extreme is liquidated", () => {
  const vectors = [
    // 100 lots at 390000: 390 000 000 * 0.4 %.
    { lots: 100, margin: 1560000 },
    // One lot more stands in the second tier: 393 900 000 * 0.5 %.
    { lots: 101, margin: 1969500 },
    { lots: -100, margin: 1640000 },
    { lots: -101, margin: 2070500 },
    // Beyond the last tier the last rate holds.
    { lots: 501, margin: 9769500 },
  ];
  for (const { lots, margin } of vectors) {
    const safe = atExtreme(lots, margin + 1);
    assert.equal(safe.position[0], lots, `${lots} lots`);
    assert.equal(safe.meta[meta.status], status.boundary);
    const gone = atExtreme(lots, margin);
    assert.equal(gone.position[0], 0, `${lots} lots`);
    assert.equal(gone.liquidatedLots[0], lots);
    assert.equal(gone.cash[0], margin);
    assert.equal(gone.meta[meta.status], status.event);
    assert.equal(counted(gone, count.liquidations), 1);
  }
});

test("liquidation trades at the extreme, pays the fee, and can leave less than nothing", () => {
  const world = atExtreme(100, -5000000, takerFee);
  assert.equal(world.cash[0], -5000000 - 195000);
  assert.equal(world.feesPaid[0], 195000);
  assert.equal(world.num[num.observed], world.num[num.allocated]);
});

test("a position is safe from the extreme once it was sold, and exposed once bought", () => {
  const fallen = { open: 400000, low: 300000, close: 350000 };
  const sold = settleInArena({
    bar: fallen,
    agents: [{ cash: -380000000, position: 100, order: -100 }],
  });
  assert.equal(counted(sold, count.liquidations), 0);
  assert.equal(sold.cash[0], 20000000);
  const bought = settleInArena({ bar: fallen, agents: [{ cash: 80000000, order: 100 }] });
  assert.equal(counted(bought, count.liquidations), 1);
  assert.equal(bought.cash[0], 80000000 - 400000000 + 300000000);
});

test("living cost is paid by everyone, after the mark, and money that leaves is counted", () => {
  const world = settleInArena({
    bar: { open: 400000, close: 400100 },
    agents: [
      { cash, position: 100, livingCost: 77 },
      { cash: 500, livingCost: 77 },
    ],
  });
  assert.equal(world.equity[0], cash + 100 * 10 * 400100 - 77);
  assert.equal(world.equity[1], 423);
  assert.equal(world.num[num.livingCost], 154);
  assert.equal(world.num[num.pricePnl], 100 * 10 * 100);
  assert.equal(world.num[num.agentBars], 2);
});

test("the kernel pauses for an equity of zero and for one that reached its split point", () => {
  const pause = (agent: { cash: number; livingCost?: number; splitAt?: number }): number =>
    settleInArena({ bar: { open: 400000 }, agents: [agent] }).meta[meta.status] ?? -1;
  assert.equal(pause({ cash: 78, livingCost: 77 }), status.boundary);
  assert.equal(pause({ cash: 77, livingCost: 77 }), status.event);
  assert.equal(pause({ cash: 1000, splitAt: 1001 }), status.boundary);
  assert.equal(pause({ cash: 1000, splitAt: 1000 }), status.event);
});

test("death heat cools by a 32nd a bar and never below zero", () => {
  const cool = (heat: number): number | undefined =>
    settleInArena({
      bar: { open: 400000 },
      agents: [{ cash }],
      prepare: (world) => {
        world.meta[meta.deathHeat] = heat;
      },
    }).meta[meta.deathHeat];
  assert.equal(cool(32768), 31744);
  assert.equal(cool(31), 31);
  assert.equal(cool(0), 0);
});

test("a capital that the books cannot explain is a mismatch", () => {
  const world = settleInArena({
    bar: { open: 400000 },
    agents: [{ cash }],
    prepare: ({ num: n }) => {
      n[num.allocated] = (n[num.allocated] ?? 0) + 1;
    },
  });
  assert.equal(world.meta[meta.status], status.capitalMismatch);
});

const lots = 3000000001;
const value = lots * 10 * 1000;
const opposites = { maxLeverage: 1, tiers: [{ lots: 2 ** 53, rate: 0 }], prevClose: 1000 };

test("opposite positions that a bar lifts beyond 2^53 are an overflow, though they cancel", () => {
  const world = settleInArena({
    ...opposites,
    bar: { open: 1000, close: 400000 },
    agents: [
      { cash: value, position: lots },
      { cash: 3 * value, position: -lots },
    ],
  });
  assert.equal(world.meta[meta.status], status.capitalOverflow);
});

test("trades that pass 2^53 within one bar are an overflow, though nothing is held then", () => {
  const world = settleInArena({
    ...opposites,
    bar: { open: 400000, close: 1000, volume: 10000000000 },
    agents: [
      { cash: value, position: lots, order: -lots },
      { cash: 3 * value, position: -lots, order: lots },
    ],
  });
  assert.equal(world.meta[meta.status], status.capitalOverflow);
});

test("the capital that a configuration may bring is no overflow at its full leverage", () => {
  const most = Math.floor(2 ** 53 / 64 / 5);
  const world = settleInArena({
    bar: { open: 400000, volume: 2 ** 40 },
    agents: [
      { cash: most, order: Math.floor((most * 5) / 4000000) },
      { cash: 1000, order: 0 },
    ],
  });
  assert.equal(world.meta[meta.status], status.boundary);
});
