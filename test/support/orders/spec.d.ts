/** Which session a test wants; what it does not say has a default. */
export type SessionSpec = Readonly<{
  tier: "tier1_hf" | "tier2_full";
  agents: number;
  /** How often the agents go through their orders. */
  rounds: number;
  /** Whether the auditor ran afterwards. */
  audited: boolean;
  /** Whether execution froze near the end. */
  frozen: boolean;
  /** Whether the first order of the first agent is the one-shot proof. */
  oneShot: boolean;
}>;
export declare const defaultSpec: SessionSpec;
export type AgentIdentity = Readonly<{
  id: string;
  hash: string;
}>;
/** Names of the session; a function of the spec, so that equal specs give equal bytes. */
export type SessionIds = Readonly<{
  runId: string;
  prefix: string;
  account: string;
  scope: string;
  instId: string;
  agents: readonly AgentIdentity[];
}>;
export declare function sessionIds(spec: SessionSpec, prefix?: string | null): SessionIds;
export declare function digest(text: string | Uint8Array): string;
export declare const startMs: number;
export declare const tickMs = 60000;
