import type { Instrument } from "#market";
import type { FrameRates } from "../features/frames.ts";
import { linearSchema } from "../genome/schema.ts";
import type { WorldConfig } from "./config.ts";
import { maxTiers } from "./layout.ts";
import { meta, num } from "./words.ts";
import type { World } from "./world.ts";

/** Each founder must be able to buy this many lots at the window's highest price. */
export const foundersLots = 100;

export type Rules = Readonly<{
  livingCostPerTick: number;
  frameRates: FrameRates;
}>;

/** Writes what the kernel must know of the world's physics; the rest is returned. */
export function setRules(world: World, config: WorldConfig, instrument: Instrument): Rules {
  const { num: n, meta: m } = world;
  const maxLeverage = config.max_leverage_ppm / 1000000;
  n[num.microPerLotTick] = instrument.micro_per_lot_tick;
  n[num.takerFee] = config.taker_fee_ppm / 1000000;
  n[num.maxLeverage] = maxLeverage;
  n[num.inverseMaxLeverage] = 1 / maxLeverage;
  // Costs are shown to agents in units of 10 basis points.
  n[num.feeScale] = (config.taker_fee_ppm / 1000000) * 1000;
  m[meta.schema] = config.genome_schema_version === linearSchema.genome_schema_version ? 1 : 0;
  const tiers = instrument.margin_tiers.slice(0, maxTiers);
  m[meta.tierCount] = tiers.length;
  n[num.maxLots] = tiers.at(-1)?.max_lots ?? Number.POSITIVE_INFINITY;
  for (const [index, tier] of tiers.entries()) {
    n[num.tierLots + index] = tier.max_lots;
    n[num.tierRate + index] = tier.mmr_ppm / 1000000;
    n[num.maxMaintenance] = Math.max(n[num.maxMaintenance], tier.mmr_ppm / 1000000);
  }
  const founderCapital = founderCapitalMicro(config);
  return {
    livingCostPerTick: Math.ceil((founderCapital * config.living_cost_ppm_per_tick) / 1000000),
    frameRates: {
      microPerLotTick: instrument.micro_per_lot_tick,
      maxLeverage,
      participationPpm: config.participation_cap_ppm,
      halfSpread: config.half_spread_ppm / 1000000,
      impactY: config.impact_y_ppm / 1000000,
    },
  };
}

/** Equal shares of the allocated capital; the remainder of the division stays in the reserve. */
export function founderCapitalMicro(config: WorldConfig): number {
  const allocated = Math.floor(
    (config.initial_total_capital_micro * config.allocation_ratio_ppm) / 1000000,
  );
  return Math.floor(allocated / config.population);
}

/** What so many lots cost at this price. */
export function capitalForLots(world: World, lots: number, priceTicks: number): number {
  return lots * (world.num[num.microPerLotTick] * priceTicks);
}
