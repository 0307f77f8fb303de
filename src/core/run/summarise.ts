import { type Colony, capitalTriplet, fenceCounts } from "../life/colony.ts";
import { count, num } from "../world/words.ts";
import type { LedgerTotals, Moment } from "./events.ts";
import type { RunOutcome } from "./outcome.ts";
import type { Run } from "./run.ts";

export function ledgerTotals(colony: Colony): LedgerTotals {
  const { num: n } = colony.world;
  return {
    price_pnl_micro: n[num.pricePnl],
    fees_micro: n[num.fees],
    funding_micro: n[num.funding],
    living_cost_micro: n[num.livingCost],
    settled_to_reserve_micro: colony.settledToReserve,
    reboot_capital_micro: colony.rebootCapital,
  };
}

/** The end of a run in figures; called once, after the last event. */
export function summarise(run: Run, at: Moment): RunOutcome {
  const { colony } = run;
  const { num: n } = colony.world;
  const counts = n.subarray(num.counts, num.counts + count.words);
  const health = numericalHealth(colony);
  return {
    end: run.end ?? "window_end",
    ticks: run.tick,
    last: at,
    agent_bars: n[num.agentBars],
    founders: colony.founders,
    births: colony.births,
    deaths: colony.deaths,
    deaths_by_reason: { ...colony.deathsByReason },
    alive_agents: colony.agents.length,
    agents_ever: colony.nextAgentId - 1,
    max_generation: colony.maxGeneration,
    segments: run.segment + 1,
    collapses: run.collapses,
    initial_total_micro: run.initialTotal,
    capital_triplet: capitalTriplet(colony),
    totals: ledgerTotals(colony),
    orders: {
      placed: counts[count.placed],
      filled: counts[count.filled],
      partial: counts[count.partial],
      unfilled: counts[count.unfilledZeroVolume] + counts[count.unfilledCap],
      opened_long: counts[count.openedLong],
      opened_short: counts[count.openedShort],
      closed: counts[count.closed],
      forced_closes: colony.forcedCloses,
      liquidations: counts[count.liquidations],
      funding_payments: counts[count.fundingPayments],
    },
    fences: fenceCounts(colony),
    masked_bars_by_feature: run.maskedBars,
    effective_features_min: run.effectiveMin,
    ...health,
  };
}

/** Whether a NaN or an infinity hides in the genes, signals or money of the living. */
function numericalHealth(colony: Colony): Readonly<{ has_nan: boolean; has_inf: boolean }> {
  const { world, agents } = colony;
  let has_nan = false;
  let has_inf = false;
  const look = (value: number): void => {
    if (value !== value) has_nan = true;
    else if (value - value !== 0) has_inf = true;
  };
  for (const slot of agents.keys()) {
    for (const column of [world.cash, world.equity, world.lastSignal]) look(column[slot]);
    const start = slot * (world.genomes.length / world.layout.capacity);
    for (let gene = 0; gene < colony.schema.weights_count; gene += 1)
      look(world.genomes[start + gene]);
  }
  return { has_nan, has_inf };
}
