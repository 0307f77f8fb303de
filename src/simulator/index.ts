export type {
  KeyPermission,
  VenueAccount,
  VenueEnvironment,
  VenueKey,
  VenueRoster,
} from "./accounts/account.ts";
export { makeRoster } from "./accounts/make-roster.ts";
export { openRosterFile } from "./accounts/roster-file.ts";
export type { ClockMode, MachineClock, VenueClock } from "./clock/venue-clock.ts";
export type { Counters, CounterTable } from "./counters.ts";
export type { FaultInjector, FiredFault, RuleCount } from "./faults/injector.ts";
export { parseFaultPlan } from "./faults/parse-plan.ts";
export { emptyPlan, type FaultPlan, type FaultRule } from "./faults/plan.ts";
export type { AcceptedOrder, Oracle } from "./floor/oracle.ts";
export { ConnectionLost, type HttpAnswer, type HttpRequest, type Service } from "./http/message.ts";
export { openVenue } from "./open-venue.ts";
export type { SimulatedVenue, VenueAddress } from "./venue.ts";
export type { VenueOptions } from "./venue-options.ts";
export type { Session } from "./ws/session.ts";
