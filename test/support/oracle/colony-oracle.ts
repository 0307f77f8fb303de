import type { DeathReason, WorldConfig } from "#core";
import type { Instrument } from "#market";
import {
  type AgentLedger,
  closeOut,
  equityAt,
  fillOrder,
  liquidate,
  newLedger,
  type OracleBar,
  payFunding,
} from "./agent-ledger.ts";
import { ColonyBooks } from "./colony-books.ts";

/**
 * The world contract a second time: one object an agent, BigInt money, no arrays to mix up. It is
 * told the orders and works out every cash flow, death, split and collapse.
 */
export class ColonyOracle extends ColonyBooks {
  ended: string | null = null;
  private readonly livingCost: bigint;
  private nextId = 1;

  constructor(config: WorldConfig, instrument: Instrument) {
    super(config, instrument);
    const capital = this.founderCapital(this.reserve, BigInt(config.population));
    this.livingCost = ceilDivide(capital * BigInt(config.living_cost_ppm_per_tick), 1000000n);
  }

  /** The founders of the first segment; they decide in their first bar. */
  found(open: number): void {
    const count = BigInt(this.config.population);
    this.bringFounders(count, this.founderCapital(this.reserve, count), "founder", open);
    for (const agent of this.agents) agent.asleep = false;
    this.expectLedger("start", open);
  }

  /** Steps 1 to 5. */
  settle(bar: OracleBar, previousClose: number): void {
    const before = this.allocated(previousClose);
    const paid = this.paid();
    for (const agent of this.agents) payFunding(agent, this.rates, bar);
    for (const agent of this.agents) fillOrder(agent, this.rates, bar);
    for (const agent of this.agents) liquidate(agent, this.rates, bar);
    for (const agent of this.agents) {
      agent.cash -= this.livingCost;
      agent.living += this.livingCost;
      this.reserve += this.livingCost;
    }
    this.pricePnl += this.allocated(bar.close) - before + this.paid() - paid;
  }

  /** Step 6; afterwards `expected` holds what must be told of it. */
  live(bar: OracleBar, seasonEnds: boolean): void {
    const { config, place } = this;
    if (seasonEnds) for (const agent of this.agents) this.close(agent, bar);
    for (const agent of this.byId()) {
      if (agent.liquidatedLots !== 0n) this.bury(agent, "liquidated", bar);
      else if (equityAt(agent, this.rates, bar.close) <= 0n) {
        this.bury(agent, "capital_depleted", bar);
      }
    }
    if (place.tick % config.review_ticks === 0) this.review(bar);
    for (const agent of this.byId()) this.splitIfRich(agent, bar);
    if (this.agents.length === 0 || this.reserve <= 0n) this.collapse(bar);
    if (seasonEnds && this.ended === null) this.expectLedger("season_end", bar.close);
    const reach = this.allocated(bar.close) * BigInt(config.max_leverage_ppm) * 16n;
    if (this.ended === null && reach >= (2n ** 53n - 1n) * 1000000n) this.ended = "capital_ceiling";
  }

  /** Newborns of the past tick are asked from now on. */
  wake(): void {
    for (const agent of this.agents) agent.asleep = false;
  }

  private review(bar: OracleBar): void {
    const gain = (agent: AgentLedger): number =>
      Number(equityAt(agent, this.rates, bar.close)) / Number(agent.base);
    const ranked = [...this.agents].sort((a, b) => gain(a) - gain(b) || a.id - b.id);
    const worst = ranked.slice(
      0,
      Math.floor((ranked.length * this.config.review_cull_ppm) / 1000000),
    );
    for (const agent of worst.sort((a, b) => a.id - b.id)) this.bury(agent, "review_culled", bar);
    for (const agent of this.agents) agent.mayNotSplit = false;
    this.expectLedger("review", bar.close);
  }

  private splitIfRich(parent: AgentLedger, bar: OracleBar): void {
    const least =
      parent.base + ceilDivide(parent.base * BigInt(this.config.split_return_ppm), 1000000n);
    if (parent.mayNotSplit || equityAt(parent, this.rates, bar.close) < least) return;
    if (this.agents.length >= this.config.max_agents) {
      parent.mayNotSplit = true;
      return;
    }
    this.close(parent, bar);
    if (parent.cash < 2n) return;
    const half = parent.cash / 2n;
    parent.cash -= half;
    parent.base = parent.cash;
    parent.given += half;
    parent.children += 1;
    const child = newLedger(
      {
        id: this.nextId++,
        parentId: parent.id,
        generation: parent.generation + 1,
        lineage: parent.lineage,
        bornTick: this.place.tick,
      },
      half,
    );
    this.agents.push(child);
    this.births += 1;
    this.expectBirth(child, "split", parent.cash, bar.close);
  }

  private collapse(bar: OracleBar): void {
    const extinct = this.agents.length === 0;
    const broke = this.reserve <= 0n;
    this.expected.push({
      type: "collapse",
      at: this.moment(),
      reason: extinct && broke ? "both" : extinct ? "extinction" : "financial",
      capital_triplet: this.triplet(bar.close),
    });
    if (!broke && this.segment < this.config.max_reboots && this.reboot(bar)) return;
    this.ended = broke ? "financial_collapse" : "extinction";
  }

  private reboot(bar: OracleBar): boolean {
    const share = (this.reserve * BigInt(this.config.allocation_ratio_ppm)) / 1000000n;
    const least = 100n * this.rates.microPerLotTick * BigInt(bar.close);
    const wanted = BigInt(this.config.population);
    const count = share / least < wanted ? share / least : wanted;
    if (count < 1n) return false;
    const capital = share / count;
    this.segment += 1;
    this.expected.push({
      type: "reboot",
      at: this.moment(),
      founders: Number(count),
      capital_micro: Number(capital * count),
    });
    this.rebootCapital += capital * count;
    this.bringFounders(count, capital, "reboot_founder", bar.close);
    this.expectLedger("reboot", bar.close);
    return true;
  }

  private bringFounders(count: bigint, capital: bigint, origin: string, price: number): void {
    for (let index = 0n; index < count; index += 1n) {
      const id = this.nextId++;
      const agent = newLedger(
        { id, parentId: null, generation: 0, lineage: id, bornTick: this.place.tick },
        capital,
      );
      this.reserve -= capital;
      this.agents.push(agent);
      this.expectBirth(agent, origin, null, price);
    }
  }

  private bury(agent: AgentLedger, reason: DeathReason, bar: OracleBar): void {
    const lots = agent.lots + agent.liquidatedLots;
    this.close(agent, bar);
    const state = lots === 0n ? "OUT_MARKET" : "IN_MARKET";
    const life = { ...this.life(agent, bar.close), state_final: state };
    const slot = this.agents.indexOf(agent);
    const last = this.agents.pop();
    if (last !== undefined && last !== agent) this.agents[slot] = last;
    this.retired.fees += agent.fees;
    this.retired.funding += agent.funding;
    this.retired.living += agent.living;
    this.reserve += agent.cash;
    this.settledToReserve += agent.cash;
    this.deaths += 1;
    this.expected.push({
      type: "death",
      at: this.moment(),
      reason,
      position_side: lots > 0n ? "long" : lots < 0n ? "short" : "flat",
      position_lots: Number(lots),
      life,
      settled_to_reserve_micro: Number(agent.cash),
      capital_triplet: this.triplet(bar.close),
    });
  }

  private close(agent: AgentLedger, bar: OracleBar): void {
    const before = equityAt(agent, this.rates, bar.close);
    const { fees } = agent;
    closeOut(agent, this.rates, bar);
    this.pricePnl += agent.cash + (agent.fees - fees) - before;
  }

  private founderCapital(total: bigint, count: bigint): bigint {
    return (total * BigInt(this.config.allocation_ratio_ppm)) / 1000000n / count;
  }

  private byId(): readonly AgentLedger[] {
    return [...this.agents].sort((a, b) => a.id - b.id);
  }
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
