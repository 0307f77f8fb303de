export {
  checkProposal,
  defaultValidityMs,
  maxValidityMs,
  type ProposalLimits,
  supersedeWindowMs,
} from "./check-proposal.ts";
export type { Codec } from "./codec.ts";
export { digestOf } from "./digest.ts";
export {
  type Disclosure,
  disclosureCodec,
  disclosureSchema,
  type TransactionType,
  transactionTypes,
} from "./disclosure.ts";
export {
  createEvent,
  type EventDraft,
  type EventEnvelope,
  type EventSource,
  eventCodec,
  eventIdOf,
  eventSchema,
  maxEventBytes,
  readEvent,
} from "./envelope.ts";
export {
  type ExecutionState,
  executionStateCodec,
  executionStateSchema,
  type GateTransition,
  maxTransitionsShown,
} from "./execution-state.ts";
export {
  type HealthBody,
  healthCodec,
  healthMaxAgeSeconds,
  healthSchema,
  healthTimeoutMs,
} from "./health-body.ts";
export {
  type Heartbeat,
  type HeartbeatStatus,
  heartbeatCodec,
  heartbeatSchema,
  type StreamState,
  streamStates,
} from "./heartbeat.ts";
export type { InputRef } from "./input-ref.ts";
export { type Intent, intentCodec, intentSchema } from "./intent.ts";
export {
  type HealthLimits,
  type HealthProbe,
  type HealthReason,
  type HealthVerdict,
  judgeHealthBody,
  judgeHealthProbe,
} from "./judge-health-body.ts";
export { judgeOpsStatus, type OpsReason, type OpsVerdict } from "./judge-ops-status.ts";
export {
  heartbeatTtlSeconds,
  type OpsFacts,
  type OpsState,
  opsStates,
  type ServiceKind,
  serviceKinds,
  staleAlarmSeconds,
} from "./ops-facts.ts";
export {
  createOpsStatus,
  type OpsStatus,
  type OpsSubject,
  opsStatusCodec,
  opsStatusSchema,
} from "./ops-status.ts";
export { type PayloadByKind, payloadCodecs } from "./payloads.ts";
export {
  type AssetType,
  assetTypes,
  createProposal,
  type GenomeRef,
  type Indicator,
  type OptionContract,
  type Proposal,
  type ProposalDraft,
  type ProposalStatus,
  proposalCodec,
  proposalIdOf,
  proposalSchema,
  type Side,
  sides,
  type TimeInForce,
  timesInForce,
} from "./proposal.ts";
export {
  createRefusal,
  type Refusal,
  type RefusalCode,
  refusalCodec,
  refusalCodes,
  refusalSchema,
} from "./refusal.ts";
export { roster, rosterAgent } from "./roster.ts";
export {
  type MeshNumbers,
  type Probe,
  type ProcessKind,
  type Roster,
  type RosterAgent,
  type RosterName,
  type Rule,
  type RuntimeName,
  rosterNames,
  rosterSchema,
  runtimeNames,
} from "./roster-shape.ts";
export {
  nameToToken,
  parseSubject,
  type Subject,
  type SubjectKind,
  subjectKinds,
  subjectMatches,
  subjects,
  subjectVersion,
  tokenToName,
} from "./subjects.ts";
export {
  type SwitchEvent,
  type SwitchReading,
  switchCodec,
  switchReadingOf,
  switchSchema,
} from "./switch-reading.ts";
export { type Tick, tickCodec, tickSchema } from "./tick.ts";
