export type { Addresses, AgentSample } from "./collect/agent-sample.ts";
export { type Answer, createGet, type Get } from "./collect/get.ts";
export { rosterAddresses, sampleAgents } from "./collect/sample-agents.ts";
export { judgePosture } from "./posture/judge-posture.ts";
export type { Check, Escalation, Posture } from "./posture/posture.ts";
export { type SnapshotKind, snapshotKinds } from "./report/ops-run.ts";
export { type OpsInputs, type OpsResult, takeSnapshot, writeDeployReport } from "./snapshot.ts";
