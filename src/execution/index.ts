export type { RunClock } from "./clock/run-clock.ts";
export { openVenueClock } from "./clock/venue-clock.ts";
export type { Cause } from "./diverge/attribute.ts";
export {
  type Divergence,
  defaultLatencyMs,
  divergeRuns,
  type PlacedDifference,
} from "./diverge/diverge-runs.ts";
export { type AccountKeys, readAccountKeys } from "./keys/account-keys.ts";
export { barInterval } from "./market-view/bar-interval.ts";
export { type DeadRun, readDeadRun } from "./recover/dead-run.ts";
export type { RecoverRequest } from "./recover/recover-request.ts";
export { type RecoveredRun, recoverRun } from "./recover/recover-run.ts";
export type { OneShotAction, OrderStyle, VenueRunConfig } from "./run/run-config.ts";
export type { StopReading, VenueRunProgress, VenueRunRequest } from "./run/run-request.ts";
export { runVenue, type VenueRunOutcome } from "./run/run-venue.ts";
