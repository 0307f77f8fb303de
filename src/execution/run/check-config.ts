import { err, type Fault, ok, type Result } from "#base";
import { barInterval } from "../market-view/bar-interval.ts";
import type { VenueRunConfig } from "./run-config.ts";

/**
 * What no run could be lived by is refused before anything is asked of a venue. Faults:
 * bar_unknown, config_malformed.
 */
export function checkConfig(config: VenueRunConfig): Result<void, Fault> {
  const interval = barInterval(config.bar);
  if (!interval.ok) return interval;
  const everyMs = config.tickSeconds === null ? interval.value : config.tickSeconds * 1000;
  const { oneShot, minAgents, maxAgents } = config;
  const wrongs: readonly (readonly [boolean, string])[] = [
    [!isWhole(config.ticks, 1, 1_000_000), "ticks are a whole number from 1 to 1000000"],
    [
      !Number.isInteger(everyMs / interval.value),
      `a tick takes a whole number of bars of ${config.bar}`,
    ],
    [
      oneShot !== null && !isWhole(oneShot.tick, 1, config.ticks),
      `the one-shot belongs to a tick from 1 to ${config.ticks}`,
    ],
    [
      !isWhole(minAgents, 1, maxAgents) || !isWhole(maxAgents, 1, 1000),
      "agents are 1 to 1000, and at least as many at most as at least",
    ],
    [
      !isWhole(config.capitalPerAgentMicro, 1, Number.MAX_SAFE_INTEGER),
      "the capital of an agent is above 0",
    ],
    [
      !isWhole(config.allocationRatioPpm, 1, 1_000_000),
      "the allocation ratio is above 0 and at most 1",
    ],
    [!isWhole(config.maxLeveragePpm, 1, 125_000_000), "the leverage is above 0 and at most 125"],
    [
      !isWhole(config.orderLifetimeMs, 100, everyMs),
      `an order rests from 0.1 s to the ${everyMs / 1000} s of a tick`,
    ],
    [
      !isWhole(config.pollMs, 50, config.orderLifetimeMs),
      "orders are looked at every 50 ms at the most, and within their time",
    ],
    [!isWhole(config.maxMarketAgeMs, 100, 3_600_000), "market data ages from 0.1 s to an hour"],
    [!isWhole(config.toleranceMicro, 0, Number.MAX_SAFE_INTEGER), "the tolerance is not negative"],
    [!isWhole(config.pageLimit, 1, 100), "a page holds 1 to 100 rows"],
    [!isWhole(config.bookDepth, 1, 400), "a book is 1 to 400 levels deep"],
  ];
  const wrong = wrongs.find(([isWrong]) => isWrong);
  return wrong === undefined ? ok(undefined) : err({ code: "config_malformed", message: wrong[1] });
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
