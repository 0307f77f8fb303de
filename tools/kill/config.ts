import type { VenueRunConfig } from "#execution";

/**
 * Enough agents and orders that a process can be killed anywhere, in as little time as it takes:
 * the venue's clock runs a minute in a second or less, and a bar is a minute.
 */
export const campaignConfig: VenueRunConfig = {
  ...{ instId: "BTC-USDT-SWAP", library: "direct", bar: "1m", tickSeconds: null, ticks: 3 },
  oneShot: null,
  ...{ minAgents: 20, maxAgents: 24, capitalPerAgentMicro: 2_000_000_000 },
  ...{ allocationRatioPpm: 800_000, marginMode: "cross", maxLeveragePpm: 3_000_000 },
  ...{ orderStyle: "limit", orderLifetimeMs: 40_000, pollMs: 2000 },
  selfTrade: { policy: "stp", mode: "cancel_maker" },
  ...{ shutdownFlatten: true, startupFlatten: true, maxMarketAgeMs: 600_000 },
  ...{ toleranceMicro: 1_000_000, pageLimit: 20, bookDepth: 5, exclusiveAccount: true },
};
