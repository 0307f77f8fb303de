import { findInstrument } from "#market";
import { absolute, amountNumber, toAmount } from "../amounts/amount.ts";
import type { ColonyRules } from "../colony/colony.ts";
import type { Probed } from "../preflight/probe-venue.ts";
import type { VenueRunConfig } from "../run/run-config.ts";

/** What the offline world takes of a bar and of a fill, where the venue itself says nothing. */
const assumed = { participationPpm: 50_000, halfSpreadPpm: 50, impactYPpm: 1_000_000 } as const;

/**
 * The physics that features are scaled by: fees of the account, leverage of the run, and for the
 * rest what the offline world assumes of the instrument, so that agents see what they grew up with.
 */
export function venueRules({ fees, sizes }: Probed, config: VenueRunConfig): ColonyRules {
  const known = findInstrument(sizes.instId);
  const tiers = known?.margin_tiers ?? [];
  return {
    ...assumed,
    halfSpreadPpm: known?.half_spread_ppm ?? assumed.halfSpreadPpm,
    maxLeverage: config.maxLeveragePpm / 1_000_000,
    takerFeePpm: Math.round(amountNumber(absolute(toAmount(fees.taker))) * 1_000_000),
    maxLots: tiers.at(-1)?.max_lots ?? Number.MAX_SAFE_INTEGER,
  };
}
