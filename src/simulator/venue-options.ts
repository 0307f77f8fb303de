import type { Dataset } from "#datasets";
import type { QueueModel } from "#exchange";
import type { VenueRoster } from "./accounts/account.ts";
import type { ClockMode, MachineClock } from "./clock/venue-clock.ts";
import type { FaultPlan } from "./faults/plan.ts";
import type { BarPlay } from "./market/market-plan.ts";

/** What a venue is made of; everything but the roster has a default. */
export type VenueOptions = Readonly<{
  roster: VenueRoster;
  seed?: number;
  clock?: ClockMode;
  /**
   * Venue time of the opening. Default: the machine's time; for datasets under a clock that is not
   * real, a tenth into the first of them.
   */
  startMs?: number;
  datasets?: readonly Dataset[];
  /** Files of recorded books and trades. */
  recordings?: readonly string[];
  /** How bars are gone through. */
  play?: BarPlay;
  stepsPerBar?: number;
  depth?: number;
  syntheticBarMs?: number;
  historyBars?: number;
  queueModel?: QueueModel;
  faults?: FaultPlan;
  /** Default: limits hold unless the clock is stepped, where time stands still between requests. */
  rateLimits?: boolean;
  /** Path of the journal; it is replayed when it is there. */
  journal?: string | null;
  /** The machine's time, for tests. */
  machine?: MachineClock;
  /** Engine history kept, rows. */
  history?: number;
}>;
