import { err, type Fault, ok, type Result } from "#base";
import type { ExchangeConfig } from "./config.ts";
import {
  type InstrumentSpec,
  positionLotsLimit,
  priceTicksLimit,
  spotLotsLimit,
} from "./instrument-spec.ts";

/** `spec_invalid` with the first field that the engine could not count with. */
export function checkConfig(config: ExchangeConfig): Result<ExchangeConfig, Fault> {
  if (config.instruments.length === 0) return refuse("instruments", "at least one is needed");
  if (config.instruments.length > 4096) return refuse("instruments", "4096 at most");
  const ids = new Set<string>();
  const names = new Set(config.currencies ?? []);
  for (const spec of config.instruments) {
    if (ids.has(spec.id)) return refuse(spec.id, "named twice");
    ids.add(spec.id);
    names.add(spec.base).add(spec.quote);
    const wrong = wrongField(spec);
    if (wrong !== null) return refuse(`${spec.id}.${wrong.field}`, wrong.why);
  }
  if (names.size > 255) return refuse("currencies", "255 at most");
  for (const field of [
    "maxMakersPerTaker",
    "maxOpenOrders",
    "maxOpenOrdersPerInstrument",
  ] as const) {
    const bound = config[field];
    if (bound !== undefined && !isWhole(bound, 1, 1_000_000_000)) {
      return refuse(field, "a whole number from 1");
    }
  }
  return ok(config);
}

type Wrong = Readonly<{ field: string; why: string }> | null;

function wrongField(spec: InstrumentSpec): Wrong {
  const spot = spec.kind === "spot";
  const lots = spot ? spotLotsLimit : positionLotsLimit;
  if (spec.base === spec.quote) return { field: "base", why: "is also the quote currency" };
  if (!isWhole(spec.minLots, 1, lots)) return { field: "minLots", why: `from 1 to ${lots}` };
  for (const field of ["maxLimitLots", "maxMarketLots"] as const) {
    if (!isWhole(spec[field], spec.minLots, lots)) return { field, why: `minLots to ${lots}` };
  }
  if (!isWhole(spec.maxPriceTicks, 1, priceTicksLimit)) {
    return { field: "maxPriceTicks", why: `from 1 to ${priceTicksLimit}` };
  }
  if (!isWhole(spec.valueNumerator, 1, 1e12)) return { field: "valueNumerator", why: "from 1" };
  const denominator = spot ? 1_000_000 : 1;
  if (!isWhole(spec.valueDenominator, 1, denominator)) {
    // A position's cost is a sum of values: it must be whole.
    return { field: "valueDenominator", why: `from 1 to ${denominator}` };
  }
  if (spot !== isWhole(spec.baseUnitsPerLot, 1, 1e12)) {
    return { field: "baseUnitsPerLot", why: "positive for spot, 0 for swaps" };
  }
  return wrongRate(spec) ?? wrongTier(spec);
}

function wrongRate(spec: InstrumentSpec): Wrong {
  const most = 100_000;
  if (!isWhole(spec.takerFeePpm, 0, most)) return { field: "takerFeePpm", why: "0 to 100000" };
  if (!isWhole(spec.liquidationFeePpm, 0, most)) {
    return { field: "liquidationFeePpm", why: "0 to 100000" };
  }
  if (!isWhole(spec.makerFeePpm, -spec.takerFeePpm, most)) {
    return { field: "makerFeePpm", why: "a rebate may not pass the taker's fee" };
  }
  if (spec.priceBandPpm !== null && !isWhole(spec.priceBandPpm, 1, 1_000_000)) {
    return { field: "priceBandPpm", why: "1 to 1000000, or null" };
  }
  return null;
}

function wrongTier(spec: InstrumentSpec): Wrong {
  if (spec.kind === "spot") return null;
  if (spec.tiers.length === 0) return { field: "tiers", why: "a swap needs at least one" };
  let below = 0;
  for (const [index, tier] of spec.tiers.entries()) {
    const field = `tiers[${index}]`;
    if (!isWhole(tier.maxLots, below + 1, positionLotsLimit)) {
      return { field, why: "maxLots ascends and fits" };
    }
    if (!isWhole(tier.maxLeverageCenti, 1, 100_000)) return { field, why: "maxLeverageCenti" };
    if (!isWhole(tier.mmrPpm, 0, 900_000)) return { field, why: "mmrPpm 0 to 900000" };
    below = tier.maxLots;
  }
  return null;
}

function isWhole(n: number, least: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= least && n <= most;
}

function refuse(at: string, message: string): Result<never, Fault> {
  return err({ code: "spec_invalid", message: `${at}: ${message}`, at });
}
