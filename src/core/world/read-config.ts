import { err, type Fault, type Json, ok, type Result } from "#base";
import type { Instrument } from "#market";
import { findGenomeSchema, genomeSchemas } from "../genome/schema.ts";
import type { SeasonPlan, WorldConfig } from "./config.ts";
import { maxTiers } from "./layout.ts";
import { founderCapitalMicro, foundersLots } from "./rules.ts";

type Bounds = Readonly<{ least: number; most: number }>;
type NumberKey = {
  [K in keyof WorldConfig]: WorldConfig[K] extends number ? K : never;
}[keyof WorldConfig];

const million = 1000000;
const largest = 9007199254740991;

/** Every number of a world with the range in which it means something. */
export const configBounds: Readonly<Record<NumberKey, Bounds>> = {
  population: { least: 1, most: 100000 },
  max_agents: { least: 1, most: 100000 },
  initial_total_capital_micro: { least: 1, most: largest },
  allocation_ratio_ppm: { least: 1, most: million - 1 },
  max_leverage_ppm: { least: 10000, most: 125 * million },
  participation_cap_ppm: { least: 1, most: million },
  taker_fee_ppm: { least: 0, most: 100000 },
  half_spread_ppm: { least: 0, most: 100000 },
  impact_y_ppm: { least: 0, most: 10 * million },
  living_cost_ppm_per_tick: { least: 0, most: million },
  review_ticks: { least: 1, most: 10 * million },
  review_cull_ppm: { least: 0, most: million - 1 },
  split_return_ppm: { least: 1000, most: 100 * million },
  mutation_rate_ppm: { least: 0, most: million },
  mutation_sigma_ppm: { least: 20000, most: million },
  mutation_tau_ppm: { least: 0, most: million },
  max_reboots: { least: 0, most: 1000 },
};

/** The world as it is when nobody says otherwise; frictions come from the instrument. */
export function defaultWorldConfig(instrument: Instrument, windowBars: number): WorldConfig {
  const population = 200;
  return {
    world_contract: "world/1",
    genome_schema_version: "twin-33-5-1/1",
    population,
    max_agents: 2 * population,
    initial_total_capital_micro: 5000000 * million,
    allocation_ratio_ppm: 800000,
    max_leverage_ppm: Math.min(5, instrument.margin_tiers[0]?.max_leverage ?? 1) * million,
    participation_cap_ppm: 50000,
    taker_fee_ppm: instrument.taker_fee_ppm,
    half_spread_ppm: instrument.half_spread_ppm,
    impact_y_ppm: million,
    living_cost_ppm_per_tick: 30,
    review_ticks: 960,
    review_cull_ppm: 50000,
    split_return_ppm: 100000,
    mutation_rate_ppm: 100000,
    mutation_sigma_ppm: 300000,
    mutation_tau_ppm: 200000,
    max_reboots: 1,
    seasons: defaultSeasons(windowBars),
  };
}

/** Fresh windows are what makes evolution generalise; short data leaves only the whole of it. */
function defaultSeasons(windowBars: number): SeasonPlan {
  const bars = Math.min(1000, Math.floor(windowBars / 3));
  return bars < 200 ? { kind: "whole_window" } : { kind: "drawn", count: 12, bars };
}

/** Reads a complete configuration; an unknown, missing or out-of-range key is refused by name. */
export function readWorldConfig(value: Json): Result<WorldConfig, Fault> {
  if (!isObject(value)) return refuse("config", "is not a JSON object");
  const { seasons, world_contract, genome_schema_version, ...numbers } = value;
  if (world_contract !== "world/1") return refuse("world_contract", 'must be "world/1"');
  if (
    typeof genome_schema_version !== "string" ||
    findGenomeSchema(genome_schema_version) === null
  ) {
    const known = genomeSchemas.map((schema) => schema.genome_schema_version).join(", ");
    return refuse("genome_schema_version", `is not one of ${known}`);
  }
  for (const key of Object.keys(numbers)) {
    if (!Object.hasOwn(configBounds, key)) {
      return refuse(key, `is not a key of world/1; known: ${Object.keys(configBounds).join(", ")}`);
    }
  }
  for (const [key, bounds] of Object.entries(configBounds)) {
    const fault = checkNumber(key, numbers[key], bounds);
    if (fault !== null) return { ok: false, fault };
  }
  const plan = readSeasons(seasons);
  if (!plan.ok) return plan;
  const read = { world_contract, genome_schema_version, ...numbers, seasons: plan.value };
  return ok(read as unknown as WorldConfig);
}

/** What cannot be judged key by key: the market, the window and the capital must fit together. */
export function checkWorld(
  config: WorldConfig,
  market: Readonly<{ instrument: Instrument; highestTicks: number; windowBars: number }>,
): Result<null, Fault> {
  const { instrument, highestTicks, windowBars } = market;
  if (config.max_agents < config.population) {
    return refuse(
      "max_agents",
      `is ${config.max_agents}, below the population of ${config.population}`,
    );
  }
  if (windowBars < 1) return refuse("window", "has no bars");
  const { seasons } = config;
  if (seasons.kind === "drawn" && seasons.bars > windowBars) {
    return refuse("seasons.bars", `is ${seasons.bars}, but the window has ${windowBars} bars`);
  }
  if (instrument.margin_tiers.length > maxTiers) {
    return refuse(
      "margin_tiers",
      `of ${instrument.id} are ${instrument.margin_tiers.length}, at most ${maxTiers} can be kept`,
    );
  }
  const tier = instrument.margin_tiers[0];
  if (tier !== undefined && config.max_leverage_ppm > tier.max_leverage * million) {
    return refuse(
      "max_leverage_ppm",
      `exceeds the ${tier.max_leverage}x that ${instrument.id} allows`,
    );
  }
  const capital = founderCapitalMicro(config);
  const least = foundersLots * instrument.micro_per_lot_tick * highestTicks;
  if (capital < least) {
    return refuse(
      "initial_total_capital_micro",
      `gives each founder ${capital} micro-units; ${foundersLots} lots at the window's highest ` +
        `price cost ${least}: raise the capital or lower the population`,
    );
  }
  if (config.initial_total_capital_micro * (config.max_leverage_ppm / million) * 64 > largest) {
    return refuse("initial_total_capital_micro", "leaves no room for exact arithmetic; lower it");
  }
  return ok(null);
}

function readSeasons(value: Json | undefined): Result<SeasonPlan, Fault> {
  if (value === undefined || !isObject(value)) return refuse("seasons", "is missing or no object");
  const { kind, ...rest } = value;
  if (kind !== "whole_window" && kind !== "drawn") {
    return refuse("seasons.kind", 'must be "whole_window" or "drawn"');
  }
  const known = kind === "drawn" ? ["count", "bars"] : [];
  const extra = Object.keys(rest).find((key) => !known.includes(key));
  if (extra !== undefined) return refuse(`seasons.${extra}`, `is not a key of ${kind} seasons`);
  if (kind === "whole_window") return ok({ kind });
  const { count, bars } = rest;
  const countFault = checkNumber("seasons.count", count, { least: 1, most: 100000 });
  if (countFault !== null) return { ok: false, fault: countFault };
  const barsFault = checkNumber("seasons.bars", bars, { least: 2, most: 100000000 });
  if (barsFault !== null) return { ok: false, fault: barsFault };
  return ok({ kind, count: Number(count), bars: Number(bars) });
}

function checkNumber(key: string, value: Json | undefined, { least, most }: Bounds): Fault | null {
  const said = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    return fault(key, `${said}; expected a whole number from ${least} to ${most}`);
  }
  return null;
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(key: string, why: string): Result<never, Fault> {
  return err(fault(key, why));
}

function fault(key: string, why: string): Fault {
  return { code: "config_invalid", message: `config: ${key} ${why}`, at: key };
}
