import { hash } from "node:crypto";
import { canonicalJson } from "#base";
import type { JsonRecord } from "#evidence";

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
  /** Whether orders of others rested at the start, and agents amended theirs. Absent: no. */
  eventful?: true;
}>;

export const defaultSpec: SessionSpec = {
  tier: "tier2_full",
  agents: 4,
  rounds: 1,
  audited: true,
  frozen: true,
  oneShot: true,
};

export type AgentIdentity = Readonly<{ id: string; hash: string }>;

/** Names of the session; a function of the spec, so that equal specs give equal bytes. */
export type SessionIds = Readonly<{
  runId: string;
  prefix: string;
  account: string;
  scope: string;
  instId: string;
  agents: readonly AgentIdentity[];
  config: JsonRecord;
  configHash: string;
}>;

export const snapshotId = "snapshot_fixture";
export const coreHash: string = digest("core");

export function sessionIds(spec: SessionSpec, prefix: string | null = null): SessionIds {
  const config: JsonRecord = { session: spec };
  const configHash = digest(canonicalJson(config));
  const instId = "BTC-USDT-SWAP";
  const parts = {
    config_hash: configHash,
    core_hash: coreHash,
    inst_id: instId,
    mode: "okx_demo",
    snapshot_id: snapshotId,
  };
  const named = digest(canonicalJson(parts)).slice(0, 16);
  const nonce = configHash.slice(0, 8);
  const kind = prefix ?? (spec.tier === "tier2_full" ? "AUDIT" : "HF");
  const runId = `${kind}_${named}_20260105T000000Z_${nonce}`;
  return {
    runId,
    prefix: `as${nonce}`,
    account: digest("account").slice(0, 16),
    scope: "audit_0001",
    instId,
    config,
    configHash,
    agents: Array.from({ length: spec.agents }, (_, index) => {
      const id = `a${String(index + 1).padStart(6, "0")}`;
      return { id, hash: digest(`${runId}:${id}`).slice(0, 16) };
    }),
  };
}

export function digest(text: string | Uint8Array): string {
  return hash("sha256", text, "hex");
}

export const startMs: number = Date.parse("2026-01-05T00:00:00.000Z");
export const tickMs = 60_000;
