export type { RunClock } from "./clock/run-clock.ts";
export { openVenueClock } from "./clock/venue-clock.ts";
export { type AccountKeys, readAccountKeys } from "./keys/account-keys.ts";
export { barInterval } from "./market-view/bar-interval.ts";
export type { OneShotAction, OrderStyle, VenueRunConfig } from "./run/run-config.ts";
export type { StopReading, VenueRunProgress, VenueRunRequest } from "./run/run-request.ts";
export { runVenue, type VenueRunOutcome } from "./run/run-venue.ts";
