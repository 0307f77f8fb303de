import { err, type Fault, type Json, type Result } from "#base";
import { configBounds, defaultWorldConfig, readWorldConfig, type WorldConfig } from "#core";
import type { Instrument } from "#market";

/** Keys of a world as somebody set them; what they leave out comes from further back. */
type WorldOverrides = Readonly<Record<string, Json>>;

export type WorldSources = Readonly<{
  /** From the config file. */
  file: WorldOverrides;
  /** From the command line; these win. */
  flags: WorldOverrides;
}>;

/**
 * Flag over file over default, resolved once. The slots for living agents follow the population
 * unless they are set themselves. Faults: config_invalid.
 */
export function resolveWorld(
  sources: WorldSources,
  market: Readonly<{ instrument: Instrument; windowBars: number }>,
): Result<WorldConfig, Fault> {
  const base = defaultWorldConfig(market.instrument, market.windowBars);
  const set = { ...sources.file, ...sources.flags };
  const unknown = Object.keys(set).find((key) => !Object.hasOwn(base, key));
  if (unknown !== undefined) {
    const known = [...Object.keys(configBounds), "genome_schema_version", "seasons"].join(", ");
    const message = `unknown key "${unknown}" of the world; known: ${known}`;
    return err({ code: "config_invalid", message, at: `world.${unknown}` });
  }
  const population = set["population"];
  const crowd =
    typeof population === "number"
      ? { max_agents: Math.min(2 * population, configBounds.max_agents.most) }
      : {};
  const merged: Json = { ...base, seasons: { ...base.seasons }, ...crowd, ...set };
  return readWorldConfig(merged);
}

export type Origin = "flag" | "file" | "default";

/** Where each key of the world came from, for the campaign record. */
export function originsOfWorld(
  world: WorldConfig,
  sources: WorldSources,
): Readonly<Record<string, Origin>> {
  const origin = (key: string): Origin => {
    if (Object.hasOwn(sources.flags, key)) return "flag";
    return Object.hasOwn(sources.file, key) ? "file" : "default";
  };
  return Object.fromEntries(Object.keys(world).map((key) => [key, origin(key)]));
}
