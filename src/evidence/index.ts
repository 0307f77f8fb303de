export type { JsonRecord } from "./artifacts/fields.ts";
export type {
  DatasetFacts,
  HostFacts,
  KernelFacts,
  RunManifest,
  RunStatus,
  RunWindow,
} from "./artifacts/run-manifest.ts";
export type { RunSummary } from "./artifacts/run-summary.ts";
export type { ClaimVerdict, Finding, Verdict, VerdictWord } from "./artifacts/verdict.ts";
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
export { appendRunsToPool, type PoolAppend } from "./pool/stage-one-pool.ts";
export { readRunManifest, readRunSummary } from "./reading/read-run.ts";
export {
  type EquityPoint,
  type LineageOverview,
  type RunOverview,
  readRunOverview,
} from "./reading/run-overview.ts";
export { findExistingRun, runIdOfManifest } from "./run/existing-run.ts";
export { isPureFile, sumsFileName } from "./run/file-names.ts";
export { configHash, type RunParts, tierOneRunId } from "./run/identity.ts";
export type { SealedRun } from "./run/land-run.ts";
export { runPath } from "./run/layout.ts";
export { hostFields } from "./run/manifest.ts";
export { type RunPlan, runIdOfPlan } from "./run/run-plan.ts";
export { createRunWriter, type RunWriter, type RunWriterOptions } from "./run/run-writer.ts";
export { type VerifyOptions, verifyRun } from "./verify/verify-run.ts";
export { writeVerdict } from "./verify/write-verdict.ts";
