import type { LedgerEvent, RunEvent, WorldConfig } from "#core";
import type { Instrument } from "#market";
import { type AgentLedger, equityAt, type OracleRates } from "./agent-ledger.ts";

/** Part of a RunEvent: what the oracle can know without genomes. */
export type ExpectedEvent = Readonly<{ type: RunEvent["type"]; [field: string]: unknown }>;

/** Where the present tick stands. */
export type OraclePlace = Readonly<{
  tick: number;
  bar_index: number;
  season: number;
}>;

/** The books of a colony: who lives, what the reserve holds, and what must be told of it. */
export class ColonyBooks {
  /** In the order of the engine's slots: a gap is filled by the last. */
  readonly agents: AgentLedger[] = [];
  readonly config: WorldConfig;
  readonly rates: OracleRates;
  readonly expected: ExpectedEvent[] = [];
  /** The driver moves it from bar to bar. */
  place: OraclePlace = { tick: 0, bar_index: 0, season: 0 };
  segment = 0;
  reserve: bigint;
  pricePnl = 0n;
  births = 0;
  deaths = 0;
  settledToReserve = 0n;
  rebootCapital = 0n;
  /** What the dead have paid. */
  readonly retired = { fees: 0n, funding: 0n, living: 0n };

  constructor(config: WorldConfig, instrument: Instrument) {
    this.config = config;
    this.reserve = BigInt(config.initial_total_capital_micro);
    this.rates = {
      microPerLotTick: BigInt(instrument.micro_per_lot_tick),
      takerFeePpm: config.taker_fee_ppm,
      tiers: instrument.margin_tiers.map(({ max_lots, mmr_ppm }) => ({
        maxLots: BigInt(max_lots),
        ppm: mmr_ppm,
      })),
    };
  }

  expectSeason(
    edge: "start" | "end",
    season: Readonly<{ start: number; bars: number }>,
    price: number,
  ): void {
    this.expected.push({
      type: "season",
      edge,
      at: this.moment(),
      start_index: season.start,
      bars: season.bars,
      alive_agents: this.agents.length,
      capital_triplet: this.triplet(price),
    });
  }

  expectEnd(price: number): void {
    this.expectLedger("end", price);
    for (const agent of this.agents) {
      this.expected.push({ type: "survivor", at: this.moment(), life: this.life(agent, price) });
    }
  }

  allocated(price: number): bigint {
    return this.agents.reduce((sum, agent) => sum + equityAt(agent, this.rates, price), 0n);
  }

  paid(): bigint {
    const all = this.totals();
    return all.fees + all.funding + all.living;
  }

  totals(): Readonly<{ fees: bigint; funding: bigint; living: bigint }> {
    const all = { ...this.retired };
    for (const { fees, funding, living } of this.agents) {
      all.fees += fees;
      all.funding += funding;
      all.living += living;
    }
    return all;
  }

  /** allocated + reserve = what was brought in + price P&L - fees - funding, at every moment. */
  triplet(price: number): Readonly<Record<string, number>> {
    const allocated = this.allocated(price);
    const { fees, funding } = this.totals();
    const total = BigInt(this.config.initial_total_capital_micro) + this.pricePnl - fees - funding;
    if (allocated + this.reserve !== total) {
      throw new Error(`the oracle lost ${total - allocated - this.reserve} micro-units itself`);
    }
    return {
      allocated_capital_micro: Number(allocated),
      system_reserve_micro: Number(this.reserve),
      current_total_micro: Number(total),
    };
  }

  moment(): Readonly<Record<string, number>> {
    return { ...this.place, segment: this.segment };
  }

  expectLedger(cause: LedgerEvent["cause"], price: number): void {
    const { fees, funding, living } = this.totals();
    this.expected.push({
      type: "ledger",
      cause,
      at: this.moment(),
      alive_agents: this.agents.length,
      births: this.births,
      deaths: this.deaths,
      capital_triplet: this.triplet(price),
      totals: {
        price_pnl_micro: Number(this.pricePnl),
        fees_micro: Number(fees),
        funding_micro: Number(funding),
        living_cost_micro: Number(living),
        settled_to_reserve_micro: Number(this.settledToReserve),
        reboot_capital_micro: Number(this.rebootCapital),
      },
    });
  }

  expectBirth(agent: AgentLedger, origin: string, parentKept: bigint | null, price: number): void {
    this.expected.push({
      type: "birth",
      at: this.moment(),
      agent_id: agent.id,
      origin,
      parent_id: agent.parentId,
      generation: agent.generation,
      lineage_id: agent.lineage,
      capital_micro: Number(agent.initial),
      parent_capital_micro: parentKept === null ? null : Number(parentKept),
      capital_triplet: this.triplet(price),
    });
  }

  life(agent: AgentLedger, price: number): Readonly<Record<string, unknown>> {
    return {
      agent_id: agent.id,
      born_tick: agent.bornTick,
      age_ticks: this.place.tick - agent.bornTick,
      initial_capital_micro: Number(agent.initial),
      capital_base_micro: Number(agent.base),
      given_to_children_micro: Number(agent.given),
      trade_flow_micro: Number(agent.flow),
      fees_micro: Number(agent.fees),
      funding_micro: Number(agent.funding),
      living_cost_micro: Number(agent.living),
      position_lots: Number(agent.lots),
      mark_price_ticks: price,
      final_capital_micro: Number(equityAt(agent, this.rates, price)),
      opened_long: agent.openedLong,
      opened_short: agent.openedShort,
      closed: agent.closed,
      closed_with_profit: agent.wins,
      partial_fills: agent.partials,
      unfilled_orders: agent.unfilled,
      children: agent.children,
      state_final: agent.lots === 0n ? "OUT_MARKET" : "IN_MARKET",
    };
  }
}
