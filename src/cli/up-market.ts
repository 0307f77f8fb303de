import { type Fault, ok, type Result } from "#base";
import { embeddedName, ensureEmbeddedDataset } from "#datasets";
import type { Environment } from "#mesh";

/** What the services are told, and one sentence on where the market data come from. */
export type MarketSettings = Readonly<{ env: Environment; about: string }>;

/**
 * A mesh needs a market. Where the environment names a source, that is the one. Otherwise the
 * embedded daily series is played, a day every nine seconds, with times of now, for ever: it says
 * so in each tick. Faults: those of the dataset.
 */
export async function marketSettings(
  root: string,
  given: Environment,
): Promise<Result<MarketSettings, Fault>> {
  const source = given["ASSAY_MARKETDATA_SOURCE"] ?? "";
  if (source === "simulator") {
    const env = withDefaults(given, { ASSAY_MARKETDATA_CALENDAR: "24x7" });
    return ok({ env, about: "a simulated market" });
  }
  if (source !== "") return ok({ env: given, about: `market data: ${source}` });
  const prepared = await ensureEmbeddedDataset(root);
  if (!prepared.ok) return prepared;
  const env = { ...withDefaults(given, replaySettings), ASSAY_MARKETDATA_SOURCE: "replay" };
  return ok({ env, about: "recorded data: the S&P 500 by day, 2000 to 2020, shifted to now" });
}

const replaySettings: Environment = {
  ASSAY_MARKETDATA_REPLAY_FILE: `dataset:${embeddedName}`,
  // A weekend is cut to ten seconds by the replay itself; a day is then 8.64 s.
  ASSAY_MARKETDATA_REPLAY_SPEED: "10000",
  ASSAY_MARKETDATA_REPLAY_SHIFT: "1",
  ASSAY_MARKETDATA_REPLAY_LOOP: "1",
  // It plays at night too.
  ASSAY_MARKETDATA_CALENDAR: "24x7",
};

/** What is set stays; empty counts as unset. */
export function withDefaults(given: Environment, defaults: Environment): Environment {
  const unset = Object.entries(defaults).filter(([name]) => (given[name] ?? "") === "");
  return { ...given, ...Object.fromEntries(unset) };
}
