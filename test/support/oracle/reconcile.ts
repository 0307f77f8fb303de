import assert from "node:assert/strict";
import {
  drawSeasons,
  meta,
  num,
  type RunEvent,
  type Season,
  status,
  type World,
  type WorldConfig,
} from "#core";
import { busyConfig, type MemoryRun, type MemoryRunSpec, runInMemory } from "../run-in-memory.ts";
import { type AgentLedger, equityAt, type OracleBar } from "./agent-ledger.ts";
import type { ExpectedEvent, OraclePlace } from "./colony-books.ts";
import { ColonyOracle } from "./colony-oracle.ts";
import { columnsOf, fundingDueAt, naiveFeatures } from "./naive-market.ts";

/** Lots that an agent shall order; 0 = none. `most` = what its money and the tiers allow. */
export type Decider = (agent: AgentLedger, most: number) => number;

/** `decide` replaces what the genomes decided. */
export type ReconcileSpec = Omit<MemoryRunSpec, "watch"> & Readonly<{ decide?: Decider }>;

/**
 * Lives a run beside the oracle. Each tick every agent's books must agree, each event must be the
 * one expected next, and nothing may be left untold.
 */
export function reconcileRun(spec: ReconcileSpec): MemoryRun {
  const { market, seed = 1 } = spec;
  const window = spec.window ?? { start_index: 0, end_index_exclusive: market.bars.count };
  const bars = window.end_index_exclusive - window.start_index;
  const config: WorldConfig = { ...busyConfig(market, bars), ...spec.config };
  const seasons = drawSeasons(config.seasons, window, seed);
  const oracle = new ColonyOracle(config, market.instrument);
  const barAt = barsOf(spec, config);
  const at = { tick: 0, season: 0, lived: 0 };

  const now = (): Season => seasons[at.season] ?? { start: 0, bars: 0 };
  const enterSeason = (): void => {
    const { open } = barAt(now().start);
    oracle.place = { tick: at.tick, bar_index: now().start, season: at.season };
    if (at.tick === 0) oracle.found(open);
    oracle.expectSeason("start", now(), open);
  };

  const settled = (world: World): void => {
    assert.deepEqual(oracle.expected, [], "told too little before this tick");
    const index = now().start + at.lived;
    const bar = barAt(index);
    const before = at.lived === 0 ? bar.open : barAt(index - 1).close;
    at.lived += 1;
    at.tick += 1;
    oracle.place = { tick: at.tick, bar_index: index, season: at.season };
    oracle.settle(bar, before);
    // Beyond the exact range there is nothing to compare: the engine refuses to go on.
    if (world.meta[meta.status] === status.capitalOverflow) return;
    assertBooks(oracle, world, bar.close);
    const seasonEnds = at.lived === now().bars;
    oracle.live(bar, seasonEnds);
    const over = oracle.ended !== null || at.tick === spec.stopAfterTick;
    if (!over && !seasonEnds) return;
    oracle.expectSeason("end", now(), bar.close);
    at.season += 1;
    at.lived = 0;
    if (over || at.season === seasons.length) return oracle.expectEnd(bar.close);
    // The first bar of a season finds everyone awake.
    oracle.wake();
    enterSeason();
  };

  const decided = (world: World): void => {
    const { close } = barAt(now().start + at.lived - 1);
    const tiers = market.instrument.margin_tiers;
    const limit = tiers.at(-1)?.max_lots ?? Number.POSITIVE_INFINITY;
    const lotsFor = (agent: AgentLedger, strength: number): number => {
      const equity = Number(equityAt(agent, oracle.rates, close));
      const price = market.instrument.micro_per_lot_tick * close;
      const leverage = config.max_leverage_ppm / 1000000;
      return Math.min(Math.floor((equity * strength * leverage) / price), limit);
    };
    if (spec.decide !== undefined) replaceOrders(world, oracle.agents, spec.decide, lotsFor);
    for (const [slot, agent] of oracle.agents.entries()) {
      const order = world.order[slot] ?? 0;
      if (spec.decide === undefined)
        assertOrder(agent, order, world.lastSignal[slot] ?? 0, lotsFor);
      agent.order = BigInt(order);
    }
    oracle.wake();
  };

  enterSeason();
  const run = runInMemory({
    ...spec,
    watch: { settled, decided },
    listen(event) {
      assertTold(event, oracle.expected.shift());
      spec.listen?.(event);
    },
  });
  assert.deepEqual(oracle.expected, [], "told too little at the end");
  assert.equal(run.outcome.ticks, at.tick);
  return run;
}

/** The costs of each bar, from the bars before it alone. */
function barsOf({ market }: ReconcileSpec, config: WorldConfig): (index: number) => OracleBar {
  const columns = columnsOf(market.bars);
  return (index) => {
    const open = columns.open[index] ?? 0;
    const volume = columns.volume[index] ?? 0;
    const past = index === 0 ? null : naiveFeatures(columns, index - 1, Number.NaN);
    const depth = past?.meanVolume ?? 0;
    const due = fundingDueAt(market.bars, index);
    return {
      open,
      high: columns.high[index] ?? 0,
      low: columns.low[index] ?? 0,
      close: columns.close[index] ?? 0,
      volume,
      cap: (BigInt(volume) * BigInt(config.participation_cap_ppm)) / 1000000n,
      halfSpread: open * (config.half_spread_ppm / 1000000),
      impact:
        depth > 0
          ? (open * (config.impact_y_ppm / 1000000) * (past?.sigma ?? 0)) / Math.sqrt(depth)
          : 0,
      fundingPpb: Number.isNaN(due) ? 0 : due,
    };
  };
}

function assertBooks(oracle: ColonyOracle, world: World, close: number): void {
  const { agents, rates, place } = oracle;
  assert.equal(world.meta[meta.alive], agents.length);
  let allocated = 0n;
  for (const [slot, agent] of agents.entries()) {
    const equity = equityAt(agent, rates, close);
    allocated += equity;
    for (const money of [agent.cash, equity, equity - agent.cash]) assertExact(money, agent, place);
    assert.deepEqual(
      {
        cash: world.cash[slot],
        lots: world.position[slot],
        equity: world.equity[slot],
        fees: world.feesPaid[slot],
        funding: world.fundingPaid[slot],
        flow: world.tradeFlow[slot],
        liquidatedLots: world.liquidatedLots[slot],
      },
      {
        cash: Number(agent.cash),
        lots: Number(agent.lots),
        equity: Number(equity),
        fees: Number(agent.fees),
        funding: Number(agent.funding),
        flow: Number(agent.flow),
        liquidatedLots: Number(agent.liquidatedLots),
      },
      `agent ${agent.id} in tick ${place.tick}`,
    );
  }
  assert.equal(world.num[num.allocated], Number(allocated));
}

/** Whatever the engine accepted, float64 must hold it exactly. */
function assertExact(money: bigint, agent: AgentLedger, { tick }: OraclePlace): void {
  const inRange = Number.isSafeInteger(Number(money));
  assert.ok(inRange, `agent ${agent.id} holds ${money} in tick ${tick}, beyond 2^53`);
}

/** The engine's event must say at least what the oracle expects, in the same words. */
function assertTold(event: RunEvent, expected: ExpectedEvent | undefined): void {
  assert.ok(expected !== undefined, `told too much: ${event.type} in tick ${event.at.tick}`);
  const told: Record<string, unknown> = { ...event };
  const { ts_ms: _, ...at } = event.at;
  told["at"] = at;
  if (event.type === "death" || event.type === "survivor") {
    const { last_signal: __, ...life } = event.life;
    told["life"] = life;
  }
  const same = Object.fromEntries(Object.keys(expected).map((key) => [key, told[key]]));
  assert.deepEqual(same, expected);
}

type LotsFor = (agent: AgentLedger, strength: number) => number;

/** Asleep: none. Holding: none or all of it back. Flat: none or what signal and equity say. */
function assertOrder(agent: AgentLedger, order: number, signal: number, lotsFor: LotsFor): void {
  if (order === 0) return;
  assert.equal(agent.asleep, false, `newborn ${agent.id} ordered before its first bar`);
  const lots = lotsFor(agent, Math.min(Math.abs(signal), 1));
  const wanted = agent.lots === 0n ? (signal > 0 ? lots : -lots) : -Number(agent.lots);
  assert.equal(order, wanted, `order of agent ${agent.id}`);
}

function replaceOrders(
  world: World,
  agents: readonly AgentLedger[],
  decide: Decider,
  lotsFor: LotsFor,
): void {
  world.order.fill(0);
  let pending = 0;
  for (const [slot, agent] of agents.entries()) {
    const order = decide(agent, lotsFor(agent, 1));
    if (order === 0) continue;
    world.order[slot] = order;
    world.pendingSlots[pending] = slot;
    pending += 1;
  }
  world.meta[meta.pending] = pending;
}
