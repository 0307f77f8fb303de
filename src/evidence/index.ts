export type { RosterAgent } from "./artifacts/agent-roster.ts";
export {
  type ExecutionDocuments,
  type ExecutionLines,
  executionDocumentText,
  executionLineText,
} from "./artifacts/execution/encode-execution.ts";
export type { VenueBootstrap } from "./artifacts/execution/venue-manifest-bootstrap.ts";
export type { VenueEndFacts } from "./artifacts/execution/venue-manifest-end.ts";
export type { VenueIdentity } from "./artifacts/execution/venue-manifest-identity.ts";
export type { VenueInterface } from "./artifacts/execution/venue-manifest-interface.ts";
export type { OrderSections } from "./artifacts/execution/venue-manifest-orders.ts";
export type { JsonRecord } from "./artifacts/fields.ts";
export type { FenceRow } from "./artifacts/gating-telemetry.ts";
export { type HighRateFence, highRates } from "./artifacts/high-rate-fences.ts";
export type { HostFacts, KernelFacts } from "./artifacts/manifest-host.ts";
export type { BillRow, FillRow, OrderHistoryRow } from "./artifacts/orders/audit-rows.ts";
export type {
  AuditCounts,
  AuditorDiscrepancy,
  AuditorReport,
  PagingCoverage,
} from "./artifacts/orders/auditor-report.ts";
export type { DecisionTraceLine } from "./artifacts/orders/decision-trace.ts";
export type { DeletionRecord } from "./artifacts/orders/deletion-record.ts";
export {
  type OrderDocuments,
  type OrderLines,
  orderDocumentText,
  orderLineText,
  rosterText,
} from "./artifacts/orders/encode.ts";
export type { EvidenceRef } from "./artifacts/orders/evidence-ref.ts";
export type { EvidenceRefIndex } from "./artifacts/orders/evidence-ref-index.ts";
export type { CallError, ExchangeApiCall } from "./artifacts/orders/exchange-api-calls.ts";
export type { ExecutionError } from "./artifacts/orders/execution-errors.ts";
export type { FreezeEvent } from "./artifacts/orders/freeze-events.ts";
export type { LedgerTick } from "./artifacts/orders/ledger-ticks.ts";
export type { OrderAttempt, OrderParams } from "./artifacts/orders/order-attempts.ts";
export type { AuditScope, OrderManifest } from "./artifacts/orders/order-manifest.ts";
export type { OrderState, OrderStatusSample } from "./artifacts/orders/order-status-samples.ts";
export type { EndpointFamily, PagingTrace } from "./artifacts/orders/paging-traces.ts";
export type { PositionsSnapshot } from "./artifacts/orders/positions-snapshot.ts";
export type { RawAccount, SamplePolicy, SampleTrigger } from "./artifacts/orders/raw-samples.ts";
export type {
  ExecutionRawRecord,
  ReconstructionRawRecord,
  ShardIndex,
  ShardPolicy,
} from "./artifacts/orders/raw-shards.ts";
export type { StartupPreflight } from "./artifacts/orders/startup-preflight.ts";
export type { VenueFingerprint } from "./artifacts/orders/venue-fingerprint.ts";
export type { VenueRosterHead } from "./artifacts/orders/venue-roster.ts";
export type { VenueTelemetry } from "./artifacts/orders/venue-telemetry.ts";
export type {
  DatasetFacts,
  RunManifest,
  RunStatus,
  RunWindow,
} from "./artifacts/run-manifest.ts";
export type { RunSummary } from "./artifacts/run-summary.ts";
export type { ClaimVerdict, Finding, Verdict, VerdictWord } from "./artifacts/verdict.ts";
export {
  appendToChainedLog,
  type ChainAppend,
  type ChainHost,
  chainHost,
} from "./chained-log/append-chained-log.ts";
export { type ChainedLog, openChainedLog } from "./chained-log/open-chained-log.ts";
export {
  type Chained,
  type ChainedPlace,
  type ChainFinding,
  type ChainLink,
  type ReadChain,
  readChainedLog,
  type Unplaced,
} from "./chained-log/read-chained-log.ts";
export {
  type AddedToIncident,
  fixIncident,
  type IncidentAct,
  noteIncident,
} from "./incident/add-to-incident.ts";
export { type ClosureOutcome, closeIncident } from "./incident/close-incident.ts";
export {
  type IncidentSection,
  type SectionText,
  type Severity,
  severities,
} from "./incident/entry.ts";
export { type IncidentHost, incidentHost } from "./incident/incident-host.ts";
export type { IncidentState } from "./incident/incident-state.ts";
export {
  type InspectedIncident,
  incidentFindingText,
  inspectIncident,
  type ListedIncident,
  listIncidents,
  renewIncidentDocument,
} from "./incident/inspect-incident.ts";
export { type OpenedIncident, openIncident } from "./incident/open-incident.ts";
export { makeDevelopmentKeys } from "./keys/development-keys.ts";
export {
  currentKey,
  type InstallKey,
  installKey,
  policyPath,
  type RotateKey,
  readPolicy,
  rotateKey,
} from "./keys/installation-keys.ts";
export { formatKeyRecord, type KeyRecord, keyLabel, parseKeyRecord } from "./keys/key-record.ts";
export {
  type KeyRing,
  listKeys,
  loadSigningKey,
  makeKeyRing,
  openKeyRing,
  type SigningKey,
} from "./keys/key-ring.ts";
export { defaultKeysDirectory, keysPlace } from "./keys/keys-place.ts";
export { formatPolicy, isValidAt, type TrustPolicy } from "./keys/policy.ts";
export { revokeKey, setThreshold, trustKey } from "./keys/policy-changes.ts";
export { isKeyPurpose, type KeyPurpose, keyPurposes } from "./keys/purpose.ts";
export { inspectLog, type LogInspection } from "./log/inspect-log.ts";
export { openRunSealer, type RunSealer } from "./log/run-sealer.ts";
export { type SealedVenueRun, sealVenueRun } from "./log/seal-venue-run.ts";
export { type DiffSide, diffPools, type GeneDifference, type PoolDiff } from "./pool/diff-pools.ts";
export { type ListedSnapshot, listPool, type PoolListing } from "./pool/list-pool.ts";
export { type OpenSnapshotOptions, openSnapshot, type Snapshot } from "./pool/open-snapshot.ts";
export { loadPoolTrust, type PoolTrust } from "./pool/pool-trust.ts";
export type { PoolVerdict } from "./pool/pool-verdict.ts";
export type { MarketWindow, SnapshotDocument } from "./pool/snapshot-document.ts";
export {
  filterFields,
  filterText,
  parseFilter,
  type SnapshotFilter,
} from "./pool/snapshot-filter.ts";
export { appendRunsToPool, type PoolAppend } from "./pool/stage-one-pool.ts";
export { type TakenSnapshot, takeSnapshot } from "./pool/take-snapshot.ts";
export { verifyPool } from "./pool/verify-pool.ts";
export { readRunManifest, readRunSummary } from "./reading/read-run.ts";
export {
  type EquityPoint,
  type LineageOverview,
  type RunOverview,
  readRunOverview,
} from "./reading/run-overview.ts";
export { applyRetention } from "./retention/apply-retention.ts";
export { readDeletion } from "./retention/deletion-log.ts";
export type { RetentionReason, RunDecision } from "./retention/judge-raw.ts";
export { pinRun } from "./retention/pin-run.ts";
export {
  defaultWindowDays,
  leastWindowDays,
  planRetention,
  type RetentionPlan,
} from "./retention/plan-retention.ts";
export { findExistingRun, purposeOf, runIdOfManifest } from "./run/existing-run.ts";
export { isPureFile, sumsFileName } from "./run/file-names.ts";
export { configHash, type RunParts, tierOneRunId } from "./run/identity.ts";
export type { SealedRun } from "./run/land-run.ts";
export { runPath, runPlaces } from "./run/layout.ts";
export { hostFields } from "./run/manifest.ts";
export { type RunPlan, runIdOfPlan } from "./run/run-plan.ts";
export { createRunWriter, type RunWriter, type RunWriterOptions } from "./run/run-writer.ts";
export { createRawSampleWriter, type RawSampleWriter } from "./sampling/raw-sample-writer.ts";
export { defaultSamplePolicy, type RawOffer } from "./sampling/sampler.ts";
export {
  createSelfTradeWatch,
  eventOfAttempt,
  eventOfBill,
  eventOfCall,
  type SelfTradeWatch,
} from "./sampling/triggers.ts";
export {
  type Envelope,
  formatEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
} from "./seal/dsse.ts";
export {
  type PrivateKey,
  type PublicKey,
  parsePublicKey,
  privateKeyFromSeed,
  spkiOf,
} from "./seal/ed25519.ts";
export { formatVerifierKey } from "./seal/note-key.ts";
export { type JsonForm, readStrictJson } from "./seal/strict-json.ts";
export { createShardWriter, type ShardWriter } from "./shards/shard-writer.ts";
export { type AppendWriter, type Landed, openAppendWriter } from "./store/append-writer.ts";
export {
  createDocument,
  makeDirectories,
  readDocument,
  writeDocument,
} from "./store/document.ts";
export { createGroupCommit, type GroupCommit } from "./store/group-commit.ts";
export { type Lock, takeLock } from "./store/lock.ts";
export { nodeFileSystem } from "./store/node-file-system.ts";
export { machineProcesses } from "./store/process-identity.ts";
export { recoverRecords } from "./store/recover.ts";
export { looksLikeRun, whyNoRun } from "./verify/looks-like-run.ts";
export { remedyOf } from "./verify/orders/codes.ts";
export { type OrderVerdict } from "./verify/orders/order-verdict.ts";
export { readVenueOverview, type VenueOverview } from "./verify/orders/venue-overview.ts";
export { type VerifyOrdersOptions, verifyOrders } from "./verify/orders/verify-orders.ts";
export { kindOfRun } from "./verify/run-kind.ts";
export { loadRunTrust, type RunTrust } from "./verify/run-trust.ts";
export { type VerifyOptions, verifyRun } from "./verify/verify-run.ts";
export { type VerdictBasis, verdictBasis, writeVerdict } from "./verify/write-verdict.ts";
