export { type AgentMode, readAgentMode } from "./agent-mode.ts";
export {
  type ApprovalFacts,
  type ApprovalRefusal,
  type ApprovalRefusalCode,
  type ApprovalUse,
  type ApprovedChange,
  type Approver,
  type ApproverRole,
  approvalLifetimeMs,
  type ChangeDigests,
  type ChangeOp,
  type ChangeTarget,
  type ChangeWindow,
  changeOps,
  hasBothRoles,
  isFitWindow,
  keepsPace,
  maxClockJumpMs,
  maxSkewMs,
  maxWindowMs,
  mintApprovedChange,
  spendApproval,
} from "./approved-change.ts";
export type { ArmedLease, LeaseTrouble, WindowEnd } from "./armed-lease.ts";
export {
  type Arming,
  type ArmingEvent,
  type ArmingFacts,
  type ArmingStep,
  type ArmRefusalCode,
  bootArming,
  type DisarmReason,
  disarmReasons,
  type HaltDemand,
  isOffOutsideWindow,
  leaseOf,
  stepArming,
} from "./arming.ts";
export {
  bootGate,
  type Gate,
  type GateEvent,
  type GateState,
  type GateStep,
  gateStates,
  type RecoverRefusal,
  stepGate,
} from "./execution-gate.ts";
export {
  type Freshness,
  type FreshnessLimits,
  type FreshnessReason,
  judgeFreshness,
  maxFutureMs,
  noTicks,
  observeTick,
  type TickWatch,
} from "./freshness.ts";
export {
  engageLatch,
  engageLatchFor,
  type Latch,
  latchAllows,
  type ReleaseProof,
  releaseLatch,
} from "./halt-latch.ts";
export {
  evaluateSwitch,
  type SourceReading,
  type SourceTrouble,
  type SwitchReason,
  type SwitchSource,
  type SwitchVerdict,
} from "./kill-switch.ts";
export { type LatchLog, latchLine, readLatchLog } from "./latch-log.ts";
export type { Moment } from "./moment.ts";
export { type OrderSubject, orderSubject } from "./order-subject.ts";
export {
  type HaltReading,
  maxReadingAgeMs,
  mintPermit,
  type PermitRefusal,
  type PermitRefusalCode,
  type PermitRequest,
  permitLifetimeMs,
  spendPermit,
} from "./permit.ts";
export type { Permit } from "./permit-type.ts";
export { evaluateStop, type StopReading, type StopVerdict } from "./stop-switch.ts";
export { offWords, onWords, readSwitchWord, type SwitchWord } from "./switch-word.ts";
export type { VenueMode } from "./venue-mode.ts";
